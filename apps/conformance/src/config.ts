/** Where the kit finds Google; the only place that reads the environment. */
export interface Endpoints {
  /** `http://127.0.0.1:9050` reaches a local cloud; undefined = Google. */
  readonly bigquery?: string;
  readonly storage?: string;
  readonly tokenInfo: string;
  readonly tasks: string;
  /** Resource Manager, IAM credentials. A local cloud serves them where it serves BigQuery. */
  readonly resourceManager: string;
  readonly iamCredentials: string;
  readonly revoke: string;
  /** Where tasks would be delivered to, were they ever due. */
  readonly taskTarget: string;
}

export interface Config {
  readonly endpoints: Endpoints;
  /** An access token; undefined = Application Default Credentials. */
  readonly token?: string;
  /** Two access tokens of one person and client that may be revoked. */
  readonly revocableTokens: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings by which the product finds Google. */
export function parseConfig(env: Environment): Config {
  const bigquery = urlOf(env['OUTHAUL_BIGQUERY_ENDPOINT']);
  return {
    endpoints: {
      bigquery,
      storage: urlOf(env['OUTHAUL_STORAGE_ENDPOINT']),
      tokenInfo:
        urlOf(env['OUTHAUL_TOKENINFO_ENDPOINT']) ?? 'https://oauth2.googleapis.com/tokeninfo',
      tasks:
        urlOf(env['OUTHAUL_TASKS_ENDPOINT']) ?? bigquery ?? 'https://cloudtasks.googleapis.com',
      resourceManager: bigquery ?? 'https://cloudresourcemanager.googleapis.com',
      iamCredentials: bigquery ?? 'https://iamcredentials.googleapis.com',
      revoke: urlOf(env['OUTHAUL_REVOKE_ENDPOINT']) ?? 'https://oauth2.googleapis.com/revoke',
      taskTarget: bigquery ? `${bigquery}/no-such-path` : 'https://example.com/',
    },
    token: env['OUTHAUL_TOKEN']?.trim() || undefined,
    revocableTokens: (env['OUTHAUL_REVOCABLE_TOKENS'] ?? '').split(/[\s,]+/).filter(Boolean),
  };
}

export const readEnvironment = () => process.env;

const urlOf = (text: string | undefined): string | undefined =>
  text?.trim().replace(/\/+$/, '') || undefined;

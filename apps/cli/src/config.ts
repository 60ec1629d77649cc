import { join } from 'node:path';
import { type DirectConfig, directConfig } from './direct/direct-config.js';
import { readSettings, type Settings, settingsFolder } from './settings-file.js';

/** Where the command finds what it needs; the only place that reads the environment. */
export interface CliConfig {
  readonly server: string;
  /** The user has chosen the server, by OUTHAUL_SERVER or `outhaul config server`. */
  readonly isServerNamed?: boolean;
  readonly token?: string;
  /** A Google identity token for the door before the service, and whom such tokens are to be made for. */
  readonly identityToken?: string;
  readonly identityAudience?: string;
  /** No colours, whatever the terminal can do. */
  readonly noColor: boolean;
  /** The user's own settings; `outhaul config` changes them. */
  readonly settingsFile?: string;
  /** Where `outhaul login` keeps its tokens. */
  readonly credentialFile?: string;
  /** Google's own credentials on this machine; undefined = none are looked for. */
  readonly google?: {
    /** In the order in which they are looked for. */
    readonly credentialFiles: readonly string[];
    readonly useGcloud: boolean;
  };
  /** Another address of the Cloud KMS API. */
  readonly kmsEndpoint?: string;
  /** How to go without a service. */
  readonly direct?: DirectConfig;
  /** The proxies to go through. */
  readonly proxy?: {
    readonly httpProxy?: string;
    readonly httpsProxy?: string;
    readonly noProxy?: string;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const defaultServer = 'http://127.0.0.1:8080';

export function parseConfig(env: Environment): CliConfig {
  const settingsFile = join(settingsFolder(env), 'settings.json');
  const settings: Settings = readSettings(settingsFile);
  return {
    server: (env['OUTHAUL_SERVER'] || settings.server || defaultServer).replace(/\/+$/, ''),
    isServerNamed: Boolean(env['OUTHAUL_SERVER'] || settings.server),
    // A file's last line end often comes along.
    token: env['OUTHAUL_TOKEN']?.trim() || undefined,
    identityToken: env['OUTHAUL_IDENTITY_TOKEN']?.trim() || undefined,
    identityAudience: env['OUTHAUL_IDENTITY_AUDIENCE']?.trim() || undefined,
    noColor: Boolean(env['NO_COLOR']),
    settingsFile,
    credentialFile: join(settingsFolder(env), 'credentials.json'),
    google: { credentialFiles: credentialFiles(env), useGcloud: true },
    kmsEndpoint: env['OUTHAUL_KMS_ENDPOINT'] || undefined,
    direct: directConfig(env, settings),
    proxy: proxyOf(env),
  };
}

export const readEnvironment = () => process.env;

/** Where Google's libraries look for Application Default Credentials. */
function credentialFiles(env: Environment): string[] {
  const named = env['GOOGLE_APPLICATION_CREDENTIALS'];
  const folder =
    env['CLOUDSDK_CONFIG'] ||
    (env['APPDATA'] ? join(env['APPDATA'], 'gcloud') : join(env['HOME'] ?? '', '.config/gcloud'));
  return [...(named ? [named] : []), join(folder, 'application_default_credentials.json')];
}

function proxyOf(env: Environment): CliConfig['proxy'] {
  const either = (name: string) => env[name] || env[name.toLowerCase()] || undefined;
  const [httpProxy, httpsProxy] = [either('HTTP_PROXY'), either('HTTPS_PROXY')];
  return httpProxy || httpsProxy
    ? { httpProxy, httpsProxy, noProxy: either('NO_PROXY') }
    : undefined;
}

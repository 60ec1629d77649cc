import { z } from 'zod';
import {
  faultsOfIdentity,
  type IdentityConfig,
  identityShape,
  toIdentityConfig,
} from './identity/identity-settings.js';
import {
  conflictingSigningSettings,
  type SigningConfig,
  signingSettings,
  toSigningConfig,
} from './signing/signing-settings.js';
import {
  misplacedWorkerSettings,
  missingWorkerSettings,
  toWorkerConfig,
  type WorkerConfig,
  workerSettings,
} from './worker/worker-settings.js';

const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string().min(3)).min(1, 'names no bucket'));
const url = z.url({ protocol: /^https?$/ });
const integerIfSet = (min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).optional();
const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** Every setting of the service, by its environment variable. `.env.example` lists the same. */
const settings = z.object({
  OUTHAUL_PROJECT: z.string().min(6),
  OUTHAUL_FILES_BUCKETS: list,
  OUTHAUL_RECORDS_BUCKET: z.string().min(3),
  OUTHAUL_AUDIT_BUCKET: z.string().min(3).optional(),
  OUTHAUL_BIGQUERY_ENDPOINT: url.optional(),
  OUTHAUL_STORAGE_ENDPOINT: url.optional(),
  OUTHAUL_CREDENTIALS_FILE: z.string().optional(),
  ...identityShape,
  OUTHAUL_HOST: z.string().default('127.0.0.1'),
  PORT: integer(8080, 0, 65_535),
  OUTHAUL_CONSOLE_DIR: z.string().optional(),
  OUTHAUL_PRICE_PER_TIB: z.coerce.number().min(0).default(6.25),
  OUTHAUL_CURRENCY: z.string().length(3).default('USD'),
  OUTHAUL_MASK_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{32,64}$/, 'has 32 to 64 printable ASCII characters')
    .optional(),
  OUTHAUL_RETENTION_DAYS: integerIfSet(1, 3_650),
  OUTHAUL_MAX_RETENTION_DAYS: integerIfSet(1, 3_650),
  OUTHAUL_URL_LIFETIME_MINUTES: integer(60, 1, 720),
  OUTHAUL_POLL_MS: integer(1_000, 20, 60_000),
  OUTHAUL_DEPLOYMENT: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,14}[a-z0-9]$/, 'is no name of a deployment')
    .default('outhaul'),
  OUTHAUL_SERVICE_NAME: z.string().min(1).max(63).default('outhaul'),
  OUTHAUL_TRACES_URL: url.optional(),
  OUTHAUL_METRICS_PORT: integer(0, 0, 65_535),
  ...workerSettings,
  ...signingSettings,
  OUTHAUL_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

const environment = settings.superRefine(
  (values, context) => {
    for (const { name, fault } of faultsOfIdentity(values))
      context.addIssue({ code: 'custom', path: [name], message: fault });
    for (const name of missingWorkerSettings(values))
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is needed with what else is set',
      });
    for (const name of conflictingSigningSettings(values))
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'goes without OUTHAUL_SIGNING_KEY_VERSION: there is one key',
      });
    for (const name of misplacedWorkerSettings(values))
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is for OUTHAUL_SERVE=worker behind Cloud Run’s IAM only',
      });
  },
  { when: () => true },
);

export interface Config extends IdentityConfig, WorkerConfig, SigningConfig {
  readonly projectId: string;
  readonly filesBuckets: readonly string[];
  readonly recordsBucket: string;
  /** Where the audit trail is kept: a bucket of its own, or that of the records. */
  readonly auditBucket: string;
  readonly bigqueryEndpoint?: string;
  readonly storageEndpoint?: string;
  /** Service account key file; undefined = Application Default Credentials. */
  readonly credentialsFile?: string;
  readonly host: string;
  readonly port: number;
  /** Folder of the console’s built files; undefined = no console. */
  readonly consoleDir?: string;
  readonly pricePerTib: number;
  readonly currency: string;
  /** Key of sha256 masks; undefined = none are made. */
  readonly maskKey?: string;
  /** Of exports that name none; undefined = files stay until somebody removes them. */
  readonly retentionDays?: number;
  /** The most that a request may ask for; undefined = any number of days. */
  readonly maxRetentionDays?: number;
  readonly urlLifetimeMs: number;
  /** How often a running job is asked for its state. */
  readonly pollMs: number;
  readonly logLevel: string;
  /** The name that the stack was deployed under; its custom roles start with it. */
  readonly deployment: string;
  /** Name in logs, traces and metrics. */
  readonly serviceName: string;
  /** Where traces go as OTLP over HTTP in JSON; undefined = nowhere. */
  readonly tracesUrl?: string;
  /** Loopback port of Prometheus' `/metrics`; undefined = none. */
  readonly metricsPort?: number;
}

/** Reads the settings; names every fault at once, without values. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environment.safeParse(set);
  if (!result.success) {
    const faults = result.error.issues.map(
      (issue) => `  ${issue.path.join('.')}: ${issue.message}`,
    );
    throw new Error(`The configuration has faults:\n${faults.join('\n')}`);
  }
  const values = result.data;
  return Object.freeze({
    projectId: values.OUTHAUL_PROJECT,
    filesBuckets: values.OUTHAUL_FILES_BUCKETS,
    recordsBucket: values.OUTHAUL_RECORDS_BUCKET,
    auditBucket: values.OUTHAUL_AUDIT_BUCKET ?? values.OUTHAUL_RECORDS_BUCKET,
    bigqueryEndpoint: values.OUTHAUL_BIGQUERY_ENDPOINT,
    storageEndpoint: values.OUTHAUL_STORAGE_ENDPOINT,
    credentialsFile: values.OUTHAUL_CREDENTIALS_FILE,
    ...toIdentityConfig(values),
    host: values.OUTHAUL_HOST,
    port: values.PORT,
    consoleDir: values.OUTHAUL_CONSOLE_DIR,
    pricePerTib: values.OUTHAUL_PRICE_PER_TIB,
    currency: values.OUTHAUL_CURRENCY,
    maskKey: values.OUTHAUL_MASK_KEY,
    retentionDays: values.OUTHAUL_RETENTION_DAYS,
    maxRetentionDays: values.OUTHAUL_MAX_RETENTION_DAYS ?? values.OUTHAUL_RETENTION_DAYS,
    urlLifetimeMs: values.OUTHAUL_URL_LIFETIME_MINUTES * 60_000,
    pollMs: values.OUTHAUL_POLL_MS,
    logLevel: values.OUTHAUL_LOG_LEVEL,
    ...toWorkerConfig(values),
    ...toSigningConfig(values),
    deployment: values.OUTHAUL_DEPLOYMENT,
    serviceName: values.OUTHAUL_SERVICE_NAME,
    tracesUrl: values.OUTHAUL_TRACES_URL,
    metricsPort: values.OUTHAUL_METRICS_PORT || undefined,
  });
}

export const settingNames: readonly string[] = Object.keys(settings.shape);
/** The process’s environment; the only place that reads it. */
export const readEnvironment = () => process.env;

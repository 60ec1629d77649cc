import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ });
const accounts = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.email()).min(1));

/** Settings of the worker, and of handing exports to it. */
export const workerSettings = {
  OUTHAUL_SERVE: z.enum(['public', 'worker']).default('public'),
  OUTHAUL_TASK_QUEUE: z
    .string()
    .regex(/^projects\/[^/]+\/locations\/[^/]+\/queues\/[^/]+$/, 'is no queue')
    .optional(),
  OUTHAUL_TASK_ACCOUNT: z.email().optional(),
  OUTHAUL_TASKS_ENDPOINT: url.optional(),
  OUTHAUL_WORKER_URL: url.optional(),
  OUTHAUL_WORKER_AUDIENCE: z.string().min(1).optional(),
  OUTHAUL_WORKER_CALLERS: accounts.optional(),
  OUTHAUL_WORKER_BEHIND_IAM: z.stringbool({ truthy: ['true'], falsy: ['false'] }).default(false),
  OUTHAUL_TASK_ISSUER: url.default('https://accounts.google.com'),
  OUTHAUL_TASK_KEYS_URL: url.default('https://www.googleapis.com/oauth2/v3/certs'),
};

type Values = z.infer<z.ZodObject<typeof workerSettings>>;

export interface WorkerConfig {
  /** Which routes this process serves: the API and console, or `/internal/*` alone. */
  readonly serve: 'public' | 'worker';
  /** Where exports are handed to the worker; undefined = this process moves them itself. */
  readonly tasks?: {
    readonly queue: string;
    readonly account: string;
    readonly url: string;
    readonly audience: string;
    readonly endpoint?: string;
  };
  /** Whose calls the worker takes. */
  readonly admits?: {
    readonly audience: string;
    readonly callers: readonly string[];
    readonly issuer: string;
    readonly keysUrl: string;
    /** Cloud Run's IAM has checked each token before, and taken its signature out. */
    readonly isBehindIam: boolean;
  };
}

/** What is missing for what has been asked, by the setting's name. */
export function missingWorkerSettings(values: Partial<Values>): string[] {
  const needed: (keyof Values)[] = [
    ...(values.OUTHAUL_TASK_QUEUE === undefined
      ? []
      : (['OUTHAUL_TASK_ACCOUNT', 'OUTHAUL_WORKER_URL', 'OUTHAUL_WORKER_AUDIENCE'] as const)),
    ...(values.OUTHAUL_SERVE === 'worker'
      ? (['OUTHAUL_WORKER_AUDIENCE', 'OUTHAUL_WORKER_CALLERS'] as const)
      : []),
  ];
  return [...new Set(needed.filter((name) => values[name] === undefined))];
}

/**
 * Only a service that no one reaches without Cloud Run's IAM may take a token without its signature; on the public
 * service anyone could write one.
 */
export const misplacedWorkerSettings = (values: Partial<Values>): string[] =>
  values.OUTHAUL_WORKER_BEHIND_IAM && values.OUTHAUL_SERVE !== 'worker'
    ? ['OUTHAUL_WORKER_BEHIND_IAM']
    : [];

export function toWorkerConfig(values: Values): WorkerConfig {
  const audience = values.OUTHAUL_WORKER_AUDIENCE ?? '';
  return {
    serve: values.OUTHAUL_SERVE,
    tasks:
      values.OUTHAUL_TASK_QUEUE === undefined
        ? undefined
        : {
            queue: values.OUTHAUL_TASK_QUEUE,
            account: values.OUTHAUL_TASK_ACCOUNT ?? '',
            url: (values.OUTHAUL_WORKER_URL ?? '').replace(/\/$/, ''),
            audience,
            endpoint: values.OUTHAUL_TASKS_ENDPOINT,
          },
    admits:
      values.OUTHAUL_SERVE === 'worker'
        ? {
            audience,
            callers: values.OUTHAUL_WORKER_CALLERS ?? [],
            issuer: values.OUTHAUL_TASK_ISSUER,
            keysUrl: values.OUTHAUL_TASK_KEYS_URL,
            isBehindIam: values.OUTHAUL_WORKER_BEHIND_IAM,
          }
        : undefined,
  };
}

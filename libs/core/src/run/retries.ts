import { type ErrorCode } from '../errors.js';
import { type StepKind } from '../plan/plan.js';

/** What follows when a BigQuery job or a call has failed. */
export type Reaction =
  /** Try again with a new job, after a wait that grows with each try. */
  | { readonly kind: 'retry'; readonly delayMs: number; readonly tries: number }
  /** Give up; the export fails with this code. */
  | { readonly kind: 'give-up'; readonly code: ErrorCode };

const retry = (delayMs: number, tries: number): Reaction => ({ kind: 'retry', delayMs, tries });
const giveUp = (code: ErrorCode): Reaction => ({ kind: 'give-up', code });

/** BigQuery’s error reasons, from its “Error messages” page. */
const reactions: Readonly<Record<string, Reaction>> = {
  backendError: retry(2_000, 5),
  internalError: retry(5_000, 5),
  jobBackendError: retry(5_000, 5),
  jobInternalError: retry(5_000, 5),
  jobRateLimitExceeded: retry(30_000, 10),
  rateLimitExceeded: retry(30_000, 10),
  tableUnavailable: retry(10_000, 5),
  timeout: retry(10_000, 3),
  quotaExceeded: giveUp('quota-exceeded'),
  resourcesExceeded: giveUp('job-failed'),
  billingTierLimitExceeded: giveUp('limit-exceeded'),
  bytesBilledLimitExceeded: giveUp('limit-exceeded'),
  accessDenied: giveUp('permission-denied'),
  notFound: giveUp('table-not-found'),
  invalid: giveUp('job-failed'),
  invalidQuery: giveUp('sql-invalid'),
  responseTooLarge: giveUp('job-failed'),
  stopped: giveUp('job-failed'),
  blocked: giveUp('permission-denied'),
  billingNotEnabled: giveUp('permission-denied'),
  duplicate: giveUp('job-failed'),
  resourceInUse: retry(10_000, 5),
  attributeError: giveUp('job-failed'),
  notImplemented: giveUp('job-failed'),
};

/** What means something else when the files are read back than when the source is read. */
const whenVerifying: Readonly<Record<string, Reaction>> = {
  // BigQuery cannot read what is in the files.
  invalid: giveUp('verification-failed'),
  invalidQuery: giveUp('verification-failed'),
  notFound: giveUp('files-changed'),
  // Nobody but the service runs this job: a new one does the work.
  stopped: retry(2_000, 3),
};

/** The one place that decides between another try and giving up, by BigQuery's reason and the step that met it. */
export const reactionTo = (reason: string, step: StepKind): Reaction =>
  (step === 'verify' ? whenVerifying[reason] : undefined) ??
  reactions[reason] ??
  giveUp('job-failed');

export const knownReasons: readonly string[] = Object.keys(reactions);

/** The wait before try `attempt` (from 1): doubled each time, at most 5 minutes, and spread by `chance` (0 to 1). */
export const backOffMs = (delayMs: number, attempt: number, chance: number): number =>
  Math.round(Math.min(delayMs * 2 ** (attempt - 1), 300_000) * (0.5 + chance / 2));

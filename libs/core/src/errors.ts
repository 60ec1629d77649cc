/** Every way Outhaul can refuse or fail, as a stable code. Each edge answers all of them (HTTP status, exit code). */
export const errorCodes = [
  'request-invalid',
  'column-not-found',
  'type-unsupported',
  'format-unsupported',
  'sql-invalid',
  'single-file-impossible',
  'name-template-invalid',
  'as-of-invalid',
  'partition-not-found',
  'limit-exceeded',
  'location-mismatch',
  'unauthenticated',
  'permission-denied',
  'dataset-not-found',
  'table-not-found',
  'bucket-not-found',
  'export-not-found',
  'file-not-found',
  'state-conflict',
  'record-conflict',
  'idempotency-conflict',
  'record-unreadable',
  'quota-exceeded',
  'upstream-unavailable',
  'job-failed',
  'job-lost',
  'files-changed',
  'verification-failed',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a person can act on beside the message. */
export interface ErrorDetails {
  /** The exact command or change that mends it. */
  readonly fix?: string;
  /** IAM permission that is missing, e.g. `bigquery.tables.export`. */
  readonly permission?: string;
  /** What the error is about, e.g. `outhaul-local.samples.flights`. */
  readonly resource?: string;
  /** Path of the faulty field in the request, e.g. `columns[2].name`. */
  readonly field?: string;
  /** Google's own reason word, e.g. `rateLimitExceeded`. */
  readonly reason?: string;
  /** All faults of a request, when there are several. */
  readonly faults?: readonly { readonly field: string; readonly message: string }[];
}

/** The only error that crosses core's boundary. `message` is written for the person who asked. */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export const isAppError = (error: unknown, code?: ErrorCode): error is AppError =>
  error instanceof AppError && (code === undefined || error.code === code);

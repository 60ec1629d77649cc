import { denialRemedy, permissionIn } from './denial-remedy.js';
import { AppError, type ErrorCode, type ErrorDetails } from '@outhaul/core';

/** What Google's client libraries throw, as far as we read it. */
interface GoogleFailure {
  readonly code?: number | string;
  readonly message?: string;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
  readonly response?: { readonly statusCode?: number; readonly status?: number };
}

/** What was asked for, so that a 404 can be told as the right thing. */
export interface Asked {
  readonly missing: ErrorCode;
  readonly resource: string;
  /** The caller is known to see it: what Google says when it refuses something of it tells them nothing new. */
  readonly isSeen?: boolean;
  /** A query, which is refused for many reasons: of a table that may not be seen Google itself says that perhaps it does not exist. */
  readonly isQuery?: boolean;
}

/** Turns a failure of Google's APIs into an AppError; the one place where foreign errors are read. */
export function translateError(error: unknown, asked: Asked): AppError {
  if (error instanceof AppError) return error;
  const failure = (error ?? {}) as GoogleFailure;
  const status = statusOf(failure);
  const reason = failure.errors?.[0]?.reason;
  const message = cleanMessage(
    failure.errors?.[0]?.message ?? failure.message ?? 'Google gave no reason.',
  );
  const make = (code: ErrorCode, text: string, details: ErrorDetails = {}) =>
    new AppError(code, text, { resource: asked.resource, reason, ...details }, { cause: error });
  if (status === undefined)
    return make('upstream-unavailable', `Google could not be reached: ${message}`);
  if (status === 401)
    return make('unauthenticated', 'Google does not accept the access token; it may have expired.');
  if (status === 404) return make(asked.missing, missingText(asked));
  if (status === 403 && (reason === 'rateLimitExceeded' || reason === 'quotaExceeded'))
    return make('quota-exceeded', message);
  if (status === 403) return make(...deniedAs(asked, message));
  if (status === 409 || status === 412) return make('record-conflict', message);
  if (status === 429) return make('quota-exceeded', message);
  // What is not there today will not be there in five seconds.
  if (status === 501) return make('request-invalid', message);
  if (status >= 500) return make('upstream-unavailable', message);
  return make(reason === 'invalidQuery' ? 'sql-invalid' : 'request-invalid', message);
}

/** Whether Google has refused the call, however it was told: what was asked for may be there all the same. */
export const isDenial = (error: unknown): error is AppError =>
  error instanceof AppError &&
  error.code !== 'quota-exceeded' &&
  statusOf((error.cause ?? {}) as GoogleFailure) === 403;

const mayNotExist = /^Access Denied: (Table|View|Dataset)\b.*\bnot exist/i;

/** What may not be seen is told like what does not exist, so that no one learns of it. */
function deniedAs(asked: Asked, message: string): [ErrorCode, string, ErrorDetails?] {
  const hides = asked.missing === 'table-not-found' || asked.missing === 'dataset-not-found';
  const isKnown = asked.isSeen ?? (asked.isQuery && !mayNotExist.test(message));
  if (hides && !isKnown) return [asked.missing, missingText(asked)];
  return [
    'permission-denied',
    message,
    { permission: permissionIn(message), fix: denialRemedy(message) },
  ];
}

function missingText({ missing, resource }: Asked): string {
  switch (missing) {
    case 'table-not-found':
      // The instant that a table is read at stands behind its name.
      return `Table ${resource.replace(/@\d+$/, '')} does not exist, or you may not see it.`;
    case 'dataset-not-found':
      return `Dataset ${resource} does not exist, or you may not see it.`;
    case 'bucket-not-found':
      return `Bucket ${resource} does not exist.`;
    case 'job-lost':
      return `BigQuery does not know job ${resource}.`;
    default:
      return `${resource} does not exist.`;
  }
}

function statusOf({ code, response }: GoogleFailure): number | undefined {
  const status = typeof code === 'number' ? code : (response?.statusCode ?? response?.status);
  return status !== undefined && status >= 100
    ? status
    : /^\d{3}$/.test(String(code))
      ? Number(code)
      : undefined;
}

/** Messages of Google's may be long, and hold control characters from names. */
const cleanMessage = (message: string): string => message.replace(/\p{Cc}+/gu, ' ').slice(0, 1_000);

import { type Problem } from '@outhaul/api-client';
import { AppError, type ErrorCode } from '@outhaul/core';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { NeedsService } from './route-types.js';

/** The status that a service would answer; exit codes follow from it. */
const statusOf: Record<ErrorCode, number> = {
  'request-invalid': 400,
  'column-not-found': 400,
  'type-unsupported': 400,
  'format-unsupported': 400,
  'sql-invalid': 400,
  'single-file-impossible': 400,
  'name-template-invalid': 400,
  'as-of-invalid': 400,
  'limit-exceeded': 400,
  'location-mismatch': 400,
  unauthenticated: 401,
  'permission-denied': 403,
  // It bears another's mark, or has been changed by somebody.
  'record-unreadable': 403,
  'partition-not-found': 404,
  'dataset-not-found': 404,
  'table-not-found': 404,
  'bucket-not-found': 404,
  'export-not-found': 404,
  'file-not-found': 404,
  'state-conflict': 409,
  'record-conflict': 409,
  'idempotency-conflict': 409,
  'files-changed': 409,
  'quota-exceeded': 429,
  'job-failed': 500,
  'job-lost': 500,
  'verification-failed': 500,
  internal: 500,
  'upstream-unavailable': 503,
};

/** A failure in the words of the API. */
export function problemOf(error: unknown): Problem {
  const make = (code: string, status: number, detail: string, more: Partial<Problem> = {}) => ({
    ...{ type: `about:blank#${code}`, title: code, status, code, detail, requestId: '' },
    ...more,
  });
  if (error instanceof NeedsService)
    return make('needs-service', 400, error.message, { fix: error.fix });
  if (error instanceof CommandFailure)
    return make('not-possible', error.exitCode === exitCodes.denied ? 401 : 400, error.message, {
      fix: error.fix,
    });
  if (!(error instanceof AppError))
    return make('internal', 500, error instanceof Error ? error.message : String(error));
  const { fix, permission, resource, faults } = error.details;
  return make(error.code, statusOf[error.code], error.message, {
    fix,
    permission,
    resource,
    faults: faults?.map((fault) => ({ ...fault })),
  });
}

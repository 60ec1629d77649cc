import { type Problem } from '@outhaul/api-client';
import { AppError, type ErrorCode, statusOfError } from '@outhaul/core';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { NeedsService } from './route-types.js';

/** The status that a service would answer; exit codes follow from it. */
const statusOf: Readonly<Record<ErrorCode, number>> = {
  ...statusOfError,
  // It bears another's mark, or has been changed by somebody.
  'record-unreadable': 403,
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

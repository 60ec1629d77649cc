import { CloudError } from '../http/cloud-error.js';
import { diskFailure } from '../http/disk-failure.js';
import { messageOf } from './bigquery-errors.js';
import { type ErrorProto } from './job-record.js';

/** Of a job that ran when the process ended. */
export const interrupted: ErrorProto = {
  reason: 'backendError',
  message: 'Error encountered during execution. Retrying may solve the problem.',
};

/** Of a cancelled job. */
export const stopped: ErrorProto = {
  reason: 'stopped',
  message: 'Job execution was cancelled: User requested cancellation',
};

/** What a job's status says of an error. */
export function toErrorProto(error: unknown): ErrorProto {
  const known = error instanceof CloudError ? error : diskFailure(error);
  if (known) {
    const { reason, message, details } = known;
    return { reason, message, ...(details.location ? { location: details.location } : {}) };
  }
  return {
    reason: 'internalError',
    message: `An internal error occurred and the request could not be completed. (${messageOf(error).split('\n')[0]})`,
  };
}

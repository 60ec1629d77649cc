import { CloudError } from './cloud-error.js';
import { diskFailure } from './disk-failure.js';
import { type CloudResponse, type Route } from './route.js';

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
};

/** An error as Google's JSON. Storage alone leaves out the canonical `status`. */
export function errorResponse(error: CloudError, service?: Route['service']): CloudResponse {
  const { location, locationType, domain = 'global', headers } = error.details;
  return {
    status: error.status,
    headers: {
      ...(error.status === 401
        ? { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' }
        : {}),
      ...headers,
    },
    json: {
      error: {
        code: error.status,
        message: error.message,
        errors: [
          {
            message: error.message,
            domain,
            reason: error.reason,
            ...(location === undefined ? {} : { location }),
            ...(locationType === undefined ? {} : { locationType }),
          },
        ],
        ...(service === 'storage' ? {} : { status: statusNames[error.status] ?? 'UNKNOWN' }),
      },
    },
  };
}

/** The error itself, a 503 of a full disk, or a 500 that tells no internals. */
export const asCloudError = (error: unknown): CloudError =>
  error instanceof CloudError
    ? error
    : (diskFailure(error) ??
      new CloudError(500, 'backendError', 'The local cloud failed; its log has the reason.'));

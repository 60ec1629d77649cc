import { CloudError } from './cloud-error.js';

/** Codes of Node's errors, and the system's words in DuckDB's, for a disk that takes no more. */
const codes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO']);
const words =
  /No space left on device|Disk quota exceeded|File too large|Read-only file system|Input\/output error/;

/** What is answered when the data folder cannot be written: 503, for it may be mended; undefined for other errors. */
export function diskFailure(error: unknown): CloudError | undefined {
  if (error instanceof CloudError || typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const reason = codes.has(String(code)) ? String(code) : words.exec(String(message))?.[0];
  return reason === undefined
    ? undefined
    : new CloudError(503, 'backendError', `The data folder cannot be written: ${reason}`);
}

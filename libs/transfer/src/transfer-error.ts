/** Why a file, or the whole transfer, did not end well. */
export const transferErrorCodes = [
  'aborted',
  'checksum-mismatch',
  'disk-full',
  'exists-different',
  'file-gone',
  'folder-in-use',
  'folder-unusable',
  'link-expired',
  'name-unsafe',
  'network',
  'refused',
  'stalled',
  'unexpected-answer',
] as const;

export type TransferErrorCode = (typeof transferErrorCodes)[number];

/** The only error of this library; `message` says what to do where something can be done. */
export class TransferError extends Error {
  override readonly name = 'TransferError';

  constructor(
    readonly code: TransferErrorCode,
    message: string,
    readonly details: { readonly status?: number; readonly retryAfterMs?: number } = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Makes one of ours of any error. */
export const asTransferError = (error: unknown, before = ''): TransferError =>
  error instanceof TransferError
    ? error
    : new TransferError(
        'network',
        `${before}${error instanceof Error ? error.message : String(error)}`,
        {},
        { cause: error },
      );

/** Translates an error of the file system; what is not known stays as it is. */
export function asDiskError(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new TransferError(
      'disk-full',
      `There is no room left for ${path}. Free some, then run the same command again: it goes on from here.`,
      {},
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new TransferError(
      'folder-unusable',
      `${path} may not be written.`,
      {},
      { cause: error },
    );
  }
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') {
    return new TransferError(
      'folder-unusable',
      `The folder of ${path} is gone.`,
      {},
      { cause: error },
    );
  }
  return error;
}

/** Refuses to replace what is there and is another file. */
export const existsDifferent = (path: string): TransferError =>
  new TransferError(
    'exists-different',
    `${path} exists and is a different file. Move it away, or ask to overwrite.`,
  );

export const stopped = (): TransferError =>
  new TransferError('aborted', 'The transfer was stopped.');

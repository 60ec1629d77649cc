import { TransferError, type TransferErrorCode } from './transfer-error.js';

/** What is done about a failed try. */
export interface Reaction {
  readonly kind: 'again' | 'fresh-link' | 'restart' | 'other-reader' | 'give-up';
  readonly waitMs: number;
  /** The server has said that it has too much to do. */
  readonly isBusy: boolean;
}

const kindOf: Record<TransferErrorCode, Reaction['kind']> = {
  aborted: 'give-up',
  'checksum-mismatch': 'give-up',
  'disk-full': 'give-up',
  'exists-different': 'give-up',
  'file-gone': 'restart',
  'folder-in-use': 'give-up',
  'folder-unusable': 'give-up',
  'link-expired': 'fresh-link',
  'name-unsafe': 'give-up',
  network: 'again',
  refused: 'give-up',
  stalled: 'again',
  'unexpected-answer': 'other-reader',
};

/** One table from an error to what is done about it; waits grow up to 10 s, and the server's own wish goes first. */
export function reactTo(error: unknown, attempt: number, firstWaitMs = 200): Reaction {
  if (!(error instanceof TransferError)) return { kind: 'give-up', waitMs: 0, isBusy: false };
  const { status, retryAfterMs } = error.details;
  const ownWaitMs = Math.min((firstWaitMs / 2) * 2 ** attempt, 10_000) * (0.5 + Math.random() / 2);
  return {
    kind: kindOf[error.code],
    waitMs: retryAfterMs ?? ownWaitMs,
    isBusy: status === 429 || status === 503,
  };
}

/** Whether a failed try has brought so much of a range that it does not count; a trickle has not, else it could last for ever. */
export const isWorthIt = (error: unknown, broughtBytes: number, rangeBytes: number): boolean =>
  broughtBytes > 0 &&
  broughtBytes >= Math.min(64 << 10, rangeBytes / 8) &&
  !(error instanceof TransferError && error.code === 'stalled');

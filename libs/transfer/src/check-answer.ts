import { type AnswerHead } from './exchange.js';
import { type RemoteFile } from './remote-file.js';
import { TransferError } from './transfer-error.js';

/** What was asked for: the whole file where `range` is undefined. */
export interface Asked {
  readonly file: RemoteFile;
  readonly range?: { readonly start: number; readonly end: number };
}

/** How many bytes must follow a head; throws a TransferError when it is not the answer to what was asked. */
export function checkAnswer(head: AnswerHead, { file, range }: Asked): number {
  const { status, headers } = head;
  if (status !== (range ? 206 : 200)) throw refusalOf(head);
  const { generation, sizeBytes } = file;
  const found = headers.get('x-goog-generation');
  if (generation !== undefined && found !== undefined && found !== generation)
    throw changed('it has been replaced meanwhile');
  const encoding = headers.get('content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    throw new TransferError(
      'unexpected-answer',
      `The answer is encoded with ${encoding.slice(0, 20)}: its bytes are not those of the file.`,
    );
  }
  if (!range) {
    const length = headers.get('content-length');
    if (length !== undefined && Number(length) !== sizeBytes)
      throw changed(`it has ${Number(length)} bytes instead of ${sizeBytes}`);
    return sizeBytes;
  }
  const { start, end } = range;
  if (headers.get('content-range') !== `bytes ${start}-${end - 1}/${sizeBytes}`)
    throw changed('another range came than was asked for');
  return end - start;
}

const changed = (what: string): TransferError =>
  new TransferError('file-gone', `The file on the server is another one: ${what}.`);

function refusalOf({ status, headers }: AnswerHead): TransferError {
  if (status === 401 || status === 403 || status === 400)
    return new TransferError('link-expired', `The server refused the link (${status}).`, {
      status,
    });
  if (status === 404 || status === 410 || status === 412 || status === 416) {
    return new TransferError('file-gone', `The server has no such file any more (${status}).`, {
      status,
    });
  }
  if (status === 408 || status === 429 || status >= 500) {
    return new TransferError('network', `The server is busy (${status}).`, {
      status,
      retryAfterMs: retryAfter(headers.get('retry-after')),
    });
  }
  if (status === 200 || status === 206)
    return new TransferError(
      'unexpected-answer',
      `The server answered ${status}: it does not keep to ranges.`,
      { status },
    );
  return new TransferError('refused', `The server answered ${status}.`, { status });
}

function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(seconds) ? Math.max(0, Math.min(seconds, 60_000)) : undefined;
}

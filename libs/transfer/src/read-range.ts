import { crc32c } from './crc32c.js';
import { type AnswerHead } from './exchange.js';
import { fileAddress } from './file-address.js';
import { type PartFile, type PartRange } from './part-file.js';
import { type Cursor } from './range-journal.js';
import { type Reader } from './range-reader.js';
import { TransferError } from './transfer-error.js';

/** A range is put on record each time so much of it has come. */
const noteEveryBytes = 1 << 20;

export interface ReadOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly stallTimeoutMs: number;
  /** Told of bytes as they come; answers how long to wait before the next, ms. */
  onBytes(count: number): number;
}

/** Fetches what is missing of one range into the part file; fails with a TransferError that says whether another try makes sense. */
export function readRange(
  reader: Reader,
  part: PartFile,
  range: PartRange,
  cursor: Cursor,
  url: string,
  options: ReadOptions,
): Promise<void> | undefined {
  const isWhole = part.ranges.length === 1 && cursor.position === 0;
  let noted = cursor.position;
  if (cursor.position >= range.end) return undefined;
  return reader.read({
    address: fileAddress(url),
    headers: options.headers,
    range: isWhole ? undefined : { start: cursor.position, end: range.end },
    signal: options.signal,
    stallTimeoutMs: options.stallTimeoutMs,
    accept: (head) => accept(head, part, cursor.position, range.end, isWhole),
    onBytes: (bytes) => {
      part.write(cursor.position, bytes);
      cursor.crc = crc32c(bytes, cursor.crc);
      cursor.position += bytes.length;
      if (cursor.position - noted >= noteEveryBytes && cursor.position < range.end) {
        noted = cursor.position;
        part.noteProgress(range, cursor);
      }
      return options.onBytes(bytes.length);
    },
  });
}

function accept(
  head: AnswerHead,
  part: PartFile,
  start: number,
  end: number,
  isWhole: boolean,
): { bytes: number } {
  const { status, headers } = head;
  if (status !== (isWhole ? 200 : 206)) throw refusalOf(head);
  const { generation, sizeBytes } = part.file;
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
  if (isWhole) {
    const length = headers.get('content-length');
    if (length !== undefined && Number(length) !== sizeBytes)
      throw changed(`it has ${Number(length)} bytes instead of ${sizeBytes}`);
    return { bytes: sizeBytes };
  }
  if (headers.get('content-range') !== `bytes ${start}-${end - 1}/${sizeBytes}`)
    throw changed('another range came than was asked for');
  return { bytes: end - start };
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

import { crc32c } from './crc32c.js';
import { type PartFile, type PartRange } from './part-file.js';
import { type AnswerHead, type RangeReader } from './range-reader.js';
import { TransferError } from './transfer-error.js';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  readonly stallTimeoutMs: number;
  /** Told of bytes as they come; what a failed try brought is taken back with a negative number. */
  onBytes(count: number): void;
}

/** Fetches one range into the part file; throws a TransferError that says whether another try makes sense. */
export async function readRange(
  reader: RangeReader,
  part: PartFile,
  range: PartRange,
  url: string,
  options: ReadOptions,
): Promise<void> {
  const isWhole = part.ranges.length === 1;
  let crc = 0;
  let position = range.start;
  if (range.end === range.start) {
    await part.complete(range, 0);
    return;
  }
  try {
    await reader.read({
      url: parseUrl(url),
      range: isWhole ? undefined : { start: range.start, end: range.end },
      signal: options.signal,
      stallTimeoutMs: options.stallTimeoutMs,
      accept: (head) => accept(head, part, range, isWhole),
      onBytes: (bytes) => {
        crc = crc32c(bytes, crc);
        part.write(position, bytes);
        position += bytes.length;
        options.onBytes(bytes.length);
      },
    });
    await part.complete(range, crc);
  } catch (error) {
    options.onBytes(range.start - position);
    throw error;
  }
}

function parseUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return parsed;
  } catch {
    // Said below: the address itself is a secret and is not repeated.
  }
  throw new TransferError('refused', 'The server gave an address that is none.');
}

function accept(
  head: AnswerHead,
  part: PartFile,
  range: PartRange,
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
    const length = Number(headers.get('content-length') ?? Number.NaN);
    if (length !== sizeBytes) throw changed(`it has ${length} bytes instead of ${sizeBytes}`);
    return { bytes: sizeBytes };
  }
  const wanted = `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
  if (headers.get('content-range') !== wanted)
    throw changed('another range came than was asked for');
  return { bytes: range.end - range.start };
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
  return new TransferError('refused', `The server answered ${status}.`, { status });
}

function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(seconds) ? Math.max(0, Math.min(seconds, 60_000)) : undefined;
}

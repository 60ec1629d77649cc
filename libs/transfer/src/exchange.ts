import { type FileAddress } from './file-address.js';
import { TransferError } from './transfer-error.js';

export interface AnswerHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

export interface RangeRequest {
  readonly address: FileAddress;
  /** Sent beside our own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** First byte and the one after the last; the whole file when undefined. */
  readonly range?: { readonly start: number; readonly end: number };
  /** Answers how many bytes must follow the head; throws a TransferError when its body is not wanted. */
  accept(head: AnswerHead): number;
  /** The next bytes of the body; the view is good during the call only. Answers how long to wait before the next, ms. */
  onBytes(bytes: Uint8Array): number;
  /** Told once: the bytes are all there, or what went wrong. Throws nothing. */
  ended(error?: Error): void;
  readonly signal?: AbortSignal;
  readonly stallTimeoutMs: number;
}

const largestHead = 64 * 1024;
const largestRefusal = 64 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);
/** A NUL, or half of a line's end. */
const unreadable = /\0|\r(?!\n)|(?<!\r)\n/;

/** One request and its HTTP/1.1 answer, as strict as signed URLs allow: a Content-Length, and just so many bytes. */
export class Exchange {
  /** Whether another answer may follow over the same connection. */
  isReusable = false;
  hasEnded = false;
  /** How long to wait before the next bytes are read, ms. */
  waitMs = 0;
  private head?: AnswerHead;
  /** What has come of a head that is not whole yet. */
  private collected: Buffer = nothing;
  private left = 0;
  private refusal?: TransferError;

  /** `text` is the request as it goes over the wire. */
  constructor(
    readonly request: RangeRequest,
    readonly text: string,
  ) {}

  /** Takes what is its own of the bytes that have come; answers how many. What is left over is the next one's. */
  receive(bytes: Buffer): number {
    try {
      const headBytes = this.head ? 0 : this.takeHead(bytes);
      if (!this.head) return headBytes;
      return headBytes + this.takeBody(headBytes === 0 ? bytes : bytes.subarray(headBytes));
    } catch (error) {
      this.fail(error as Error);
      return bytes.length;
    }
  }

  fail(error: Error): void {
    this.isReusable = false;
    this.end(error);
  }

  private end(error?: Error): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.request.ended(error);
  }

  /** Answers how many of the bytes belong to heads; `head` is set when the one that counts is whole. */
  private takeHead(bytes: Buffer): number {
    let taken = 0;
    while (!this.head) {
      const before = this.collected.length;
      const rest = taken === 0 ? bytes : bytes.subarray(taken);
      const text = before > 0 ? Buffer.concat([this.collected, rest]) : rest;
      const end = text.indexOf(endOfHead);
      if (end === -1 || end > largestHead) {
        if (text.length > largestHead) throw odd('its head is larger than 64 KiB');
        this.collected = Buffer.from(text);
        return bytes.length;
      }
      this.collected = nothing;
      taken += end + endOfHead.length - before;
      const head = parseHead(text.toString('latin1', 0, end));
      if (head.status >= 200) this.accept(head);
    }
    return taken;
  }

  private accept(head: AnswerHead): void {
    this.head = head;
    const length = readLength(head);
    try {
      const bytes = this.request.accept(head);
      if (length === undefined) throw odd('it has no Content-Length');
      if (length !== bytes) throw odd(`it announces ${length} bytes where ${bytes} were asked for`);
      this.left = length;
    } catch (error) {
      if (!(error instanceof TransferError) || length === undefined || length > largestRefusal)
        throw error;
      // A short refusal is read to its end, so that the connection can be used again.
      this.refusal = error;
      this.left = length;
    }
    this.isReusable = !/(?:^|,)\s*close\s*(?:,|$)/i.test(head.headers.get('connection') ?? '');
  }

  private takeBody(bytes: Buffer): number {
    if (this.hasEnded) return 0;
    const own = bytes.length > this.left ? bytes.subarray(0, this.left) : bytes;
    this.left -= own.length;
    this.waitMs = own.length > 0 && !this.refusal ? this.request.onBytes(own) : 0;
    if (this.left === 0) this.end(this.refusal);
    return own.length;
  }
}

function parseHead(text: string): AnswerHead {
  const endOfFirst = text.indexOf('\r\n');
  const first = endOfFirst === -1 ? text : text.slice(0, endOfFirst);
  const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? [];
  if (status === undefined) throw odd('it is not HTTP/1.1');
  if (unreadable.test(text)) throw odd('a line of its head cannot be read');
  const headers = new Map<string, string>();
  for (let at = first.length + 2; at < text.length;) {
    const end = text.indexOf('\r\n', at);
    const line = text.slice(at, end === -1 ? text.length : end);
    addHeader(headers, line);
    at += line.length + 2;
  }
  // Before HTTP/1.1, a connection ended with its answer unless both sides said otherwise.
  if (minor === '0' && !headers.has('connection')) headers.set('connection', 'close');
  return { status: Number(status), headers };
}

function addHeader(headers: Map<string, string>, line: string): void {
  const colon = line.indexOf(':');
  const name = nameOf(line.slice(0, Math.max(0, colon)));
  const value = line.slice(colon + 1).trim();
  const present = headers.get(name);
  if (present === undefined || name === 'content-length') {
    if (present !== undefined && present !== value) throw odd('it has two lengths');
    headers.set(name, value);
  } else headers.set(name, `${present}, ${value}`);
}

/** Names as servers write them, each with its lower case: they come again with every file. */
const knownNames = new Map<string, string>();
const mostKnownNames = 200;

function nameOf(written: string): string {
  const known = knownNames.get(written);
  if (known !== undefined) return known;
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(written)) throw odd('a line of its head cannot be read');
  const name = written.toLowerCase();
  if (knownNames.size < mostKnownNames) knownNames.set(written, name);
  return name;
}

function readLength({ headers }: AnswerHead): number | undefined {
  if (headers.has('transfer-encoding')) return undefined;
  const text = headers.get('content-length');
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw odd('its Content-Length is no number');
  return Number(text);
}

export const odd = (what: string): TransferError =>
  new TransferError(
    'unexpected-answer',
    `The server's answer is not one that a file can be read from: ${what}.`,
  );

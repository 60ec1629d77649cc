import { TransferError } from './transfer-error.js';

export interface AnswerHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

export interface RangeRequest {
  readonly url: URL;
  /** Sent beside our own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** First byte and the one after the last; the whole file when undefined. */
  readonly range?: { readonly start: number; readonly end: number };
  /** Decides by the head whether the body is wanted; throws a TransferError otherwise. `bytes` is what must follow. */
  accept(head: AnswerHead): { readonly bytes: number };
  /** The next bytes of the body; the view is good during the call only. Answers how long to wait before the next, ms. */
  onBytes(bytes: Uint8Array): number;
  readonly signal?: AbortSignal;
  readonly stallTimeoutMs: number;
}

const largestHead = 64 * 1024;
const largestRefusal = 64 * 1024;
const ticksPerTimeout = 8;
/** Slower than this is no better than silence. */
const leastBytesPerSecond = 64;
const endOfHead = '\r\n\r\n';

/** One request and its HTTP/1.1 answer, as strict as signed URLs allow: a Content-Length, and just so many bytes. */
export class Exchange {
  isReusable = false;
  private head?: AnswerHead;
  private collected?: Buffer;
  private left = 0;
  private refusal?: TransferError;
  private settled = false;
  private ticks = 0;
  private recentBytes = 0;
  private readonly watch: NodeJS.Timeout;
  /** While our own side holds the server back, its silence says nothing. */
  isHeldBack = false;

  constructor(
    private readonly request: RangeRequest,
    private readonly settle: (error?: Error) => void,
  ) {
    const tickMs = request.stallTimeoutMs / ticksPerTimeout;
    const least = Math.max(1, (leastBytesPerSecond * request.stallTimeoutMs) / 1_000);
    // Ticks are counted, not the clock: a process that was held up is no sign of a silent server.
    this.watch = setInterval(() => {
      this.ticks += 1;
      if (this.ticks < ticksPerTimeout && !this.isHeldBack) return;
      if (this.recentBytes < least && !this.isHeldBack) this.fail(stalled(request.stallTimeoutMs));
      this.ticks = 0;
      this.recentBytes = 0;
    }, tickMs);
  }

  /** Takes what has come; answers how long to wait before the next, ms. */
  receive(bytes: Buffer): number {
    this.recentBytes += bytes.length;
    try {
      return this.head ? this.body(bytes) : this.headPiece(bytes);
    } catch (error) {
      this.fail(error as Error);
      return 0;
    }
  }

  fail(error: Error): void {
    this.isReusable = false;
    this.finish(error);
  }

  private finish(error?: Error): void {
    if (this.settled) return;
    this.settled = true;
    clearInterval(this.watch);
    this.settle(error);
  }

  private headPiece(bytes: Buffer): number {
    const text = this.collected ? Buffer.concat([this.collected, bytes]) : bytes;
    const end = text.subarray(0, largestHead).indexOf(endOfHead);
    if (end === -1) {
      if (text.length > largestHead) throw odd('its head is larger than 64 KiB');
      this.collected = Buffer.from(text);
      return 0;
    }
    this.collected = undefined;
    const head = parseHead(text.toString('latin1', 0, end));
    const rest = text.subarray(end + endOfHead.length);
    if (head.status < 200) return rest.length > 0 ? this.headPiece(rest) : 0;
    this.head = head;
    this.accept(head);
    return rest.length > 0 || this.left === 0 ? this.body(rest) : 0;
  }

  private accept(head: AnswerHead): void {
    const length = readLength(head);
    try {
      const { bytes } = this.request.accept(head);
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
    this.isReusable = head.headers.get('connection')?.toLowerCase() !== 'close';
  }

  private body(bytes: Buffer): number {
    if (this.settled) return 0;
    const isTooMuch = bytes.length > this.left;
    if (isTooMuch) throw odd('more bytes came than it announced');
    this.left -= bytes.length;
    const wait = bytes.length > 0 && !this.refusal ? this.request.onBytes(bytes) : 0;
    if (this.left === 0) this.finish(this.refusal);
    return wait;
  }
}

function parseHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw odd('it is not HTTP/1.1');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (!name) throw odd('a line of its head cannot be read');
    const key = name.toLowerCase();
    const present = headers.get(key);
    if (present !== undefined && key === 'content-length' && present !== value)
      throw odd('it has two lengths');
    headers.set(
      key,
      present === undefined || key === 'content-length' ? value : `${present}, ${value}`,
    );
  }
  return { status: Number(status), headers };
}

function readLength({ headers }: AnswerHead): number | undefined {
  if (headers.has('transfer-encoding')) return undefined;
  const text = headers.get('content-length');
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw odd('its Content-Length is no number');
  return Number(text);
}

export const stalled = (timeoutMs: number): TransferError =>
  new TransferError('stalled', `Hardly a byte came for ${Math.ceil(timeoutMs / 1_000)} s.`);

export const odd = (what: string): TransferError =>
  new TransferError(
    'unexpected-answer',
    `The server's answer is not one that a file can be read from: ${what}.`,
  );

import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { TransferError } from './transfer-error.js';

export interface AnswerHead {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

export interface RangeRequest {
  readonly url: URL;
  /** First byte and the one after the last; the whole file when undefined. */
  readonly range?: { readonly start: number; readonly end: number };
  /** Decides by the head whether the body is wanted; throws a TransferError otherwise. `bytes` is what must follow. */
  accept(head: AnswerHead): { readonly bytes: number };
  /** The next bytes of the body; the view is good during the call only. */
  onBytes(bytes: Uint8Array): void;
  readonly signal?: AbortSignal;
  readonly stallTimeoutMs: number;
}

export interface ReaderOptions {
  /** Extra options of tls.connect, such as `ca`. */
  readonly tls?: object;
}

const largestHead = 64 * 1024;
const largestRefusal = 64 * 1024;
const ticksPerTimeout = 8;

/**
 * One kept-alive HTTP/1.1 connection that reads ranges into one large reused buffer. It knows just what signed URLs need:
 * GET, Content-Length, 200 and 206. Anything odd is a TransferError, and the connection is not used again.
 */
export class RangeReader {
  private socket?: Socket;
  private origin = '';
  private current?: Exchange;
  private readonly buffer = Buffer.allocUnsafeSlow(1 << 20);

  constructor(private readonly options: ReaderOptions = {}) {}

  read(request: RangeRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(request, (error) => {
        this.current = undefined;
        request.signal?.removeEventListener('abort', abort);
        if (error || !exchange.isReusable) this.close();
        if (error) reject(error);
        else resolve();
      });
      const abort = (): void =>
        exchange.fail(new TransferError('aborted', 'The transfer was stopped.'));
      if (request.signal?.aborted) {
        reject(new TransferError('aborted', 'The transfer was stopped.'));
        return;
      }
      request.signal?.addEventListener('abort', abort, { once: true });
      this.current = exchange;
      this.open(request.url).write(requestText(request));
    });
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
    this.origin = '';
  }

  private open(url: URL): Socket {
    if (this.socket && !this.socket.destroyed && this.origin === url.origin) return this.socket;
    this.close();
    const isTls = url.protocol === 'https:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const options = {
      host,
      port: Number(url.port || (isTls ? 443 : 80)),
      onread: {
        buffer: this.buffer,
        callback: (count: number, buffer: Uint8Array): boolean => {
          this.current?.receive(buffer.subarray(0, count));
          return true;
        },
      },
    };
    const socket = isTls
      ? connectTls({
          ...options,
          servername: /^[\d.:]+$/.test(host) ? undefined : host,
          ...this.options.tls,
        } as never)
      : connectPlain(options);
    socket.setNoDelay(true);
    socket.on('error', (error) => this.ended(socket, error));
    socket.on('close', () => this.ended(socket));
    socket.on('end', () => this.ended(socket));
    this.socket = socket;
    this.origin = url.origin;
    return socket;
  }

  private ended(socket: Socket, cause?: Error): void {
    if (socket !== this.socket) return;
    this.current?.fail(
      new TransferError(
        'network',
        cause
          ? `The connection failed: ${cause.message}`
          : 'The connection was closed before the file was whole.',
        {},
        { cause },
      ),
    );
    this.close();
  }
}

function requestText({ url, range }: RangeRequest): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: outhaul-transfer',
    'Accept-Encoding: identity',
    'Connection: keep-alive',
    ...(range ? [`Range: bytes=${range.start}-${range.end - 1}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** One request and its answer. */
class Exchange {
  isReusable = false;
  private head?: AnswerHead;
  private collected: Buffer[] = [];
  private collectedBytes = 0;
  private left = 0;
  private refusal?: TransferError;
  private settled = false;
  private quietTicks = 0;
  private readonly watch: NodeJS.Timeout;

  constructor(
    private readonly request: RangeRequest,
    private readonly settle: (error?: Error) => void,
  ) {
    const { stallTimeoutMs } = request;
    // Ticks are counted, not the clock: a process that was held up is no sign of a silent server.
    this.watch = setInterval(() => {
      this.quietTicks += 1;
      if (this.quietTicks <= ticksPerTimeout) return;
      this.fail(
        new TransferError('stalled', `No byte came for ${Math.ceil(stallTimeoutMs / 1_000)} s.`),
      );
    }, stallTimeoutMs / ticksPerTimeout);
  }

  receive(bytes: Uint8Array): void {
    this.quietTicks = 0;
    try {
      if (this.head) this.body(bytes);
      else this.headPiece(bytes);
    } catch (error) {
      this.fail(error as Error);
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

  private headPiece(bytes: Uint8Array): void {
    this.collected.push(Buffer.from(bytes));
    this.collectedBytes += bytes.length;
    const text = Buffer.concat(this.collected, this.collectedBytes);
    const end = text.indexOf('\r\n\r\n');
    if (end === -1) {
      if (this.collectedBytes > largestHead) throw odd('its head is larger than 64 KiB');
      return;
    }
    this.collected = [];
    const head = parseHead(text.toString('latin1', 0, end));
    const rest = text.subarray(end + 4);
    if (head.status < 200) {
      if (rest.length > 0) this.headPiece(rest);
      return;
    }
    this.head = head;
    this.accept(head);
    if (rest.length > 0 || this.left === 0) this.body(rest);
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

  private body(bytes: Uint8Array): void {
    if (this.settled) return;
    if (bytes.length > this.left) throw odd('more bytes came than it announced');
    this.left -= bytes.length;
    if (bytes.length > 0 && !this.refusal) this.request.onBytes(bytes);
    if (this.left === 0) this.finish(this.refusal);
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

const odd = (what: string): TransferError =>
  new TransferError(
    'unexpected-answer',
    `The server's answer is not one that a file can be read from: ${what}.`,
  );

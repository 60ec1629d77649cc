import { connect as connectPlain, type Socket } from 'node:net';
import { Exchange, type RangeRequest } from './exchange.js';
import { TransferError } from './transfer-error.js';

export interface ReaderOptions {
  /** Extra options of tls.connect, such as `ca`. */
  readonly tls?: object;
  /** Size of the one buffer that everything is read into; default 1 MiB. */
  readonly bufferBytes?: number;
}

/** Reads ranges over HTTP, one at a time. */
export interface Reader {
  read(request: RangeRequest): Promise<void>;
  close(): void;
}

/**
 * One kept-alive HTTP/1.1 connection that reads ranges into one large reused buffer. It knows just what signed URLs need:
 * GET, Content-Length, 200 and 206. Anything odd is a TransferError, and the connection is not used again.
 */
export class RangeReader implements Reader {
  private socket?: Socket;
  private origin = '';
  private current?: Exchange;
  private readonly buffer: Buffer;

  constructor(private readonly options: ReaderOptions = {}) {
    this.buffer = Buffer.allocUnsafeSlow(options.bufferBytes ?? 1 << 20);
  }

  read(request: RangeRequest): Promise<void> {
    const { signal } = request;
    if (signal?.aborted) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      const text = requestText(request);
      const abort = (): void => exchange.fail(stopped());
      const exchange = new Exchange(request, (error) => {
        this.current = undefined;
        signal?.removeEventListener('abort', abort);
        if (error || !exchange.isReusable) this.close();
        if (error) reject(error);
        else resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.current = exchange;
      this.open(request.url).write(text, 'latin1');
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
        callback: (count: number): boolean => this.received(socket, count),
      },
    };
    const socket: Socket = isTls
      ? process.getBuiltinModule('node:tls').connect({
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

  /** Bytes have come; answers whether more may. Bytes that nobody has asked for spoil the connection. */
  private received(socket: Socket, count: number): boolean {
    const { current } = this;
    if (socket !== this.socket) return true;
    if (!current) {
      this.close();
      return true;
    }
    const waitMs = current.receive(this.buffer.subarray(0, count));
    if (waitMs <= 0) return true;
    current.isHeldBack = true;
    setTimeout(() => {
      current.isHeldBack = false;
      socket.resume();
    }, waitMs);
    return false;
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

export const stopped = (): TransferError =>
  new TransferError('aborted', 'The transfer was stopped.');

function requestText({ url, range, headers = {} }: RangeRequest): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: outhaul-transfer',
    'Accept-Encoding: identity',
    'Connection: keep-alive',
    ...(range ? [`Range: bytes=${range.start}-${range.end - 1}`] : []),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${asLine(value)}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A value of a header as it is, unless it would begin another line. */
function asLine(value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  throw new TransferError('refused', 'A header of the request is not plain text.');
}

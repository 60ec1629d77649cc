import { connect, isIP, type Socket } from 'node:net';
import { Exchange, type RangeRequest } from './exchange.js';
import { requestText } from './request-text.js';
import { StallWatch } from './stall-watch.js';
import { stopped, TransferError } from './transfer-error.js';

export interface ReaderOptions {
  /** Extra options of tls.connect, such as `ca`. */
  readonly tls?: object;
  /**
   * Everything is read into this. Readers may share one, since what has come is dealt with before anything else is read:
   * and what is shared stays in the processor's cache.
   */
  readonly buffer: Buffer;
}

/** Reads ranges over HTTP; each request is told how it ended. */
export interface Reader {
  /** Throws a TransferError when the request cannot be written. */
  read(request: RangeRequest): void;
  close(): void;
}

/**
 * One kept-alive HTTP/1.1 connection that reads ranges into one large reused buffer. It knows just what signed URLs need:
 * GET, Content-Length, 200 and 206. Anything odd is a TransferError, and the connection is not used again.
 *
 * What is asked for at the same time is pipelined as RFC 9112 has it (9.3.2): only when the connection has brought a whole
 * answer; what a lost connection leaves unanswered is asked for once more; and whoever has lost answers so pipelines no
 * more.
 */
export class RangeReader implements Reader {
  private socket?: Socket;
  private server?: URL;
  /** In the order in which the answers come; the first `sent` of them are on their way. */
  private readonly queue: Exchange[] = [];
  private sent = 0;
  /** How many may be on their way over this connection. */
  private atOnce = 1;
  private mayPipeline = true;
  private isSending = false;
  /** Runs while our own side holds the server back. */
  private holding?: NodeJS.Timeout;
  private watch?: StallWatch;
  private timer?: NodeJS.Timeout;
  private signal?: AbortSignal;

  constructor(private readonly options: ReaderOptions) {}

  read(request: RangeRequest): void {
    if (request.signal?.aborted) {
      request.ended(stopped());
      return;
    }
    if (!this.watch) this.watchOver(request);
    if (this.queue.length === 0) this.watch?.restart();
    this.queue.push(new Exchange(request, requestText(request)));
    this.sendSoon();
  }

  close(): void {
    clearInterval(this.timer);
    this.watch = undefined;
    this.signal?.removeEventListener('abort', this.stop);
    this.stop();
    this.disconnect();
    clearTimeout(this.holding);
  }

  private readonly stop = (): void => {
    for (const exchange of this.queue) exchange.fail(stopped());
    this.advance();
  };

  private watchOver({ signal, stallTimeoutMs }: RangeRequest): void {
    this.signal = signal;
    signal?.addEventListener('abort', this.stop, { once: true });
    const watch = (this.watch = new StallWatch(stallTimeoutMs));
    this.timer = setInterval(() => {
      // While our own side holds the server back, its silence says nothing.
      const silence = this.holding ? undefined : watch.tick(this.sent);
      if (silence) this.lost(this.socket, silence);
      this.advance();
    }, watch.tickMs);
  }

  /** What is asked for at the same moment goes out as one piece. */
  private sendSoon(): void {
    if (this.isSending) return;
    this.isSending = true;
    void Promise.resolve().then(this.sendAll);
  }

  private readonly sendAll = (): void => {
    this.isSending = false;
    try {
      this.send();
    } catch (error) {
      // Such as options that TLS does not take.
      this.queue[0]?.fail(lostConnection(error as Error));
      this.advance();
    }
  };

  private send(): void {
    const { queue } = this;
    const first = queue[0]?.request.address.server;
    if (!first) return;
    // Another connection waits until all is told of this one, and until its own bytes would not come too fast.
    if (!this.isOpenTo(first) && (this.sent > 0 || this.holding)) return;
    const socket = this.open(first);
    let text = '';
    while (this.sent < queue.length && this.sent < this.atOnce) {
      const next = queue[this.sent] as Exchange;
      // Another server's turn comes when this one has answered.
      if (next.request.address.server !== this.server) break;
      text += next.text;
      this.sent += 1;
    }
    if (text) socket.write(text, 'latin1');
  }

  /** Leaves behind what has ended; a connection that is spoiled is replaced. */
  private advance(): void {
    while (this.queue[0]?.hasEnded) {
      const exchange = this.queue.shift() as Exchange;
      this.watch?.restart();
      if (this.sent > 0) this.sent -= 1;
      if (!exchange.isReusable) this.disconnect();
      else if (this.mayPipeline) this.atOnce = Infinity;
    }
    if (this.queue.length > this.sent) this.sendSoon();
  }

  private disconnect(): void {
    this.socket?.destroy();
    this.socket = undefined;
    this.sent = 0;
    this.atOnce = 1;
  }

  private isOpenTo(url: URL): boolean {
    return this.socket?.destroyed === false && this.server === url;
  }

  private open(url: URL): Socket {
    if (this.socket && this.isOpenTo(url)) return this.socket;
    this.disconnect();
    const isTls = url.protocol === 'https:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const options = {
      host,
      port: Number(url.port || (isTls ? 443 : 80)),
      onread: {
        buffer: this.options.buffer,
        callback: (count: number): boolean => this.received(socket, count),
      },
    };
    const socket: Socket = isTls
      ? process.getBuiltinModule('node:tls').connect({
          ...options,
          servername: isIP(host) ? undefined : host,
          ...this.options.tls,
        } as never)
      : connect(options);
    socket.setNoDelay(true);
    socket.on('error', (error) => this.lost(socket, error));
    socket.on('close', () => this.lost(socket));
    socket.on('end', () => this.lost(socket));
    this.socket = socket;
    this.server = url;
    return socket;
  }

  /** Bytes have come; answers whether more may. */
  private received(socket: Socket, count: number): boolean {
    let waitMs = 0;
    this.watch?.came(count);
    for (let at = 0; at < count && socket === this.socket;) {
      const current = this.sent > 0 ? this.queue[0] : undefined;
      if (!current) {
        // Bytes that nobody has asked for spoil the connection.
        this.disconnect();
        break;
      }
      at += current.receive(this.options.buffer.subarray(at, count));
      waitMs = Math.max(waitMs, current.waitMs);
      if (current.hasEnded) this.advance();
    }
    if (waitMs <= 0) return true;
    this.holding = setTimeout(() => {
      this.holding = undefined;
      socket.resume();
      this.sendAll();
    }, waitMs);
    return false;
  }

  /** The connection is of no use any more: the answer that was under way fails, the others are asked for once more. */
  private lost(socket: Socket | undefined, why?: Error): void {
    if (!socket || socket !== this.socket) return;
    if (this.sent > 1) this.mayPipeline = false;
    const current = this.sent > 0 ? this.queue[0] : undefined;
    this.disconnect();
    current?.fail(why instanceof TransferError ? why : lostConnection(why));
    this.advance();
  }
}

function lostConnection(cause?: Error): TransferError {
  const what = cause
    ? `The connection failed: ${cause.message}`
    : 'The connection was closed before the file was whole.';
  return new TransferError('network', what, {}, { cause });
}

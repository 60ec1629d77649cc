import { type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** First byte of a TLS handshake; no HTTP method begins with it. */
const tlsHandshake = 0x16;
/** How long a connection may stay silent before its first byte. */
const firstByteMs = 30_000;

/** One port for plain HTTP and TLS: the first byte of each connection tells which. */
export class SniffingListener {
  readonly #server: Server;
  /** Node's HTTP servers track connections only of ports they listen on themselves. */
  readonly #sockets = new Set<Socket>();

  constructor(
    private readonly plain: HttpServer,
    private readonly secure: HttpServer,
  ) {
    this.#server = createServer({ noDelay: true }, (socket) => this.#sniff(socket));
  }

  /** Listens on 127.0.0.1 only; resolves to the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: '127.0.0.1', backlog: 1024 }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #sniff(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setTimeout(firstByteMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
    socket.once('readable', () => this.#handOver(socket));
  }

  #handOver(socket: Socket): void {
    const first = socket.read(1) as Buffer | null;
    if (first === null) {
      socket.destroy();
      return;
    }
    socket.setTimeout(0);
    socket.removeAllListeners('timeout');
    socket.unshift(first);
    (first[0] === tlsHandshake ? this.secure : this.plain).emit('connection', socket);
  }
}

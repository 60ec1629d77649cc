import { createCipheriv } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { crc32c, encodeCrc32c, type RemoteFile } from '../src/index.js';

/** Bytes without a pattern, the same for the same seed. */
export function someBytes(count: number, seed = 1): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(seed);
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), iv).update(Buffer.alloc(count));
}

export type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean;

/** Serves byte strings with ranges, as Cloud Storage does; `fault` may answer in its place by answering true. */
export class FileServer {
  readonly contents = new Map<string, { bytes: Buffer; generation: string }>();
  fault?: Fault;
  requests = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => this.serve(request, response));
    this.server.keepAliveTimeout = 60_000;
    this.server.on('connection', (socket) => socket.on('error', () => undefined));
  }

  static async start(): Promise<FileServer> {
    const server = new FileServer();
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  put(name: string, bytes: Buffer, generation = '1'): RemoteFile {
    this.contents.set(name, { bytes, generation });
    return this.describe(name);
  }

  describe(name: string): RemoteFile {
    const { bytes, generation } = this.contents.get(name) as { bytes: Buffer; generation: string };
    return { name, sizeBytes: bytes.length, crc32c: encodeCrc32c(crc32c(bytes)), generation };
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${encodeURIComponent(name)}?signature=canary`;
  }

  nameOf(request: IncomingMessage): string {
    return decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname.slice(1));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    this.requests += 1;
    const name = this.nameOf(request);
    const found = this.contents.get(name);
    if (!found) {
      response.writeHead(404, { 'Content-Length': 9 }).end('not found');
      return;
    }
    const { bytes } = found;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = to === undefined ? bytes.length : Math.min(Number(to) + 1, bytes.length);
    const body = bytes.subarray(start, end);
    if (this.fault?.(request, response, body)) return;
    const { generation } = this.contents.get(name) ?? found;
    if (start > bytes.length || (from !== undefined && start >= bytes.length)) {
      response.writeHead(416, { 'Content-Length': 0 }).end();
      return;
    }
    response.writeHead(from === undefined ? 200 : 206, {
      'Content-Length': body.length,
      'x-goog-generation': generation,
      ...(from === undefined
        ? {}
        : { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` }),
    });
    response.end(body);
  }
}

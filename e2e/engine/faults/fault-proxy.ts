import {
  Agent,
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';

/** What is done with one request. */
export type Verdict =
  | { readonly kind: 'pass' | 'drop' | 'reset' | 'lost-reply' | 'duplicate' }
  | { readonly kind: 'answer'; readonly status: number; readonly body: object }
  | { readonly kind: 'hold'; readonly ms: number };

/** Asked before each request is forwarded; `afterReply` hears of the reply before it is passed on. */
export interface Judge {
  judge(request: {
    readonly method: string;
    readonly url: string;
    readonly token?: string;
  }): Verdict;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Stands between one instance of the service and the cloud. Cutting it off is the instance's death to the cloud. */
export class FaultProxy {
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(
    target: string,
    judge: Judge,
    onLostReply: (url: string) => void,
  ): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = new FaultProxy(server, `http://127.0.0.1:${port}`);
    server.on('connection', (socket) => {
      proxy.#sockets.add(socket);
      socket.once('close', () => proxy.#sockets.delete(socket));
    });
    server.on(
      'request',
      (incoming, outgoing) => void proxy.#pass(target, judge, onLostReply, incoming, outgoing),
    );
    return proxy;
  }

  /**
   * Nothing of this instance reaches the cloud any more, and nothing of the cloud reaches it. What it still asks for is
   * refused for good, so that its remains give up soon instead of trying for a minute.
   */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  async #pass(
    target: string,
    judge: Judge,
    onLostReply: (url: string) => void,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    if (this.#isCut) {
      outgoing.writeHead(410, { Connection: 'close' }).end();
      return;
    }
    const url = incoming.url ?? '/';
    const token = /^Bearer (\S+)$/.exec(incoming.headers.authorization ?? '')?.[1];
    const verdict = judge.judge({ method: incoming.method ?? 'GET', url, token });
    if (this.#isCut || verdict.kind === 'drop') return;
    if (verdict.kind === 'reset') {
      outgoing.destroy();
      return;
    }
    if (verdict.kind === 'answer') {
      outgoing.writeHead(verdict.status, { 'Content-Type': 'application/json' });
      outgoing.end(JSON.stringify(verdict.body));
      return;
    }
    if (verdict.kind === 'hold') await new Promise((resolve) => setTimeout(resolve, verdict.ms));
    if (this.#isCut) return;
    const body = Buffer.concat(chunks);
    try {
      if (verdict.kind === 'duplicate') await forward(target, incoming, body);
      const reply = await forward(target, incoming, body);
      if (verdict.kind === 'lost-reply') {
        outgoing.destroy();
        onLostReply(url);
        return;
      }
      if (this.#isCut || outgoing.destroyed) return;
      outgoing.writeHead(reply.status, reply.headers);
      outgoing.end(reply.body);
    } catch {
      outgoing.destroy();
    }
  }
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { ...incoming.headers };
    delete headers['transfer-encoding'];
    headers['content-length'] = String(body.length);
    const upstream = send(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers, agent },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 502,
            headers: reply.headers,
            body: Buffer.concat(chunks),
          }),
        );
        reply.on('error', reject);
      },
    );
    upstream.on('error', reject);
    upstream.end(body);
  });
}

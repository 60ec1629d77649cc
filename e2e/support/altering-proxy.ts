import {
  createServer,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';

/** What a request was answered, before it is passed on. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly requestBody: string;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Stands between a client and the local cloud, sees every exchange, and may change what is answered. */
export class AlteringProxy {
  private constructor(
    readonly url: string,
    readonly stop: () => void,
  ) {}

  static async start(target: string, alter: (passing: Passing) => void): Promise<AlteringProxy> {
    const server = createServer((incoming, outgoing) => {
      pass(target, incoming, outgoing, alter).catch(() => outgoing.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new AlteringProxy(`http://127.0.0.1:${port}`, () => {
      server.closeAllConnections();
      server.close();
    });
  }
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  alter: (passing: Passing) => void,
): Promise<void> {
  const path = incoming.url ?? '/';
  const method = incoming.method ?? 'GET';
  const requestBody = await whole(incoming);
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    const upstream = send(new URL(path, target), { method, headers: incoming.headers }, resolve);
    upstream.on('error', reject);
    upstream.end(requestBody);
  });
  const passing: Passing = {
    ...{ method, path, requestBody: requestBody.toString('utf8') },
    status: reply.statusCode ?? 502,
    headers: { ...reply.headers },
    body: await whole(reply),
  };
  alter(passing);
  const { 'transfer-encoding': _chunks, ...headers } = passing.headers;
  if (method !== 'HEAD') headers['content-length'] = String(passing.body.length);
  outgoing.writeHead(passing.status, headers);
  outgoing.end(method === 'HEAD' || passing.status === 204 ? undefined : passing.body);
}

async function whole(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

import {
  createServer,
  type IncomingMessage,
  request as send,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';

/** Answers that no honest server gives; each is sent instead of asking the cloud. */
export const lies = {
  'a page instead of JSON': [200, 'text/html', '<html>SECRET-OF-UPSTREAM</html>'],
  'JSON that is cut off': [200, 'application/json', '{"items":[{"SECRET-OF-UPSTREAM'],
  'another kind of JSON': [200, 'application/json', '[{"SECRET-OF-UPSTREAM":[1,{"a":null}]}]'],
  'nothing at all': [200, 'application/json', ''],
  'an error in its own words': [
    400,
    'application/json',
    '{"error":{"code":400,"message":"SECRET-OF-UPSTREAM\\u0000\\u001b[31m","errors":[{"reason":"x"}]}}',
  ],
  'a way to another server': [302, 'text/plain', ''],
} as const;
export type Lie = keyof typeof lies;

/** Stands between the service and the cloud, and lies when it is told to. */
export class LyingProxy {
  lie?: Lie;
  /** Where the lie of another server leads to. */
  elsewhere = '';

  private constructor(
    readonly url: string,
    readonly stop: () => void,
  ) {}

  static async start(target: string): Promise<LyingProxy> {
    const server = createServer((incoming, outgoing) => proxy.#pass(target, incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new LyingProxy(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      () => {
        server.closeAllConnections();
        server.close();
      },
    );
    return proxy;
  }

  #pass(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    // Who somebody is, and the audit trail, are believed as ever: else nothing would come as far as the lie.
    const isBelieved = /^\/tokeninfo|testPermissions|name=audit|\/token$/.test(incoming.url ?? '');
    if (this.lie && !isBelieved) {
      const [status, type, body] = lies[this.lie];
      incoming.resume();
      outgoing.writeHead(status, { 'Content-Type': type, Location: `${this.elsewhere}/stolen` });
      outgoing.end(body);
      return;
    }
    const upstream = send(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method, headers: incoming.headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  }
}

import { createServer, type IncomingMessage, request as send, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Whether the request that meets the crash still reaches the cloud. */
export type CrashMoment = 'before' | 'after';

interface Plan {
  /** The crash comes at this mutating request, counted from 1. */
  readonly at: number;
  readonly moment: CrashMoment;
  readonly crash: () => Promise<void>;
}

/**
 * Stands between the service and the cloud and makes the service crash at its n-th request that changes something: either
 * the cloud never hears of the request, or it does the work and the reply is lost.
 */
export class CrashProxy {
  #plan?: Plan;
  #seen = 0;
  #crashed?: Promise<void>;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string): Promise<CrashProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = new CrashProxy(server, `http://127.0.0.1:${port}`);
    server.on('request', (incoming, outgoing) => {
      const moment = changesWork(incoming) ? proxy.#meet() : undefined;
      if (moment === 'before') return;
      const upstream = send(
        new URL(incoming.url ?? '/', target),
        { method: incoming.method, headers: incoming.headers },
        (reply) => {
          if (moment === 'after') {
            reply.resume().once('end', () => void proxy.#now());
            return;
          }
          outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(outgoing);
        },
      );
      upstream.on('error', () => outgoing.destroy());
      incoming.pipe(upstream);
    });
    return proxy;
  }

  /** Arms the proxy for one crash. */
  arm(plan: Plan): void {
    this.#plan = plan;
    this.#seen = 0;
    this.#crashed = undefined;
  }

  /** Resolves to true after the crash; to false when the service made fewer requests than the crash waited for. */
  async disarm(): Promise<boolean> {
    this.#plan = undefined;
    await this.#crashed;
    return this.#crashed !== undefined;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  #meet(): CrashMoment | undefined {
    const plan = this.#plan;
    this.#seen += 1;
    if (!plan || this.#seen !== plan.at) return undefined;
    if (plan.moment === 'before') void this.#now();
    return plan.moment;
  }

  #now(): Promise<void> | undefined {
    this.#crashed = this.#plan?.crash();
    return this.#crashed;
  }
}

/** Audit events are stored at moments of their own, so that counting them would make no two runs alike. */
const changesWork = ({ method, url = '' }: IncomingMessage): boolean =>
  method !== 'GET' && !url.includes('name=audit%2F');

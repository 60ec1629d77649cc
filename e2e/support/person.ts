import {
  createClient,
  type Export,
  type ExportRequest,
  type OuthaulClient,
  unwrap,
  watchExport,
} from '@outhaul/api-client';
import { type Finished, runCli } from './running-process.js';

export type DemoUser = 'viewer' | 'exporter' | 'admin';

/** What a token is to be like, when it is not to be an ordinary one. */
export interface TokenWish {
  readonly ttlSeconds?: number;
  readonly audience?: string;
  readonly scopes?: readonly string[];
  readonly emailVerified?: boolean;
}

interface Servers {
  readonly url: string;
  readonly cloudUrl: string;
}

/** Asks the local cloud at `cloudUrl` for an access token of one of its people. */
export async function mintToken(
  cloudUrl: string,
  email: string,
  wish: TokenWish = {},
): Promise<string> {
  const answer = await fetch(`${cloudUrl}/_local/tokens`, {
    method: 'POST',
    body: JSON.stringify({ email, ...wish }),
    headers: { 'Content-Type': 'application/json' },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Somebody with an access token: every call bears it. */
export class Person {
  private constructor(
    private readonly system: Servers,
    readonly email: string,
    readonly token: string,
  ) {}

  static async signIn(system: Servers, user: DemoUser, wish?: TokenWish): Promise<Person> {
    const email = `${user}@outhaul.test`;
    return new Person(system, email, await mintToken(system.cloudUrl, email, wish));
  }

  get client(): OuthaulClient {
    return createClient({ baseUrl: this.system.url, token: async () => this.token });
  }

  /** Any path of the service. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${this.token}`);
    return fetch(this.system.url + path, { redirect: 'manual', ...init, headers });
  }

  startExport(body: ExportRequest): Promise<Export> {
    return unwrap(this.client.POST('/api/v1/export', { body }));
  }

  async untilEnded(id: string): Promise<Export> {
    let last: Export | undefined;
    const states = watchExport(id, { baseUrl: this.system.url, token: async () => this.token });
    for await (const state of states) last = state;
    if (!last) throw new Error(`no state of ${id} was seen`);
    return last;
  }

  cli(...args: string[]): Promise<Finished> {
    return runCli(args, { OUTHAUL_SERVER: this.system.url, OUTHAUL_TOKEN: this.token });
  }
}

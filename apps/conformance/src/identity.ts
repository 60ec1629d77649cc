import { GoogleAuth } from 'google-auth-library';
import { callerAuth, renewedAuth } from '@outhaul/google';
import { Answer } from './answer.js';
import { type Config } from './config.js';

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';
const tries = 5;

export interface Call {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  readonly body?: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Take the first answer, whatever it is. */
  readonly once?: boolean;
}

/** Someone who asks Google, by plain HTTP: there is nothing of the product and no client library in between. */
export class Identity {
  constructor(readonly auth: GoogleAuth) {}

  /** The person who runs the kit. */
  static own({ token }: Config): Identity {
    return new Identity(token ? callerAuth(token) : new GoogleAuth({ scopes: [cloudPlatform] }));
  }

  static withToken(token: string): Identity {
    return new Identity(callerAuth(token));
  }

  /** A service account, by tokens that IAM makes for `by`. */
  static impersonated(
    by: Identity,
    account: string,
    { endpoints }: Config,
    scope: readonly string[] = [cloudPlatform],
  ): Identity {
    const url = `${endpoints.iamCredentials}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;
    let known: Promise<string> | undefined;
    const make = async (): Promise<string> => {
      const answer = await by.call(url, { json: { scope, lifetime: '3600s' } });
      return String(answer.orThrow().at('accessToken'));
    };
    return new Identity(renewedAuth(() => (known ??= make())));
  }

  async token(): Promise<string> {
    const client = await this.auth.getClient();
    const { token } = await client.getAccessToken();
    if (!token)
      throw new Error('There are no credentials. Run: gcloud auth application-default login');
    return token;
  }

  /** Asks; what passes by itself (408, 429, 5xx) is asked again. */
  async call(url: string, call: Call = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.ask(url, call);
      const passes = answer.status === 408 || answer.status === 429 || answer.status >= 502;
      if (!passes || call.once || attempt >= tries) return answer;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }

  private async ask(url: string, { method, query, json, body, headers }: Call): Promise<Answer> {
    const target = new URL(url);
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) target.searchParams.set(name, String(value));
    const client = await this.auth.getClient();
    const all = new Headers(await client.getRequestHeaders(target.href));
    if (json !== undefined) all.set('Content-Type', 'application/json');
    for (const [name, value] of Object.entries(headers ?? {})) all.set(name, value);
    const response = await fetch(target, {
      method: method ?? (json === undefined && body === undefined ? 'GET' : 'POST'),
      headers: all,
      body: json === undefined ? (body as RequestInit['body']) : JSON.stringify(json),
      redirect: 'manual',
      signal: AbortSignal.timeout(120_000),
    });
    return new Answer(response.status, response.headers, Buffer.from(await response.arrayBuffer()));
  }
}

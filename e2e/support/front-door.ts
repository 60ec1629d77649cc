import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo } from 'node:net';
import { createRemoteJWKSet, type CryptoKey, generateKeyPair, jwtVerify, SignJWT } from 'jose';

export interface FrontDoorOptions {
  readonly kind: 'cloud-run' | 'iap';
  /** The service behind it. */
  readonly target: string;
  /** Whose identity tokens count: the local cloud. */
  readonly issuer: string;
  /** Whom tokens may be made for; Cloud Run adds the door's own address, as it does with its `run.app` one. */
  readonly audiences?: readonly string[];
  /** Who has `roles/run.invoker`, or `roles/iap.httpsResourceAccessor`. */
  readonly members: readonly string[];
}

/** What IAP's own client is called; an unknown caller is sent to Google's sign-in with it. */
export const iapClientId = '1234567890-iap.apps.googleusercontent.com';

/**
 * A stand-in on the loopback of the two doors that Google can put in front of a service. They refuse with their own
 * HTML before the service hears of it, take identity tokens only, and change what they let through.
 *
 * - Cloud Run's IAM: `X-Serverless-Authorization` before `Authorization`; the one that it has looked at arrives without
 *   its signature. https://cloud.google.com/run/docs/authenticating/service-to-service
 * - The Identity-Aware Proxy: `Proxy-Authorization` before `Authorization`, and an assertion of its own for the
 *   service. https://cloud.google.com/iap/docs/authentication-howto
 */
export class FrontDoor {
  /** Headers of what was let in, as the service got them. */
  readonly passed: IncomingHttpHeaders[] = [];
  members: readonly string[];
  audiences: readonly string[];
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  private constructor(
    private readonly options: FrontDoorOptions,
    private readonly server: Server,
    private readonly assertionKey: CryptoKey,
  ) {
    this.members = options.members;
    this.keys = createRemoteJWKSet(new URL('/jwks', options.issuer), { timeoutDuration: 30_000 });
    this.audiences = options.audiences ?? (options.kind === 'iap' ? [iapClientId] : [this.url]);
  }

  static async start(options: FrontDoorOptions): Promise<FrontDoor> {
    const { privateKey } = await generateKeyPair('ES256');
    const server = createServer(
      (incoming, outgoing) => void door.#meet(incoming, outgoing).catch(() => outgoing.destroy()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const door = new FrontDoor(options, server, privateKey);
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  #meet(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    return this.options.kind === 'iap'
      ? this.#proxy(incoming, outgoing)
      : this.#cloudRun(incoming, outgoing);
  }

  async #cloudRun(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { headers } = incoming;
    const shown =
      'x-serverless-authorization' in headers ? 'x-serverless-authorization' : 'authorization';
    const token = bearerOf(headers[shown]?.toString());
    const refuse = (status: 401 | 403, why: string, more: object = {}): void => {
      incoming.resume();
      outgoing.writeHead(status, {
        'Content-Type': 'text/html; charset=UTF-8',
        Server: 'Google Frontend',
        ...more,
      });
      outgoing.end(page(`${status} ${status === 401 ? 'Unauthorized' : 'Forbidden'}`, why));
    };
    const forbidden = `Your client does not have permission to get URL <code>${incoming.url}</code> from this server.`;
    if (!token) return refuse(403, forbidden);
    const email = await this.#emailOf(token);
    if (!email)
      return refuse(401, 'Your client does not have permission to the requested URL.', {
        'WWW-Authenticate':
          'Bearer error="invalid_token" error_description="The access token could not be verified"',
      });
    if (!this.members.includes(email)) return refuse(403, forbidden);
    const bare = `${token.slice(0, token.lastIndexOf('.'))}.SIGNATURE_REMOVED_BY_GOOGLE`;
    this.#letIn(incoming, outgoing, { ...headers, [shown]: `Bearer ${bare}` });
  }

  async #proxy(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { 'proxy-authorization': own, ...headers } = incoming.headers;
    const refuse = (status: 302 | 401 | 403, text: string, more: object = {}): void => {
      incoming.resume();
      outgoing.writeHead(status, {
        'Content-Type': status === 401 ? 'text/plain' : 'text/html; charset=UTF-8',
        'X-Goog-IAP-Generated-Response': 'true',
        ...more,
      });
      outgoing.end(text);
    };
    const email =
      (await this.#emailOf(bearerOf(own?.toString()))) ??
      (await this.#emailOf(bearerOf(headers.authorization)));
    if (!email && (own ?? headers.authorization) === undefined) {
      const query = new URLSearchParams({ client_id: iapClientId, response_type: 'code' });
      const location = `https://accounts.google.com/o/oauth2/v2/auth?${query}`;
      return refuse(302, '', { Location: location });
    }
    if (!email) return refuse(401, 'Invalid IAP credentials: Unable to parse JWT');
    if (!this.members.includes(email))
      return refuse(403, page('You don’t have access', `${email} may not open this page.`));
    const kept = Object.entries(headers).filter(([name]) => !name.startsWith('x-goog-'));
    this.#letIn(incoming, outgoing, {
      ...Object.fromEntries(kept),
      'x-goog-iap-jwt-assertion': await this.#assertion(email),
      'x-goog-authenticated-user-email': `accounts.google.com:${email}`,
    });
  }

  /** An assertion that IAP makes itself: https://cloud.google.com/iap/docs/signed-headers-howto */
  #assertion(email: string): Promise<string> {
    return new SignJWT({ email })
      .setProtectedHeader({ alg: 'ES256', kid: 'iap' })
      .setIssuer('https://cloud.google.com/iap')
      .setAudience('/projects/1234567890/locations/europe-west1/services/outhaul-api')
      .setSubject(`accounts.google.com:${email}`)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(this.assertionKey);
  }

  /** Whose identity token it is; an access token is none, whatever it may do elsewhere. */
  async #emailOf(token: string | undefined): Promise<string | undefined> {
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: this.options.issuer,
        audience: [...this.audiences],
        requiredClaims: ['exp', 'email'],
      });
      return payload['email_verified'] === true ? String(payload['email']) : undefined;
    } catch {
      return undefined;
    }
  }

  #letIn(incoming: IncomingMessage, outgoing: ServerResponse, headers: IncomingHttpHeaders): void {
    this.passed.push(headers);
    const upstream = send(
      new URL(incoming.url ?? '/', this.options.target),
      { method: incoming.method, headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, {
          ...reply.headers,
          server: 'Google Frontend',
        });
        reply.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  }
}

const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

const page = (title: string, text: string): string =>
  `<html><head><meta http-equiv="content-type" content="text/html;charset=utf-8"><title>${title}</title></head><body><h1>Error: ${title}</h1><h2>${text}</h2></body></html>`;

import { createHash } from 'node:crypto';
import { getIronSession, type IronSession, type SessionOptions } from 'iron-session';
import { type OuthaulRequest } from '../../http/outhaul-request.js';
import { type SignInConfig } from '../identity-settings.js';
import { EndedSessions } from './ended-sessions.js';

/** What the sealed cookie of somebody who has signed in holds; times are epoch ms. */
export interface Session {
  readonly deployment: string;
  readonly email: string;
  readonly name?: string;
  readonly accessToken: string;
  readonly accessEndsAt: number;
  readonly refreshToken?: string;
  readonly signedInAt: number;
  readonly seenAt: number;
}

/** What is kept while the browser is at the issuer. */
export interface PendingSignIn {
  readonly deployment: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

const pendingSeconds = 600;
const openedMs = 20_000;
const mostOpened = 2_000;

/** Seals and opens the two cookies. A cookie that was altered, is too old, or is another deployment's counts as none. */
export class SessionCookies {
  private readonly deployment: string;
  private readonly ended = new EndedSessions();
  /** Sessions opened in the last seconds, under a hash of their cookies. */
  private readonly opened = new Map<string, { session: Session; untilMs: number }>();

  constructor(
    private readonly config: SignInConfig,
    private readonly secure: boolean,
    deployment: string,
  ) {
    this.deployment = createHash('sha256')
      .update(JSON.stringify([config.issuer, config.clientId, deployment]))
      .digest('base64url')
      .slice(0, 16);
  }

  /** The session of the cookie, unless someone has signed out of it. */
  async read(request: OuthaulRequest): Promise<Session | undefined> {
    const session = await this.open(request);
    return session && !this.ended.has(session) ? session : undefined;
  }

  /** Signs out of a session: from now on its cookie counts as none, wherever a copy of it lies. */
  async end(request: OuthaulRequest, session: Session): Promise<void> {
    this.ended.add(session);
    await this.clear(request);
  }

  private async open(request: OuthaulRequest): Promise<Session | undefined> {
    if (!this.isSent(request, 'session')) return undefined;
    const key = keyOf(request);
    const known = this.opened.get(key);
    if (known && known.untilMs > Date.now()) return known.session;
    const { save: _s, destroy: _d, updateConfig: _u, ...session } = await this.session(request);
    if (!this.isOurs(session)) return undefined;
    this.remember(key, session as Session);
    return session as Session;
  }

  async write(request: OuthaulRequest, session: Omit<Session, 'deployment'>): Promise<void> {
    const sealed = await this.session(request);
    const absent = { name: undefined, refreshToken: undefined };
    Object.assign(sealed, { ...absent, ...session, deployment: this.deployment });
    await this.save(sealed, this.sessionOptions());
  }

  /** Whether the cookie is there at all, whatever it holds. */
  isSent(request: OuthaulRequest, which: 'session' | 'sign-in'): boolean {
    return (request.headers.cookie ?? '').includes(this.nameOf(which));
  }

  async clear(request: OuthaulRequest): Promise<void> {
    this.opened.delete(keyOf(request));
    (await this.session(request)).destroy();
  }

  async writePending(
    request: OuthaulRequest,
    pending: Omit<PendingSignIn, 'deployment'>,
  ): Promise<void> {
    const sealed = await this.pending(request);
    Object.assign(sealed, { ...pending, deployment: this.deployment });
    await this.save(sealed, this.pendingOptions());
  }

  /** What `writePending` kept; it can be taken once. */
  async takePending(request: OuthaulRequest): Promise<PendingSignIn | undefined> {
    const sealed = await this.pending(request);
    const { save: _s, destroy: _d, updateConfig: _u, ...pending } = sealed;
    sealed.destroy();
    return this.isOurs(pending) ? (pending as PendingSignIn) : undefined;
  }

  /** Opening a seal costs more than all else about a request, and a page asks for many things at once. */
  private remember(key: string, session: Session): void {
    this.opened.set(key, { session, untilMs: Date.now() + openedMs });
    for (const oldest of this.opened.keys()) {
      if (this.opened.size <= mostOpened) return;
      this.opened.delete(oldest);
    }
  }

  private session(request: OuthaulRequest): Promise<IronSession<Session>> {
    return getIronSession<Session>(request, responseOf(request), this.sessionOptions());
  }

  private pending(request: OuthaulRequest): Promise<IronSession<PendingSignIn>> {
    return getIronSession<PendingSignIn>(request, responseOf(request), this.pendingOptions());
  }

  /** Any of the secrets opens a cookie; the first one seals it. */
  private async save(sealed: IronSession<object>, options: SessionOptions): Promise<void> {
    const [secret = ''] = this.config.sessionSecrets;
    sealed.updateConfig({ ...options, password: { [idOf(secret)]: secret } });
    await sealed.save();
  }

  private sessionOptions(): SessionOptions {
    const ttl = Math.floor(this.config.longestMs / 1_000);
    return { ...this.options('session'), ttl, chunk: true };
  }

  private pendingOptions(): SessionOptions {
    return { ...this.options('sign-in'), ttl: pendingSeconds };
  }

  private options(which: 'session' | 'sign-in'): SessionOptions {
    const { sessionSecrets } = this.config;
    return {
      cookieName: this.nameOf(which),
      password: Object.fromEntries(sessionSecrets.map((secret) => [idOf(secret), secret])),
      cookieOptions: { httpOnly: true, sameSite: 'lax', secure: this.secure, path: '/' },
    };
  }

  /** Browsers take a `__Host-` cookie only from this very host, over https. */
  private nameOf(which: 'session' | 'sign-in'): string {
    return `${this.secure ? '__Host-' : ''}outhaul-${which}`;
  }

  private isOurs(content: { deployment?: string }): boolean {
    return content.deployment === this.deployment;
  }
}

/** The seal names its secret by a number; one made of the secret itself stays right when secrets are added and dropped. */
const idOf = (secret: string): number =>
  createHash('sha256').update(`outhaul session ${secret}`).digest().readUInt32BE(0);

const keyOf = ({ headers }: OuthaulRequest): string =>
  createHash('sha256')
    .update(headers.cookie ?? '')
    .digest('base64');

function responseOf(request: OuthaulRequest) {
  if (!request.res) throw new Error('the request has no response');
  return request.res;
}

import { AppError, type Caller, isAppError } from '@outhaul/core';
import { type OuthaulRequest } from '../../http/outhaul-request.js';
import { type CallerDirectory } from '../caller-directory.js';
import { type SignInConfig } from '../identity-settings.js';
import { type Issuer, type Tokens } from './issuer.js';
import { requireSameOrigin } from './own-origin.js';
import { type Session, type SessionCookies } from './session.js';

/** An access token is renewed when it has no more than this left. */
const renewBeforeMs = 5 * 60_000;
/** Requests that were sent with the old cookie while it was being renewed get the new tokens too. */
const shareRenewalMs = 60_000;

export interface SessionAuthenticatorDeps {
  readonly config: SignInConfig;
  readonly publicUrl: string | undefined;
  readonly cookies: SessionCookies;
  readonly issuer: Issuer;
  readonly directory: CallerDirectory;
  nowMs(): number;
}

/** Callers by the console's session. Renews access tokens before they end, and the cookie as long as it is used. */
export class SessionAuthenticator {
  private readonly renewals = new Map<string, Promise<Tokens | undefined>>();

  constructor(private readonly deps: SessionAuthenticatorDeps) {}

  /** Undefined when the request has no cookie of a session. Throws `unauthenticated` when the session has ended. */
  async authenticate(request: OuthaulRequest): Promise<Caller | undefined> {
    const { cookies, publicUrl, directory, config } = this.deps;
    if (!cookies.isSent(request, 'session')) return undefined;
    requireSameOrigin(request, publicUrl);
    const session = await cookies.read(request);
    if (!session || this.hasEnded(session)) {
      await cookies.clear(request);
      throw ended();
    }
    const fresh = await this.renewed(session);
    const caller = await directory.callerOf(fresh.accessToken).catch(async (error: unknown) => {
      if (isAppError(error, 'unauthenticated')) await cookies.clear(request);
      throw error;
    });
    const nowMs = this.deps.nowMs();
    const isWorthWriting = fresh !== session || nowMs - session.seenAt > config.idleMs / 12;
    if (isWorthWriting) await cookies.write(request, { ...fresh, seenAt: nowMs });
    return { ...caller, name: session.name, expiresAt: this.endOf(session, nowMs) };
  }

  /**
   * The caller of a session whose cookie can no longer be written, since the response is under way. A token that has ended
   * ends it: who comes again has it renewed.
   */
  async recheck(request: OuthaulRequest): Promise<Caller> {
    const { cookies, directory, nowMs } = this.deps;
    const session = await cookies.read(request);
    if (!session || this.hasEnded(session) || session.accessEndsAt <= nowMs()) throw ended();
    return directory.callerOf(session.accessToken);
  }

  private hasEnded({ signedInAt, seenAt }: Session): boolean {
    const { config, nowMs } = this.deps;
    const now = nowMs();
    return now >= signedInAt + config.longestMs || now >= seenAt + config.idleMs;
  }

  private endOf({ signedInAt, accessEndsAt, refreshToken }: Session, nowMs: number): string {
    const { longestMs, idleMs } = this.deps.config;
    const ends = [signedInAt + longestMs, nowMs + idleMs];
    return new Date(Math.min(...ends, ...(refreshToken ? [] : [accessEndsAt]))).toISOString();
  }

  private async renewed(session: Session): Promise<Session> {
    const { refreshToken, accessEndsAt } = session;
    const leftMs = accessEndsAt - this.deps.nowMs();
    if (leftMs > renewBeforeMs) return session;
    if (refreshToken === undefined) {
      if (leftMs > 0) return session;
      throw ended();
    }
    try {
      const tokens = await this.renewOnce(refreshToken);
      if (tokens) return { ...session, ...tokens };
    } catch (error) {
      // What is still good may be used while the issuer is away.
      if (leftMs > 0) return session;
      throw error;
    }
    if (leftMs > 0) return session;
    throw ended();
  }

  private renewOnce(refreshToken: string): Promise<Tokens | undefined> {
    const present = this.renewals.get(refreshToken);
    if (present) return present;
    const renewal = this.deps.issuer.refresh(refreshToken);
    this.renewals.set(refreshToken, renewal);
    const forget = () => this.renewals.delete(refreshToken);
    renewal.then(() => setTimeout(forget, shareRenewalMs).unref(), forget);
    return renewal;
  }
}

const ended = (): AppError =>
  new AppError('unauthenticated', 'Your session has ended.', { fix: 'Sign in again.' });

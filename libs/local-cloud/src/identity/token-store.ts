import { randomBytes } from 'node:crypto';
import { type Clock } from '../clock.js';

/** Whom an opaque access token speaks for. */
export interface TokenGrant {
  readonly email: string;
  readonly subject: string;
  readonly emailVerified: boolean;
  /** The OAuth client it was given to. */
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

/** Access tokens made by the local cloud; they die with the process. */
export class TokenStore {
  readonly #grants = new Map<string, TokenGrant>();

  constructor(private readonly clock: Clock) {}

  issue(grant: TokenGrant): string {
    this.#forgetExpired();
    const token = `ya29.local-${randomBytes(32).toString('base64url')}`;
    this.#grants.set(token, grant);
    return token;
  }

  /** The grant of a token that is still valid. */
  find(token: string): TokenGrant | undefined {
    const grant = this.#grants.get(token);
    return grant && grant.expiresAtMs > this.clock.nowMs() ? grant : undefined;
  }

  revoke(token: string): boolean {
    return this.#grants.delete(token);
  }

  #forgetExpired(): void {
    for (const [token, grant] of this.#grants)
      if (grant.expiresAtMs <= this.clock.nowMs()) this.#grants.delete(token);
  }
}

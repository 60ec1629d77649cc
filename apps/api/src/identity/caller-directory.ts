import { createHash } from 'node:crypto';
import {
  type Caller,
  isAppError,
  type PolicyReader,
  type Role,
  rolePermissions,
  type Warehouse,
} from '@outhaul/core';
import { type TokenFacts } from '@outhaul/google';
import { checkToken } from './check-token.js';

/** How long a role counts: one that is taken away, or a token that is revoked, ends within it. */
const trustMs = 30_000;
/** A refusal is kept for a shorter time, so that a token that is repeated does not ask Google each time. */
const refusalMs = 5_000;
/**
 * What a token is does not change while it lives, and Google's tokeninfo is for few calls. Whether it still lives is seen
 * with each look at the role, which is asked with the token itself.
 */
const factsMs = 10 * 60_000;
const mostTokens = 10_000;

export interface CallerSources {
  readonly audiences: readonly string[];
  nowMs(): number;
  /** What the issuer says of the token. */
  factsOf(token: string): Promise<TokenFacts | undefined>;
  /** Which role Google's IAM gives to the token's owner. */
  roleOf(token: string): Promise<Role | undefined>;
  warehouseOf(token: string): Warehouse;
  policiesOf(token: string): PolicyReader;
}

interface Entry {
  readonly caller: Promise<Caller>;
  untilMs: number;
}

/** Who stands behind an access token. Answers are kept for seconds, under a hash of the token. */
export class CallerDirectory {
  private readonly entries = new Map<string, Entry>();
  private readonly facts = new Map<
    string,
    { readonly facts: TokenFacts; readonly untilMs: number }
  >();

  constructor(private readonly sources: CallerSources) {}

  /** Throws `unauthenticated` for a token that is not good here. */
  callerOf(token: string): Promise<Caller> {
    const key = keyOf(token);
    const known = this.entries.get(key);
    if (known && known.untilMs > this.sources.nowMs()) return known.caller;
    const entry: Entry = {
      caller: this.lookUp(token),
      untilMs: this.sources.nowMs() + trustMs,
    };
    this.entries.delete(key);
    this.entries.set(key, entry);
    this.forgetOldest();
    void entry.caller.then(
      ({ expiresAt = '' }) => {
        entry.untilMs = Math.min(entry.untilMs, Date.parse(expiresAt));
      },
      (error: unknown) => {
        if (isAppError(error, 'unauthenticated')) entry.untilMs = this.sources.nowMs() + refusalMs;
        else this.entries.delete(key);
      },
    );
    return entry.caller;
  }

  /** The next call with this token asks Google again. */
  forget(token: string): void {
    this.entries.delete(keyOf(token));
    this.facts.delete(keyOf(token));
  }

  private async lookUp(token: string): Promise<Caller> {
    const { audiences, nowMs, roleOf, warehouseOf, policiesOf } = this.sources;
    const facts = await this.factsOf(token);
    const { email } = checkToken(facts, { audiences, nowMs: nowMs() });
    const role = await roleOf(token).catch((error: unknown) => {
      this.facts.delete(keyOf(token));
      throw error;
    });
    return {
      email,
      role,
      permissions: new Set(role ? rolePermissions[role] : []),
      warehouse: warehouseOf(token),
      policies: policiesOf(token),
      expiresAt: new Date(facts?.expiresAtMs ?? 0).toISOString(),
    };
  }

  private async factsOf(token: string): Promise<TokenFacts | undefined> {
    const key = keyOf(token);
    const nowMs = this.sources.nowMs();
    const known = this.facts.get(key);
    if (known && known.untilMs > nowMs) return known.facts;
    this.facts.delete(key);
    const facts = await this.sources.factsOf(token);
    if (facts)
      this.facts.set(key, { facts, untilMs: Math.min(facts.expiresAtMs, nowMs + factsMs) });
    return facts;
  }

  private forgetOldest(): void {
    for (const map of [this.entries, this.facts])
      for (const key of map.keys()) {
        if (map.size <= mostTokens) break;
        map.delete(key);
      }
  }
}

const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64');

import { AppError } from '@outhaul/core';

/** What the issuer says of an access token. */
export interface TokenFacts {
  /** The OAuth client that the token was given to. */
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
  /** Undefined when the token does not carry the `email` scope. */
  readonly email?: string;
  readonly emailVerified: boolean;
}

interface WireTokenInfo {
  readonly aud?: string;
  readonly azp?: string;
  readonly scope?: string;
  readonly exp?: string | number;
  readonly email?: string;
  readonly email_verified?: string | boolean;
}

const tries = 3;

/** Asks the issuer's token information endpoint; undefined when it does not know the token or the token has ended. */
export async function askTokenInfo(
  endpoint: string,
  accessToken: string,
): Promise<TokenFacts | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(endpoint, accessToken);
    if (answer?.ok) return toFacts((await answer.json()) as WireTokenInfo);
    await answer?.body?.cancel();
    if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 429)
      return undefined;
    if (attempt >= tries)
      throw new AppError('upstream-unavailable', 'Sign-ins cannot be checked at the moment.');
    await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
  }
}

/** The token travels in the body: addresses end up in logs. Undefined when there is no answer. */
const post = (endpoint: string, accessToken: string): Promise<Response | undefined> =>
  fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({ access_token: accessToken }),
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);

const toFacts = (wire: WireTokenInfo): TokenFacts => ({
  audience: wire.aud ?? wire.azp ?? '',
  scopes: (wire.scope ?? '').split(' ').filter(Boolean),
  expiresAtMs: Number(wire.exp ?? 0) * 1_000,
  email: wire.email,
  emailVerified: String(wire.email_verified) === 'true',
});

import { AppError } from '@outhaul/core';
import * as openid from 'openid-client';
import { type SignInConfig } from '../identity-settings.js';

/** What somebody brings back from the issuer. */
export interface Tokens {
  readonly accessToken: string;
  /** Epoch ms. */
  readonly accessEndsAt: number;
  readonly refreshToken?: string;
}

export interface SignedInPerson extends Tokens {
  readonly email: string;
  readonly name?: string;
}

export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The sign-in did not come to a good end; the message is for the person. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
  constructor(
    readonly code: 'cancelled' | 'stale' | 'refused',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const clockToleranceSeconds = 30;
/** When the issuer does not say how long an access token is good for. */
const usualSeconds = 3_600;

/** The organisation's OpenID provider: code flow with PKCE, state and nonce; identity tokens are verified by its keys. */
export class Issuer {
  private found?: Promise<openid.Configuration>;

  constructor(private readonly config: SignInConfig) {}

  /** Where the browser is to go, and what must come back with it. */
  async begin(redirectUri: string): Promise<{ url: string; checks: Checks }> {
    const checks = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
    };
    const url = openid.buildAuthorizationUrl(await this.discover(), {
      ...this.config.parameters,
      redirect_uri: redirectUri,
      scope: this.config.scopes,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, checks };
  }

  /** Takes the code that came back at `callback` for tokens; throws `SignInRefused`. */
  async finish(callback: URL, checks: Checks): Promise<SignedInPerson> {
    const issuer = await this.discover();
    try {
      const tokens = await openid.authorizationCodeGrant(issuer, callback, {
        expectedState: checks.state,
        expectedNonce: checks.nonce,
        pkceCodeVerifier: checks.verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (typeof claims?.['email'] !== 'string' || claims['email_verified'] !== true)
        throw new SignInRefused('refused', 'The sign-in names no verified e-mail address.');
      const name = typeof claims['name'] === 'string' ? claims['name'].slice(0, 200) : undefined;
      return { ...toTokens(tokens), email: claims['email'], name };
    } catch (error) {
      throw refusal(error);
    }
  }

  /** Undefined when the issuer does not renew it any more. */
  async refresh(refreshToken: string): Promise<Tokens | undefined> {
    const issuer = await this.discover();
    try {
      return {
        refreshToken,
        ...toTokens(await openid.refreshTokenGrant(issuer, refreshToken)),
      };
    } catch (error) {
      if (error instanceof openid.ResponseBodyError && error.status < 500) return undefined;
      throw unreachable(error);
    }
  }

  /** Asks the issuer to forget the sign-in's tokens. */
  async revoke(token: string): Promise<void> {
    const issuer = await this.discover();
    if (issuer.serverMetadata().revocation_endpoint) await openid.tokenRevocation(issuer, token);
  }

  private discover(): Promise<openid.Configuration> {
    this.found ??= this.ask().catch((error: unknown) => {
      this.found = undefined;
      throw unreachable(error);
    });
    return this.found;
  }

  private ask(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    const url = new URL(issuer);
    return openid.discovery(
      url,
      clientId,
      { client_secret: clientSecret, [openid.clockTolerance]: clockToleranceSeconds },
      undefined,
      {
        timeout: 10,
        execute: [
          openid.enableNonRepudiationChecks,
          // An issuer on this machine's own loopback, as the settings name it, speaks plain HTTP.
          ...(url.protocol === 'http:' ? [openid.allowInsecureRequests] : []),
        ],
      },
    );
  }
}

interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in?: number;
  readonly refresh_token?: string;
}

function toTokens(answer: TokenAnswer): Tokens {
  const seconds = answer.expires_in ?? usualSeconds;
  return {
    accessToken: answer.access_token,
    accessEndsAt: Date.now() + seconds * 1_000,
    ...(answer.refresh_token ? { refreshToken: answer.refresh_token } : {}),
  };
}

function refusal(error: unknown): Error {
  if (error instanceof SignInRefused) return error;
  if (error instanceof openid.AuthorizationResponseError)
    return error.error === 'access_denied'
      ? new SignInRefused('cancelled', 'The sign-in was cancelled.', error)
      : new SignInRefused('refused', 'The issuer refused the sign-in.', error);
  if (error instanceof openid.ResponseBodyError && error.status >= 500) return unreachable(error);
  if (error instanceof openid.ResponseBodyError || error instanceof openid.ClientError)
    return new SignInRefused('refused', 'The sign-in could not be verified.', error);
  return unreachable(error);
}

const unreachable = (error: unknown): AppError =>
  new AppError(
    'upstream-unavailable',
    'The sign-in service cannot be reached.',
    {},
    { cause: error },
  );

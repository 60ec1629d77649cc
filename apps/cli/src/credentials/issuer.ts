import { type SignInOptions } from '@outhaul/api-client';
import type * as OpenId from 'openid-client';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { type KeptSignIn } from './credential-file.js';
import { receiveCallback } from './receive-callback.js';

/** What a service says about its provider, once it is known to have one. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scopes: string;
}

const googleIssuer = 'https://accounts.google.com';

export function providerOf({ issuer, clientId, clientSecret, scopes }: SignInOptions): Provider {
  if (!issuer || !clientId)
    throw new CommandFailure(
      exitCodes.failure,
      'This service has no sign-in for commands.',
      'Its administrator sets OUTHAUL_CLI_CLIENT_ID. Meanwhile: gcloud auth application-default login',
    );
  return { issuer, clientId, clientSecret, scopes: scopes ?? 'openid email' };
}

/** Signs in through a browser on this machine, which comes back to a port of the loopback; PKCE, state and nonce are checked. */
export async function signInByBrowser(
  provider: Provider,
  show: (url: string) => void,
): Promise<KeptSignIn> {
  const { openid, configuration } = await discover(provider);
  const checks = {
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
  };
  const callback = await receiveCallback();
  try {
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: callback.redirectUri,
      scope: provider.scopes,
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      // Google hands out a refresh token only when it is asked in this way.
      ...(provider.issuer === googleIssuer ? { access_type: 'offline', prompt: 'consent' } : {}),
    });
    show(url.href);
    const tokens = await openid.authorizationCodeGrant(configuration, await callback.arrival, {
      ...checks,
      idTokenExpected: true,
    });
    return toKept(provider, tokens);
  } catch (error) {
    throw refusal(error);
  } finally {
    callback.close();
  }
}

/**
 * Signs in through a browser on another device, where the person types a code. Google gives such sign-ins none of the
 * scopes that exports need: https://developers.google.com/identity/protocols/oauth2/limited-input-device#allowedscopes
 */
export async function signInByDevice(
  provider: Provider,
  show: (url: string, code: string) => void,
): Promise<KeptSignIn> {
  if (provider.issuer === googleIssuer)
    throw new CommandFailure(
      exitCodes.usage,
      'Google does not let a device sign in by a code for BigQuery.',
      'Without a browser on this machine: gcloud auth login --no-browser, which outhaul then finds by itself.\nWith one: outhaul login',
    );
  const { openid, configuration } = await discover(provider);
  try {
    const begun = await openid.initiateDeviceAuthorization(configuration, {
      scope: provider.scopes,
    });
    show(begun.verification_uri, begun.user_code);
    return toKept(provider, await openid.pollDeviceAuthorizationGrant(configuration, begun));
  } catch (error) {
    throw refusal(error);
  }
}

/** A fresh access token; undefined when the provider does not renew the sign-in any more. */
export async function renew(kept: KeptSignIn): Promise<KeptSignIn | undefined> {
  if (!kept.refreshToken) return undefined;
  const { openid, configuration } = await discover(kept);
  try {
    const tokens = await openid.refreshTokenGrant(configuration, kept.refreshToken);
    return {
      ...kept,
      ...timesOf(tokens),
      refreshToken: tokens.refresh_token ?? kept.refreshToken,
      idToken: tokens.id_token,
    };
  } catch (error) {
    if (error instanceof openid.ResponseBodyError && error.status < 500) return undefined;
    throw refusal(error);
  }
}

/** Asks the provider to forget the sign-in. */
export async function revoke(kept: KeptSignIn): Promise<void> {
  const { openid, configuration } = await discover(kept);
  if (configuration.serverMetadata().revocation_endpoint)
    await openid.tokenRevocation(configuration, kept.refreshToken ?? kept.accessToken);
}

async function discover({ issuer, clientId, clientSecret }: Omit<Provider, 'scopes'>) {
  const openid = await import('openid-client');
  const url = new URL(issuer);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const configuration = await openid
    .discovery(
      url,
      clientId,
      { client_secret: clientSecret },
      clientSecret ? openid.ClientSecretPost(clientSecret) : openid.None(),
      // Plain HTTP is for this machine's own provider only.
      { execute: isLoopback ? [openid.allowInsecureRequests] : [] },
    )
    .catch((error: unknown) => {
      throw new CommandFailure(
        exitCodes.unreachable,
        `The sign-in provider at ${url.origin} cannot be reached: ${(error as Error).message}`,
      );
    });
  return { openid, configuration };
}

function toKept(
  { issuer, clientId, clientSecret }: Provider,
  tokens: OpenId.TokenEndpointResponse & OpenId.TokenEndpointResponseHelpers,
): KeptSignIn {
  const email = tokens.claims()?.['email'];
  return {
    issuer,
    clientId,
    clientSecret,
    email: typeof email === 'string' ? email : '',
    ...timesOf(tokens),
    refreshToken: tokens.refresh_token,
    idToken: tokens.id_token,
  };
}

const timesOf = (tokens: OpenId.TokenEndpointResponse) => ({
  accessToken: tokens.access_token,
  accessEndsAt: Date.now() + (tokens.expires_in ?? 3_600) * 1_000,
});

/** What the provider has said, without any of the values that went to it. */
function refusal(error: unknown): unknown {
  if (error instanceof CommandFailure) return error;
  const { error: code, error_description: text } = error as Record<string, unknown>;
  const why = typeof text === 'string' ? text : typeof code === 'string' ? code : undefined;
  return new CommandFailure(
    exitCodes.denied,
    `The sign-in was not completed: ${why ?? (error as Error).message}.`,
    'Begin again: outhaul login',
  );
}

import { createPrivateKey, generateKeyPair, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { importJWK, type JWK, SignJWT } from 'jose';
import { readOrMake } from '../http/first-file.js';

/** What the OpenID provider must keep: its signing key, cookie keys and the console's client secret. */
export interface ProviderSecrets {
  readonly jwk: JWK;
  readonly cookieKeys: readonly string[];
  readonly consoleClientSecret: string;
}

/** Reads the provider's secrets from the folder, or makes them on the first start (mode 0600). */
export async function openProviderSecrets(folder: string): Promise<ProviderSecrets> {
  return readOrMake(join(folder, 'openid-provider.json'), parseSecrets, async () => {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const secrets: ProviderSecrets = {
      jwk: {
        ...(privateKey.export({ format: 'jwk' }) as JWK),
        kid: randomBytes(8).toString('hex'),
        use: 'sig',
        alg: 'RS256',
      },
      cookieKeys: [randomBytes(32).toString('hex')],
      consoleClientSecret: randomBytes(24).toString('base64url'),
    };
    return JSON.stringify(secrets);
  });
}

function parseSecrets(text: string): ProviderSecrets {
  const secrets = JSON.parse(text) as ProviderSecrets;
  createPrivateKey({ key: secrets.jwk, format: 'jwk' });
  if (Array.isArray(secrets.cookieKeys) && typeof secrets.consoleClientSecret === 'string')
    return secrets;
  throw new Error('It lacks some of the secrets.');
}

export interface IdTokenClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly email: string;
  readonly subject: string;
  readonly nowMs: number;
}

/** An identity token as Google gives service accounts for calls to other services; valid for an hour. */
export async function signIdToken(
  { jwk }: ProviderSecrets,
  claims: IdTokenClaims,
): Promise<string> {
  const issuedAt = Math.floor(claims.nowMs / 1000);
  return new SignJWT({ email: claims.email, email_verified: true, azp: claims.subject })
    .setProtectedHeader({ alg: 'RS256', kid: String(jwk.kid), typ: 'JWT' })
    .setIssuer(claims.issuer)
    .setAudience(claims.audience)
    .setSubject(claims.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 3600)
    .sign(await importJWK(jwk, 'RS256'));
}

import {
  base64url,
  createRemoteJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  type JWTClaimVerificationOptions,
  type JWTPayload,
  UnsecuredJWT,
} from 'jose';
import { type WorkerConfig } from './worker-settings.js';

/** Returns who sent a task or tick, or why the token is refused. */
export type CheckTaskToken = (
  authorization: string | undefined,
) => Promise<{ readonly email: string } | { readonly refused: string }>;

/** What Cloud Run writes in place of the signature once its IAM has checked it. */
const removedSignature = 'SIGNATURE_REMOVED_BY_GOOGLE';
const algorithms = ['RS256', 'ES256'];

/**
 * Checks the identity tokens that Cloud Tasks and Cloud Scheduler send: signature, issuer, audience, age and account.
 * Behind Cloud Run's IAM the signature is gone, and IAM has checked it; the claims are checked here all the same.
 * https://docs.cloud.google.com/run/docs/troubleshooting#signature-removed
 */
export function makeCheckTaskToken(admits: NonNullable<WorkerConfig['admits']>): CheckTaskToken {
  const keys = createRemoteJWKSet(new URL(admits.keysUrl));
  const claims: JWTClaimVerificationOptions = {
    audience: admits.audience,
    issuer: admits.issuer,
    requiredClaims: ['exp', 'email'],
    clockTolerance: 10,
  };
  return async (authorization) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) return { refused: 'no token' };
    const isRemoved = token.endsWith(`.${removedSignature}`);
    if (isRemoved && !admits.isBehindIam)
      return { refused: 'signature removed by Cloud Run: set OUTHAUL_WORKER_BEHIND_IAM=true' };
    try {
      const payload = isRemoved
        ? claimsOfUnsigned(token, claims)
        : (await jwtVerify(token, keys, { ...claims, algorithms })).payload;
      const email = String(payload['email']);
      if (payload['email_verified'] !== true) return { refused: 'e-mail not verified' };
      if (!admits.callers.includes(email)) return { refused: 'another account' };
      return { email };
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      return { refused: typeof code === 'string' ? code : 'token not valid' };
    }
  };
}

/** The checked claims of a token whose signature someone else has checked and removed. */
function claimsOfUnsigned(token: string, claims: JWTClaimVerificationOptions): JWTPayload {
  const { alg } = decodeProtectedHeader(token);
  if (!algorithms.includes(String(alg))) throw new Error('not a token of Google');
  const [, payload] = token.split('.');
  // Only an unsecured token has its claims checked without a key.
  const header = base64url.encode(JSON.stringify({ alg: 'none' }));
  return UnsecuredJWT.decode(`${header}.${payload}.`, claims).payload;
}

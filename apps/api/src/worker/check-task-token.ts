import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type WorkerConfig } from './worker-settings.js';

/** Answers who sent a task or tick, or why the token is refused. */
export type CheckTaskToken = (
  authorization: string | undefined,
) => Promise<{ readonly email: string } | { readonly refused: string }>;

/** Checks the identity tokens that Cloud Tasks and Cloud Scheduler send: signature, issuer, audience, age and account. */
export function makeCheckTaskToken(admits: NonNullable<WorkerConfig['admits']>): CheckTaskToken {
  const keys = createRemoteJWKSet(new URL(admits.keysUrl));
  return async (authorization) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) return { refused: 'no token' };
    try {
      const { payload } = await jwtVerify(token, keys, {
        audience: admits.audience,
        issuer: admits.issuer,
        algorithms: ['RS256', 'ES256'],
        requiredClaims: ['exp', 'email'],
        clockTolerance: 10,
      });
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

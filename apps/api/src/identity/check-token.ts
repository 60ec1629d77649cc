import { AppError } from '@outhaul/core';
import { type TokenFacts } from '@outhaul/google';

const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';
/** Any one of these lists of scopes is enough for what an export does with the caller's token. */
const sufficientScopes: readonly (readonly string[])[] = [
  [cloudPlatform],
  [
    'https://www.googleapis.com/auth/bigquery',
    'https://www.googleapis.com/auth/devstorage.read_write',
  ],
  [
    'https://www.googleapis.com/auth/bigquery',
    'https://www.googleapis.com/auth/devstorage.full_control',
  ],
];

export interface TokenRules {
  /** OAuth clients whose tokens are accepted; a token given to any other app is refused. */
  readonly audiences: readonly string[];
  readonly nowMs: number;
}

/** Whose token it is; throws `unauthenticated` for one that this service must not accept. */
export function checkToken(facts: TokenFacts | undefined, rules: TokenRules): { email: string } {
  if (!facts || !(facts.expiresAtMs > rules.nowMs))
    throw refused(
      'The access token is unknown or has expired.',
      'Sign in again. Tokens of workforce and workload identity pools are not accepted: have the pool impersonate a service account.',
    );
  if (!rules.audiences.includes(facts.audience))
    throw refused(
      'The access token was given to another app.',
      'Sign in with this service’s own client.',
    );
  if (!facts.email)
    throw refused('The access token does not carry an e-mail address.', 'Ask for the scope email.');
  if (!facts.emailVerified)
    throw refused('The e-mail address is not verified.', 'Verify it with your identity provider.');
  if (!sufficientScopes.some((scopes) => scopes.every((scope) => facts.scopes.includes(scope))))
    throw refused('The access token may not use BigQuery.', `Ask for the scope ${cloudPlatform}.`);
  return { email: facts.email };
}

const refused = (message: string, fix: string): AppError =>
  new AppError('unauthenticated', message, { fix });

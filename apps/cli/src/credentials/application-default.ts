import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GoogleAuth } from 'google-auth-library';
import { CommandFailure, exitCodes } from '../exit-codes.js';

const scopes = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
];

interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
  readonly token_uri: string;
}

/** An access token by a file of Google's own credentials: a user's, a service account's, or a workload's. */
export async function tokenOfFile(file: string): Promise<string | undefined> {
  const credentials = JSON.parse(readFileSync(file, 'utf8')) as { type?: string };
  if (credentials.type === 'service_account')
    return tokenOfKey(credentials as ServiceAccountKey, file);
  const auth = new GoogleAuth({ credentials, scopes });
  return (await auth.getAccessToken()) ?? undefined;
}

/** A key is exchanged where it says itself; Google's library would always ask Google. */
async function tokenOfKey(key: ServiceAccountKey, file: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = {
    iss: key.client_email,
    aud: key.token_uri,
    scope: scopes.join(' '),
    iat: now,
    exp: now + 600,
  };
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })}.${encode(claims)}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(key.private_key, 'base64url');
  const answer = await fetch(key.token_uri, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${unsigned}.${signature}`,
    }),
  });
  const { access_token: token } = (await answer.json().catch(() => ({}))) as {
    access_token?: string;
  };
  if (token) return token;
  throw new CommandFailure(
    exitCodes.denied,
    `The credentials in ${file} were not accepted (${answer.status}).`,
    'Make new ones: gcloud auth application-default login',
  );
}

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
  const credentials = JSON.parse(readFileSync(file, 'utf8')) as {
    type?: string;
    service_account_impersonation_url?: string;
  };
  if (
    credentials.type?.startsWith('external_account') &&
    credentials.service_account_impersonation_url === undefined
  )
    throw new CommandFailure(
      exitCodes.denied,
      `The credentials in ${file} are a workforce or workload identity’s. Their tokens name no e-mail address, by which Outhaul knows people and service accounts.`,
      'Have the pool impersonate a service account: create-cred-config … --service-account=EMAIL.\nOr use a Google account: gcloud auth application-default login',
    );
  if (credentials.type === 'service_account')
    return tokenOfKey(credentials as ServiceAccountKey, file);
  const auth = new GoogleAuth({ credentials, scopes });
  return (await auth.getAccessToken()) ?? undefined;
}

/** An identity token for `audience` by such a file; undefined where its kind gives none. */
export async function identityTokenOfFile(
  file: string,
  audience: string,
): Promise<string | undefined> {
  const credentials = JSON.parse(readFileSync(file, 'utf8')) as { type?: string };
  if (credentials.type === 'service_account') {
    const { answer } = await exchange(credentials as ServiceAccountKey, {
      target_audience: audience,
    });
    return answer.id_token;
  }
  try {
    const client = await new GoogleAuth({ credentials }).getIdTokenClient(audience);
    return await client.idTokenProvider.fetchIdToken(audience);
  } catch {
    // A federated identity has none of its own, and a user's may have ended.
    return undefined;
  }
}

async function tokenOfKey(key: ServiceAccountKey, file: string): Promise<string> {
  const { status, answer } = await exchange(key, { scope: scopes.join(' ') });
  if (answer.access_token) return answer.access_token;
  throw new CommandFailure(
    exitCodes.denied,
    `The credentials in ${file} were not accepted (${status}).`,
    'Make new ones: gcloud auth application-default login',
  );
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly id_token?: string;
}

/** A key is exchanged where it says itself; Google's library would always ask Google. */
async function exchange(
  key: ServiceAccountKey,
  wish: { readonly scope: string } | { readonly target_audience: string },
): Promise<{ status: number; answer: TokenAnswer }> {
  const now = Math.floor(Date.now() / 1_000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = { iss: key.client_email, aud: key.token_uri, ...wish, iat: now, exp: now + 600 };
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })}.${encode(claims)}`;
  const signature = createSign('RSA-SHA256').update(unsigned).sign(key.private_key, 'base64url');
  const response = await fetch(key.token_uri, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${unsigned}.${signature}`,
    }),
  });
  const answer = (await response.json().catch(() => ({}))) as TokenAnswer;
  return { status: response.status, answer };
}

import { readFileSync } from 'node:fs';
import { type AuthClient, GoogleAuth, JWT, type JWTInput, OAuth2Client } from 'google-auth-library';

/** How long a token is used before it is asked for again. */
const trustMs = 60_000;

const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * The service's own identity: a service account's key file, or (undefined) Application Default Credentials. A key signs
 * its own access tokens, so that no token endpoint is asked.
 */
export function serviceAuth(credentialsFile: string | undefined): GoogleAuth {
  if (credentialsFile === undefined) return new GoogleAuth({ scopes });
  const key = JSON.parse(readFileSync(credentialsFile, 'utf8')) as JWTInput;
  const client = new JWT({
    email: key.client_email,
    key: key.private_key,
    keyId: key.private_key_id,
    scopes,
  });
  client.useJWTAccessWithScope = true;
  const auth = new GoogleAuth({ scopes, authClient: client as AuthClient });
  // Signing URLs asks the GoogleAuth, not its client, for the key.
  auth.jsonContent = key;
  return auth;
}

/** Someone else's identity, by the access token that they sent. It is kept in memory only. */
export function callerAuth(accessToken: string): GoogleAuth {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: accessToken });
  return new GoogleAuth({ authClient: client as AuthClient });
}

/**
 * An identity whose token is asked for whenever the last one may have ended; `token` keeps and renews it. Calls count
 * against the quota of `quotaProject` where there is one: https://cloud.google.com/docs/quotas/set-quota-project
 */
export function renewedAuth(token: () => Promise<string>, quotaProject?: string): GoogleAuth {
  // Not 0, which the library takes for its own five minutes: longer than a token is trusted here.
  const client = new OAuth2Client({ eagerRefreshThresholdMillis: 1 });
  if (quotaProject !== undefined) client.quotaProjectId = quotaProject;
  client.refreshHandler = async () => ({
    access_token: await token(),
    expiry_date: Date.now() + trustMs,
  });
  return new GoogleAuth({ authClient: client as AuthClient });
}

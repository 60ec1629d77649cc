import { readFileSync } from 'node:fs';
import { type AuthClient, GoogleAuth, OAuth2Client } from 'google-auth-library';

const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

/**
 * The service's own identity: a service account's key file, or (undefined) Application Default Credentials. A key signs
 * its own access tokens, so that no token endpoint is asked.
 */
export function serviceAuth(credentialsFile: string | undefined): GoogleAuth {
  if (credentialsFile === undefined) return new GoogleAuth({ scopes });
  const key = JSON.parse(readFileSync(credentialsFile, 'utf8')) as {
    type?: string;
    client_email?: string;
    private_key?: string;
    private_key_id?: string;
  };
  if (key.type !== 'service_account')
    return new GoogleAuth({ scopes, keyFilename: credentialsFile });
  const auth = new GoogleAuth({ scopes, credentials: key });
  auth.useJWTAccessWithScope = true;
  return auth;
}

/** Someone else's identity, by the access token that they sent. It is kept in memory only. */
export function callerAuth(accessToken: string): GoogleAuth {
  const client = new OAuth2Client();
  client.setCredentials({ access_token: accessToken });
  return new GoogleAuth({ authClient: client as AuthClient });
}

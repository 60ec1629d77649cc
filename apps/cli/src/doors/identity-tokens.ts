import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type CliConfig } from '../config.js';
import { CredentialFile } from '../credentials/credential-file.js';
import { freshSignIn } from '../credentials/find-token.js';
import { refuseUnsafe, type TrustedServer } from '../credentials/server-trust.js';

/** A Google identity token and where it comes from, in words. */
export interface IdentityToken {
  readonly token: string;
  readonly from: string;
}

/**
 * The identity tokens of this user, one after the other as each is wanted: OUTHAUL_IDENTITY_TOKEN, that of `outhaul
 * login`, Application Default Credentials, gcloud's account. The last two go only to a service that the user has named.
 */
export async function* identityTokens(
  config: CliConfig,
  server: TrustedServer,
  audience: string,
): AsyncGenerator<IdentityToken> {
  refuseUnsafe('An identity token', server);
  if (config.identityToken) yield { token: config.identityToken, from: 'OUTHAUL_IDENTITY_TOKEN' };
  const own = await ofSignIn(config, server.address);
  if (own) yield { token: own, from: 'outhaul login' };
  if (server.trust !== 'named') return;
  const file = config.google?.credentialFiles.find((path) => existsSync(path));
  if (file) {
    const { identityTokenOfFile } = await import('../credentials/application-default.js');
    const token = await identityTokenOfFile(file, audience);
    if (token) yield { token, from: `Application Default Credentials (${file})` };
  }
  if (!config.google?.useGcloud) return;
  const token = (await ofGcloud([`--audiences=${audience}`])) ?? (await ofGcloud([]));
  if (token) yield { token, from: 'gcloud' };
}

async function ofSignIn(config: CliConfig, server: string): Promise<string | undefined> {
  if (!config.credentialFile) return undefined;
  const kept = new CredentialFile(config.credentialFile).read(server);
  return kept?.idToken === undefined ? undefined : (await freshSignIn(config, server))?.idToken;
}

/** Only service accounts may name an audience; people get one that Cloud Run takes from developers. */
async function ofGcloud(more: readonly string[]): Promise<string | undefined> {
  try {
    const { execFile } = await import('node:child_process');
    const { stdout } = await promisify(execFile)(
      'gcloud',
      ['auth', 'print-identity-token', '--quiet', ...more],
      { timeout: 15_000 },
    );
    return stdout.trim() || undefined;
  } catch {
    // No gcloud here, or an account that cannot: then there is no token.
    return undefined;
  }
}

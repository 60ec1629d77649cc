import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type SignInOptions } from '@outhaul/api-client';
import { type CliConfig } from '../config.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { CredentialFile, type KeptSignIn } from './credential-file.js';
import { isPrivateWay, refuseUnnamed, refuseUnsafe, type TrustedServer } from './server-trust.js';

/** A token that ends so soon is renewed now. */
const marginMs = 5 * 60_000;

/** An access token and where it comes from, in words. */
export interface FoundToken {
  readonly token: string;
  readonly from: string;
  /** The file of Google's credentials that it comes from. */
  readonly file?: string;
}

/**
 * Looks for an access token: OUTHAUL_TOKEN, then `outhaul login`, then Application Default Credentials, then gcloud's
 * account. The last two are Google's, so they go only to a service that the user has named and that asks for them. No
 * token goes over plain HTTP beyond this machine.
 */
export async function findToken(
  config: CliConfig,
  server: TrustedServer,
  ask: () => Promise<SignInOptions | undefined>,
): Promise<FoundToken | undefined> {
  if (config.token) {
    refuseUnsafe('OUTHAUL_TOKEN', server);
    return ofEnvironment(config.token);
  }
  if (!isPrivateWay(server.address)) return undefined;
  const kept = await ownSignIn(config, server.address);
  if (kept) return kept;
  const options = await ask();
  if (options?.auth !== 'google' || !config.google) return undefined;
  refuseUnnamed(server);
  return (await applicationDefault(config)) ?? (await gcloudAccount(config));
}

/** Looks for the user's own Google credentials, for Google itself: OUTHAUL_TOKEN, then as above, in the same order. */
export async function findGoogleToken(config: CliConfig): Promise<FoundToken | undefined> {
  if (config.token) return ofEnvironment(config.token);
  return (await applicationDefault(config)) ?? (await gcloudAccount(config));
}

/** What no request can carry is refused here, without telling it. */
function ofEnvironment(token: string): FoundToken {
  if (/^[\x21-\x7e]+$/.test(token)) return { token, from: 'OUTHAUL_TOKEN' };
  throw new CommandFailure(
    exitCodes.denied,
    'OUTHAUL_TOKEN is not a token: it holds spaces or other odd characters.',
    'Sign in: outhaul login',
  );
}

async function ownSignIn(config: CliConfig, server: string): Promise<FoundToken | undefined> {
  const kept = await freshSignIn(config, server);
  return kept && { token: kept.accessToken, from: 'outhaul login' };
}

/** What `outhaul login` has kept, renewed when it is about to end; undefined when there is none that can be used. */
export async function freshSignIn(
  config: CliConfig,
  server: string,
): Promise<KeptSignIn | undefined> {
  const file = new CredentialFile(config.credentialFile ?? '');
  const kept = config.credentialFile ? file.read(server) : undefined;
  if (!kept) return undefined;
  if (kept.accessEndsAt - Date.now() > marginMs) return kept;
  const { renew } = await import('./issuer.js');
  const fresh = await renew(kept);
  if (fresh) file.write(server, fresh);
  return fresh;
}

async function applicationDefault({ google }: CliConfig): Promise<FoundToken | undefined> {
  const file = google?.credentialFiles.find((path) => existsSync(path));
  if (!file) return undefined;
  const { tokenOfFile } = await import('./application-default.js');
  const token = await tokenOfFile(file);
  return token ? { token, file, from: `Application Default Credentials (${file})` } : undefined;
}

async function gcloudAccount({ google }: CliConfig): Promise<FoundToken | undefined> {
  if (!google?.useGcloud) return undefined;
  try {
    const { execFile } = await import('node:child_process');
    const { stdout } = await promisify(execFile)(
      'gcloud',
      ['auth', 'print-access-token', '--quiet'],
      {
        timeout: 15_000,
      },
    );
    const token = stdout.trim();
    return token ? { token, from: 'gcloud' } : undefined;
  } catch {
    // No gcloud here, or nobody signed in with it: then there is no token, which the service will say.
    return undefined;
  }
}

import { spawn } from 'node:child_process';
import { createClient, unwrap } from '@outhaul/api-client';
import { type CliConfig } from '../config.js';
import { CredentialFile, type KeptSignIn } from '../credentials/credential-file.js';
import { isPrivateWay } from '../credentials/server-trust.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { plain } from '../plain-text.js';
import { type Session } from '../session.js';
import { writeError } from '../terminal.js';

export interface LoginOptions {
  /** Sign in on another device, by a code. */
  readonly device?: boolean;
  readonly browser?: boolean;
}

/** Signs in at the service's provider and keeps the tokens in a file that only this user may read. */
export async function login(
  session: Session,
  config: CliConfig,
  options: LoginOptions,
): Promise<void> {
  const { output, server, fetch } = session;
  refuseDirect(session);
  if (!isPrivateWay(server))
    throw new CommandFailure(
      exitCodes.denied,
      `Signing in to ${server} would give a token to anyone on the way: it is plain HTTP.`,
      'Name the service by its https address.',
    );
  const anybody = createClient({ baseUrl: server, fetch });
  const offered = await unwrap(anybody.GET('/api/v1/sign-in-options'));
  if (offered.auth === 'service-account') {
    output.note(`${server} asks nobody to sign in: everyone acts as the service there.`);
    return;
  }
  const { providerOf, signInByBrowser, signInByDevice } = await import('../credentials/issuer.js');
  const provider = providerOf(offered);
  const kept = options.device
    ? await signInByDevice(provider, (url, code) =>
        writeError(`Open ${plain(url)} anywhere, and enter the code ${plain(code)}`),
      )
    : await signInByBrowser(provider, (url) => {
        writeError(`Sign in with your browser:\n  ${plain(url)}`);
        if (options.browser !== false) openBrowser(url);
      });
  const bearer = async () => kept.accessToken;
  const signedIn = createClient({ baseUrl: server, token: bearer, fetch });
  const me = await unwrap(signedIn.GET('/api/v1/me'));
  credentials(config).write(server, kept);
  output.one({ email: me.email, server, role: me.role }, () => [plain(me.email)]);
  output.note(
    me.role ? `Signed in, as ${me.role}.` : 'Signed in, but you may do nothing here yet.',
  );
}

export interface LogoutOptions {
  /** End it at the provider, too. */
  readonly everywhere?: boolean;
}

/** Forgets the sign-in here. Google ends every sign-in of a person when one is revoked, so that has to be asked for. */
export async function logout(
  session: Session,
  config: CliConfig,
  { everywhere = false }: LogoutOptions = {},
): Promise<void> {
  const { output, server } = session;
  refuseDirect(session);
  const file = credentials(config);
  const kept = file.read(server);
  if (!kept) {
    output.one({ server, signedOut: false }, () => []);
    output.note(`Nobody was signed in at ${server}.`);
    return;
  }
  file.remove(server);
  if (everywhere) await revokeSignIn(kept);
  output.one({ server, signedOut: true, email: kept.email }, () => []);
  output.note(everywhere ? `Signed out of ${server} everywhere.` : `Signed out of ${server} here.`);
}

async function revokeSignIn(kept: KeptSignIn): Promise<void> {
  const { revoke } = await import('../credentials/issuer.js');
  try {
    await revoke(kept);
  } catch {
    throw new CommandFailure(
      exitCodes.unreachable,
      'The sign-in is forgotten here, but its provider could not be told.',
      'It ends there by itself; or end it in your account’s settings.',
    );
  }
}

function refuseDirect({ direct }: Session): void {
  if (direct)
    throw new CommandFailure(
      exitCodes.usage,
      'Direct mode has no service to sign in at: it uses your own Google credentials.',
      'gcloud auth application-default login, or gcloud auth application-default revoke',
    );
}

const credentials = ({ credentialFile }: CliConfig): CredentialFile =>
  new CredentialFile(credentialFile ?? '');

/** Opens it where there is a desktop; elsewhere the address that was shown will do. */
function openBrowser(url: string): void {
  const [program, args]: [string, string[]] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
        : ['xdg-open', [url]];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

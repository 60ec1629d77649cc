import { type Config } from '../../config.js';
import { type CallerDirectory } from '../caller-directory.js';
import { Issuer } from './issuer.js';
import { SessionCookies } from './session.js';

export const SIGN_IN = Symbol('SignIn');

/** What the console's sign-in works with. */
export interface SignIn {
  readonly issuer: Issuer;
  readonly cookies: SessionCookies;
  readonly directory: CallerDirectory;
  readonly publicUrl: string | undefined;
  nowMs(): number;
}

/** Undefined when the settings name no OpenID client. */
export function makeSignIn(config: Config, directory: CallerDirectory): SignIn | undefined {
  const { signIn, publicUrl } = config;
  if (!signIn) return undefined;
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  return {
    issuer: new Issuer(signIn),
    cookies: new SessionCookies(signIn, isHttps, `${config.projectId} ${publicUrl ?? 'loopback'}`),
    directory,
    publicUrl,
    nowMs: Date.now,
  };
}

import { permissions } from '@outhaul/core';
import { type GoogleEndpoints, type GoogleWarehouse } from '@outhaul/google';
import { type Config } from '../config.js';
import { type Authenticator } from './authenticator.js';
import { GoogleAuthenticator, googleDirectory } from './google-authenticator.js';
import { SessionAuthenticator } from './sign-in/session-authenticator.js';
import { makeSignIn, type SignIn } from './sign-in/sign-in.js';

export interface Identity {
  readonly authenticator: Authenticator;
  /** Undefined when nobody signs in with a browser. */
  readonly signIn?: SignIn;
}

/** Who callers are, as the configuration says. */
export function assembleIdentity(
  config: Config,
  endpoints: GoogleEndpoints,
  service: GoogleWarehouse,
): Identity {
  if (config.auth === 'service-account') return { authenticator: everyoneIsTheService(service) };
  const directory = googleDirectory(config, endpoints);
  const signIn = makeSignIn(config, directory);
  const sessions =
    signIn && config.signIn && new SessionAuthenticator({ ...signIn, config: config.signIn });
  return { authenticator: new GoogleAuthenticator(directory, sessions), signIn };
}

/** For one person's own machine: whoever reaches the service acts as its account. */
function everyoneIsTheService(service: GoogleWarehouse): Authenticator {
  const caller = { email: 'local-user', permissions: new Set(permissions), warehouse: service };
  return { authenticate: async () => caller, recheck: async () => caller };
}

import { AppError, type Caller, roleMarkers, roleOverBuckets } from '@outhaul/core';
import {
  askTokenInfo,
  callerAuth,
  type GoogleEndpoints,
  GooglePolicyReader,
  GoogleWarehouse,
} from '@outhaul/google';
import { type Config } from '../config.js';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { type Authenticator } from './authenticator.js';
import { bearerToken } from './bearer-token.js';
import { CallerDirectory } from './caller-directory.js';
import { type SessionAuthenticator } from './sign-in/session-authenticator.js';

/**
 * Callers by the Google access token that they send, or by the console's session, which holds one; what they may do is
 * asked of Google's IAM with that token.
 */
export class GoogleAuthenticator implements Authenticator {
  constructor(
    private readonly directory: CallerDirectory,
    private readonly sessions?: SessionAuthenticator,
  ) {}

  authenticate(request: OuthaulRequest): Promise<Caller> {
    return this.callerOf(request, (sessions) => sessions.authenticate(request));
  }

  recheck(request: OuthaulRequest): Promise<Caller> {
    return this.callerOf(request, (sessions) => sessions.recheck(request));
  }

  /** The caller of the request's token, or else of its session. */
  private async callerOf(
    request: OuthaulRequest,
    ofSession: (sessions: SessionAuthenticator) => Promise<Caller | undefined>,
  ): Promise<Caller> {
    const token = bearerToken(request);
    if (token !== undefined) return this.directory.callerOf(token);
    const caller = this.sessions && (await ofSession(this.sessions));
    if (caller) return caller;
    throw new AppError('unauthenticated', 'Sign in first.');
  }
}

/** The directory over Google's endpoints, as the configuration names them. */
export function googleDirectory(config: Config, endpoints: GoogleEndpoints): CallerDirectory {
  const { projectId, filesBuckets, tokenInfoEndpoint } = config;
  const warehouseOf = (token: string) =>
    new GoogleWarehouse(callerAuth(token), projectId, endpoints);
  return new CallerDirectory({
    audiences: config.clientIds,
    nowMs: Date.now,
    factsOf: (token) => askTokenInfo(tokenInfoEndpoint, token),
    roleOf: (token) =>
      roleOverBuckets(filesBuckets, (bucket) =>
        warehouseOf(token).testBucketPermissions(bucket, Object.values(roleMarkers)),
      ),
    warehouseOf,
    policiesOf: (token) => new GooglePolicyReader(callerAuth(token), endpoints),
  });
}

import { AppError, type Caller, roleMarkers, roleOf } from '@outhaul/core';
import { askTokenInfo, callerAuth, type GoogleEndpoints, GoogleWarehouse } from '@outhaul/google';
import { type Config } from '../config.js';
import { type OuthaulRequest } from '../http/outhaul-request.js';
import { type Authenticator } from './authenticator.js';
import { bearerToken } from './bearer-token.js';
import { CallerDirectory } from './caller-directory.js';

/** Callers by the Google access token that they send; what they may do is asked of Google's IAM with that token. */
export class GoogleAuthenticator implements Authenticator {
  constructor(private readonly directory: CallerDirectory) {}

  async authenticate(request: OuthaulRequest): Promise<Caller> {
    const token = bearerToken(request);
    if (token === undefined) throw new AppError('unauthenticated', 'Sign in first.');
    return this.directory.callerOf(token);
  }
}

/** The directory over Google's endpoints, as the configuration names them. */
export function googleDirectory(config: Config, endpoints: GoogleEndpoints): CallerDirectory {
  const { projectId, filesBuckets, tokenInfoEndpoint } = config;
  const [bucket = ''] = filesBuckets;
  const warehouseOf = (token: string) =>
    new GoogleWarehouse(callerAuth(token), projectId, endpoints);
  return new CallerDirectory({
    audiences: config.clientIds,
    nowMs: Date.now,
    factsOf: (token) => askTokenInfo(tokenInfoEndpoint, token),
    roleOf: async (token) =>
      roleOf(await warehouseOf(token).testBucketPermissions(bucket, Object.values(roleMarkers))),
    warehouseOf,
  });
}

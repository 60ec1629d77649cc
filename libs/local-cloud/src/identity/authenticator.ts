import { type IncomingHttpHeaders } from 'node:http';
import { jwtVerify } from 'jose';
import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { type Route } from '../http/route.js';
import { type Caller, type ResourceName } from './caller.js';
import { requireScope } from './method-scopes.js';
import { type ServiceAccount } from './service-account.js';
import { type TokenGrant, type TokenStore } from './token-store.js';

export interface AuthenticatorDeps {
  readonly tokens: TokenStore;
  readonly serviceAccount: ServiceAccount;
  readonly clock: Clock;
  /** Whether tokens must be genuine and permissions count. */
  readonly enforce: boolean;
  /** Whether `email` holds the permission; asked only when enforcing. */
  allows(email: string, permission: string, resource: ResourceName): boolean;
  /** Told every question and its answer. */
  record(email: string, permission: string, resource: ResourceName, allowed: boolean): void;
  /** Grants of tokens that another issuer of the local cloud (the OpenID provider) made. */
  findForeignGrant?(token: string): Promise<TokenGrant | undefined>;
}

/** Turns a request's credentials into its caller. */
export class Authenticator {
  constructor(private readonly deps: AuthenticatorDeps) {}

  /** 401 when enforcing and the token is unknown or expired, 403 when its scopes are too narrow; no token at all is the anonymous caller. */
  async authenticate(
    headers: IncomingHttpHeaders,
    query: URLSearchParams,
    route: Route,
  ): Promise<Caller> {
    const { service } = route;
    const token = bearerOf(headers, query);
    const grant = token === undefined ? undefined : await this.grantOf(token);
    const isOwnBusiness = service === 'identity' || service === 'admin';
    if (token !== undefined && !grant && this.deps.enforce && !isOwnBusiness)
      throw invalidCredentials();
    if (grant && this.deps.enforce) requireScope(route, grant.scopes);
    return this.callerOf(grant?.email ?? 'anonymous', service);
  }

  /** The grant of an access token, or of a JWT that the service account signed for itself. */
  async grantOf(token: string): Promise<TokenGrant | undefined> {
    const grant = this.deps.tokens.find(token) ?? (await this.deps.findForeignGrant?.(token));
    if (grant || token.split('.').length !== 3 || token.startsWith('ya29.')) return grant;
    return this.#grantOfOwnJwt(token);
  }

  callerOf(email: string, service: Route['service']): Caller {
    const { enforce, allows, record } = this.deps;
    const can = (permission: string, resource: ResourceName): boolean => {
      const allowed = !enforce || allows(email, permission, resource);
      record(email, permission, resource, allowed);
      return allowed;
    };
    return {
      email,
      can,
      require(permission, resource) {
        if (can(permission, resource)) return;
        if (email === 'anonymous') throw anonymousRefused(permission, resource, service);
        throw permissionDenied(email, permission, resource, service);
      },
    };
  }

  async #grantOfOwnJwt(token: string): Promise<TokenGrant | undefined> {
    const { serviceAccount, clock } = this.deps;
    try {
      const { payload } = await jwtVerify(token, serviceAccount.publicKey, {
        algorithms: ['RS256'],
        issuer: serviceAccount.email,
        requiredClaims: ['exp', 'iat'],
        currentDate: new Date(clock.nowMs()),
        clockTolerance: 10,
      });
      return {
        email: serviceAccount.email,
        subject: serviceAccount.email,
        emailVerified: true,
        audience: String(payload.aud ?? ''),
        scopes: typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [],
        expiresAtMs: (payload.exp ?? 0) * 1000,
      };
    } catch {
      return undefined;
    }
  }
}

function bearerOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const [, token] = /^(?:Bearer|OAuth) +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return token ?? query.get('access_token') ?? undefined;
}

const invalidCredentials = (): CloudError =>
  new CloudError(
    401,
    'authError',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    { location: 'Authorization', locationType: 'header' },
  );

const anonymousRefused = (
  permission: string,
  resource: ResourceName,
  service: Route['service'],
): CloudError =>
  service === 'storage'
    ? new CloudError(
        401,
        'required',
        `Anonymous caller does not have ${permission} access to the Google Cloud Storage ${kindOf(resource)}.`,
        { location: 'Authorization', locationType: 'header' },
      )
    : new CloudError(
        401,
        'required',
        'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
        { location: 'Authorization', locationType: 'header' },
      );

function permissionDenied(
  email: string,
  permission: string,
  resource: ResourceName,
  service: Route['service'],
): CloudError {
  if (service === 'storage')
    return new CloudError(
      403,
      'forbidden',
      `${email} does not have ${permission} access to the Google Cloud Storage ${kindOf(resource)}. Permission '${permission}' denied on resource (or it may not exist).`,
    );
  if (service === 'bigquery') {
    const name = /^projects\/([^/]+)(?:\/datasets\/([^/]+))?(?:\/tables\/([^/]+))?/.exec(resource);
    const [, project, dataset, table] = name ?? [];
    const what = table
      ? `Table ${project}:${dataset}.${table}`
      : dataset
        ? `Dataset ${project}:${dataset}`
        : `Project ${project}`;
    return new CloudError(
      403,
      'accessDenied',
      `Access Denied: ${what}: Permission ${permission} denied on ${what.split(' ')[0]?.toLowerCase()} ${what.split(' ')[1]} (or it may not exist).`,
    );
  }
  return new CloudError(
    403,
    'forbidden',
    `Permission '${permission}' denied on resource '${resource}' (or it may not exist).`,
  );
}

const kindOf = (resource: ResourceName): string =>
  resource.includes('/objects/')
    ? 'object'
    : resource.startsWith('buckets/')
      ? 'bucket'
      : 'project';

import { jwtVerify } from 'jose';
import { type Clock } from '../clock.js';
import { readBody } from '../http/read-body.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type Authenticator } from './authenticator.js';
import { type ServiceAccount } from './service-account.js';
import { type TokenGrant, type TokenStore } from './token-store.js';
import { type DemoUser } from './demo-users.js';

export interface IdentityContext {
  readonly authenticator: Authenticator;
  readonly tokens: TokenStore;
  readonly serviceAccount: ServiceAccount;
  readonly users: readonly DemoUser[];
  readonly clock: Clock;
  /** An identity token of an account for one audience. */
  idTokenFor(email: string, audience: string): Promise<string>;
}

export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const accessTokenSeconds = 3600;

/** What tokens say about themselves and their owners. */
export function identityRoutes(context: IdentityContext): Route[] {
  const service = 'identity' as const;
  const routes: Route[] = [];
  for (const path of ['/tokeninfo', '/oauth2/v3/tokeninfo'])
    for (const method of ['GET', 'POST'] as const)
      routes.push({
        service,
        method,
        path,
        operation: 'oauth2.tokeninfo',
        handler: (request) => tokenInfo(context, request),
      });
  for (const path of ['/oauth2/v3/userinfo', '/v1/userinfo'])
    routes.push({
      service,
      method: 'GET',
      path,
      operation: 'openidconnect.userinfo',
      handler: (request) => userInfo(context, request),
    });
  return routes;
}

/** The service account's grant: a signed assertion for an access token. Other grants belong to the OpenID provider. */
export async function grantByAssertion(
  { tokens, serviceAccount, clock, idTokenFor }: IdentityContext,
  form: URLSearchParams,
  audiences: readonly string[],
): Promise<CloudResponse> {
  try {
    const { payload } = await jwtVerify(form.get('assertion') ?? '', serviceAccount.publicKey, {
      algorithms: ['RS256'],
      issuer: serviceAccount.email,
      audience: [...audiences],
      requiredClaims: ['exp', 'iat'],
      currentDate: new Date(clock.nowMs()),
      clockTolerance: 300,
    });
    const target = payload['target_audience'];
    if (typeof target === 'string')
      return { json: { id_token: await idTokenFor(serviceAccount.email, target) } };
    const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
    if (scope === '') return oauthError('invalid_scope', 'The assertion names no scope.');
    const token = tokens.issue({
      email: serviceAccount.email,
      subject: '100000000000000000009',
      emailVerified: true,
      audience: '100000000000000000009',
      scopes: scope.split(' '),
      expiresAtMs: clock.nowMs() + accessTokenSeconds * 1000,
    });
    return {
      headers: { 'cache-control': 'no-store' },
      json: { access_token: token, expires_in: accessTokenSeconds, token_type: 'Bearer' },
    };
  } catch {
    return oauthError('invalid_grant', 'Invalid JWT Signature.');
  }
}

/** An error in OAuth's own form. */
export const oauthError = (error: string, description: string, status = 400): CloudResponse => ({
  status,
  json: { error, error_description: description },
});

async function tokenInfo(
  { authenticator, clock }: IdentityContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams();
  const token = request.query.get('access_token') ?? form.get('access_token');
  const grant = token ? await authenticator.grantOf(token) : undefined;
  if (!grant) return oauthError('invalid_token', 'Invalid Value');
  return { json: { ...describeGrant(grant, clock.nowMs()) } };
}

/** Google writes numbers and booleans as strings here, and shows the address only to tokens with the `email` scope. */
function describeGrant(grant: TokenGrant, nowMs: number): Record<string, string> {
  const showsEmail = grant.scopes.some((scope) => /(^|[./])(email|userinfo\.email)$/.test(scope));
  return {
    azp: grant.audience,
    aud: grant.audience,
    sub: grant.subject,
    scope: grant.scopes.join(' '),
    exp: String(Math.floor(grant.expiresAtMs / 1000)),
    expires_in: String(Math.max(0, Math.floor((grant.expiresAtMs - nowMs) / 1000))),
    ...(showsEmail ? { email: grant.email, email_verified: String(grant.emailVerified) } : {}),
    access_type: 'online',
  };
}

async function userInfo(
  { authenticator, users }: IdentityContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const token =
    /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ??
    request.query.get('access_token');
  const grant = token ? await authenticator.grantOf(token) : undefined;
  if (!grant) return oauthError('invalid_request', 'Invalid Credentials', 401);
  const name = users.find(({ email }) => email === grant.email)?.name;
  return {
    json: {
      sub: grant.subject,
      ...(name === undefined ? {} : { name }),
      email: grant.email,
      email_verified: grant.emailVerified,
    },
  };
}

/** Reads a small form body. */
export async function readForm(request: CloudRequest): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(request.raw, 64 * 1024)).toString('utf8'));
}

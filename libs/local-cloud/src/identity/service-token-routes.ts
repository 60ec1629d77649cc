import { SignJWT } from 'jose';
import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type DemoUser } from './demo-users.js';
import { type ServiceAccount } from './service-account.js';

export interface ServiceTokenDeps {
  readonly users: readonly DemoUser[];
  /** The one account that has a key. */
  readonly serviceAccount: ServiceAccount;
  readonly clock: Clock;
  idTokenFor(email: string, audience: string): Promise<string>;
  accessTokenFor(email: string, scope: string, lifetimeSeconds?: number): string;
}

/** IAM's service account credentials: signBlob, signJwt, generateAccessToken, generateIdToken. */
export function tokenRoutes(deps: ServiceTokenDeps): Route[] {
  const route = (
    verb: string,
    permission: string,
    handler: (
      deps: ServiceTokenDeps,
      email: string,
      body: Readonly<Record<string, unknown>>,
    ) => Promise<CloudResponse> | CloudResponse,
  ): Route => ({
    service: 'identity',
    method: 'POST',
    path: `/v1/projects/:project/serviceAccounts/:email:${verb}`,
    operation: `iamcredentials.projects.serviceAccounts.${verb}`,
    handler: async (request: CloudRequest) => {
      const email = request.params['email'] ?? '';
      request.caller.require(permission, `serviceAccounts/${email}`);
      if (!deps.users.some((user) => user.email === email && user.role === 'service'))
        throw new CloudError(404, 'notFound', `Unknown service account: ${email.slice(0, 200)}`);
      return handler(deps, email, await request.json());
    },
  });
  return [
    route('signBlob', 'iam.serviceAccounts.signBlob', signBlob),
    route('signJwt', 'iam.serviceAccounts.signJwt', signJwt),
    route('generateAccessToken', 'iam.serviceAccounts.getAccessToken', generateAccessToken),
    route('generateIdToken', 'iam.serviceAccounts.getOpenIdToken', generateIdToken),
  ];
}

function signBlob(
  { serviceAccount }: ServiceTokenDeps,
  email: string,
  { payload }: Readonly<Record<string, unknown>>,
): CloudResponse {
  requireKey(serviceAccount, email);
  if (typeof payload !== 'string') throw badArgument('payload');
  const signedBlob = serviceAccount.sign(Buffer.from(payload, 'base64')).toString('base64');
  return { json: { keyId: serviceAccount.keyId, signedBlob } };
}

async function signJwt(
  { serviceAccount }: ServiceTokenDeps,
  email: string,
  { payload }: Readonly<Record<string, unknown>>,
): Promise<CloudResponse> {
  requireKey(serviceAccount, email);
  let claims: Record<string, unknown>;
  try {
    claims = JSON.parse(String(payload)) as Record<string, unknown>;
  } catch {
    throw badArgument('payload');
  }
  const signedJwt = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: serviceAccount.keyId, typ: 'JWT' })
    .sign(serviceAccount.privateKey);
  return { json: { keyId: serviceAccount.keyId, signedJwt } };
}

function generateAccessToken(
  { accessTokenFor, clock }: ServiceTokenDeps,
  email: string,
  { scope, lifetime = '3600s' }: Readonly<Record<string, unknown>>,
): CloudResponse {
  if (!Array.isArray(scope) || scope.length === 0) throw badArgument('scope');
  const [, seconds] = /^(\d{1,5})s$/.exec(String(lifetime)) ?? [];
  if (seconds === undefined || Number(seconds) < 1 || Number(seconds) > 43_200)
    throw badArgument('lifetime');
  return {
    json: {
      accessToken: accessTokenFor(email, scope.map(String).join(' '), Number(seconds)),
      expireTime: new Date(clock.nowMs() + Number(seconds) * 1000).toISOString(),
    },
  };
}

async function generateIdToken(
  { idTokenFor }: ServiceTokenDeps,
  email: string,
  { audience }: Readonly<Record<string, unknown>>,
): Promise<CloudResponse> {
  if (typeof audience !== 'string' || audience === '') throw badArgument('audience');
  return { json: { token: await idTokenFor(email, audience) } };
}

function requireKey({ email }: ServiceAccount, asked: string): void {
  if (asked !== email)
    throw new CloudError(501, 'notImplemented', `The local cloud has no key of ${asked}.`);
}

const badArgument = (field: string): CloudError =>
  new CloudError(400, 'badRequest', `Request contains an invalid argument: ${field}.`);

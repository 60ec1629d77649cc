import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type IdentityContext } from './identity-routes.js';
import { type AccessPolicy } from './access-policy.js';
import { type PermissionLog } from './permission-log.js';

const defaultScopes = [
  'openid',
  'email',
  'profile',
  'https://www.googleapis.com/auth/cloud-platform',
] as const;

/** The local cloud's own calls about identity: tokens for demo users, and which permissions were asked for. */
export function localIdentityRoutes(
  context: IdentityContext,
  permissions: PermissionLog,
  policy: AccessPolicy,
): Route[] {
  const service = 'admin' as const;
  return [
    {
      service,
      method: 'POST',
      path: '/_local/tokens',
      operation: 'local.tokens.create',
      handler: (request) => mintToken(context, request),
    },
    {
      service,
      method: 'POST',
      path: '/_local/identity-tokens',
      operation: 'local.identityTokens.create',
      handler: (request) => mintIdentityToken(context, request),
    },
    {
      service,
      method: 'DELETE',
      path: '/_local/tokens/:token',
      operation: 'local.tokens.revoke',
      handler: (request) => {
        if (!context.tokens.revoke(request.params['token'] ?? ''))
          throw new CloudError(404, 'notFound', 'No such token.');
        return { status: 204 };
      },
    },
    {
      service,
      method: 'GET',
      path: '/_local/policy',
      operation: 'local.policy.get',
      handler: () => ({ json: policy.document }),
    },
    {
      service,
      method: 'PUT',
      path: '/_local/policy',
      operation: 'local.policy.replace',
      handler: async (request) => {
        await policy.replace(await request.json());
        return { json: policy.document };
      },
    },
    {
      service,
      method: 'GET',
      path: '/_local/permissions',
      operation: 'local.permissions.list',
      handler: () => ({
        json: { questions: permissions.questions(), dropped: permissions.dropped },
      }),
    },
    {
      service,
      method: 'DELETE',
      path: '/_local/permissions',
      operation: 'local.permissions.clear',
      handler: () => {
        permissions.clear();
        return { status: 204 };
      },
    },
  ];
}

/** An identity token as gcloud gives one to its user: for `audience`, which only service accounts can choose at Google. */
async function mintIdentityToken(
  context: IdentityContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const { email, audience } = await request.json();
  if (!context.users.some((user) => user.email === email) || typeof audience !== 'string')
    throw new CloudError(400, 'invalid', 'email must be a demo user’s, audience a text.');
  return { json: { id_token: await context.idTokenFor(String(email), audience) } };
}

async function mintToken(context: IdentityContext, request: CloudRequest): Promise<CloudResponse> {
  const body = await request.json();
  const user = context.users.find(({ email }) => email === body['email']);
  if (!user) {
    const known = context.users.map(({ email }) => email).join(', ');
    throw new CloudError(400, 'invalid', `email must be one of: ${known}`);
  }
  const ttlSeconds = body['ttlSeconds'] ?? 3600;
  if (typeof ttlSeconds !== 'number' || !Number.isFinite(ttlSeconds))
    throw new CloudError(400, 'invalid', 'ttlSeconds must be a number.');
  const { audience = 'outhaul-cli', scopes = defaultScopes, emailVerified = true } = body;
  if (typeof audience !== 'string' || !Array.isArray(scopes) || typeof emailVerified !== 'boolean')
    throw new CloudError(
      400,
      'invalid',
      'audience must be a text, scopes a list, emailVerified a boolean.',
    );
  const accessToken = context.tokens.issue({
    email: user.email,
    subject: user.subject,
    emailVerified,
    audience,
    scopes: scopes.map(String),
    expiresAtMs: context.clock.nowMs() + ttlSeconds * 1000,
  });
  return { json: { access_token: accessToken, token_type: 'Bearer', expires_in: ttlSeconds } };
}

import { type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type default as OidcProvider } from 'oidc-provider';
import { CloudError } from '../http/cloud-error.js';
import { readBody } from '../http/read-body.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import {
  grantByAssertion,
  type IdentityContext,
  jwtBearerGrant,
  oauthError,
  readForm,
} from './identity-routes.js';
import { type OpenIdStore } from './openid-store.js';
import { renderSignIn } from './sign-in-pages.js';

/** Paths that the provider itself answers. */
const providerPaths: readonly (readonly [Route['method'], string, string])[] = [
  ['GET', '/.well-known/openid-configuration', 'openid.configuration'],
  ['GET', '/jwks', 'openid.jwks'],
  ['GET', '/auth', 'openid.authorization'],
  ['POST', '/auth', 'openid.authorization'],
  ['GET', '/auth/:uid', 'openid.authorization (resume)'],
  ['GET', '/me', 'openid.userinfo'],
  ['POST', '/me', 'openid.userinfo'],
  ['POST', '/token/introspection', 'openid.introspection'],
  ['POST', '/device/auth', 'openid.deviceAuthorization'],
  ['GET', '/device', 'openid.deviceVerification'],
  ['POST', '/device', 'openid.deviceVerification'],
  ['GET', '/device/:uid', 'openid.deviceVerification (resume)'],
  ['GET', '/session/end', 'openid.endSession'],
  ['POST', '/session/end', 'openid.endSession'],
  ['POST', '/session/end/confirm', 'openid.endSession (confirm)'],
  ['GET', '/session/end/success', 'openid.endSession (success)'],
];

/** OpenID Connect: everything of the provider, the page where a demo user is picked, and the token endpoint. */
export function openIdRoutes(
  context: IdentityContext,
  store: OpenIdStore,
  provider: () => Promise<OidcProvider>,
): Route[] {
  const service = 'identity' as const;
  return [
    ...providerPaths.map(([method, path, operation]): Route => ({
      service,
      method,
      path,
      operation,
      handler: (request) => passOn(provider, request, request.raw),
    })),
    {
      service,
      method: 'POST',
      path: '/token',
      operation: 'oauth2.token',
      handler: (request) => exchangeToken(context, provider, request),
    },
    {
      service,
      method: 'POST',
      path: '/token/revocation',
      operation: 'oauth2.revoke',
      handler: (request) => revoke(context, store, request),
    },
    {
      service,
      method: 'GET',
      path: '/interaction/:uid',
      operation: 'local.signIn.show',
      handler: (request) => showSignIn(context, provider, request),
    },
    {
      service,
      method: 'POST',
      path: '/interaction/:uid',
      operation: 'local.signIn.choose',
      handler: (request) => chooseUser(context, provider, request),
    },
  ];
}

async function passOn(
  provider: () => Promise<OidcProvider>,
  request: CloudRequest,
  raw: IncomingMessage,
): Promise<undefined> {
  const callback = (await provider()).callback();
  await callback(raw, request.response);
  return undefined;
}

/** The service account's assertions are answered here (it is no OAuth client), all other grants by the provider. */
async function exchangeToken(
  context: IdentityContext,
  provider: () => Promise<OidcProvider>,
  request: CloudRequest,
): Promise<CloudResponse | undefined> {
  const body = await readBody(request.raw, 56 * 1024);
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.get('grant_type') !== jwtBearerGrant)
    return passOn(provider, request, replay(request.raw, body));
  return grantByAssertion(context, form, [
    `${request.url.origin}/token`,
    'https://oauth2.googleapis.com/token',
  ]);
}

/**
 * Google's revocation: any token takes the person's whole grant to the client with it, and one that is not good (any
 * more) is an error. Who has a token needs nothing else.
 * https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke
 */
async function revoke(
  { tokens }: IdentityContext,
  store: OpenIdStore,
  request: CloudRequest,
): Promise<CloudResponse> {
  const token = (await readForm(request)).get('token') ?? request.query.get('token') ?? '';
  if (tokens.revoke(token)) return { json: {} };
  const { accountId, clientId } =
    store.find('RefreshToken', token) ?? store.find('AccessToken', token) ?? {};
  if (accountId === undefined || clientId === undefined)
    return oauthError('invalid_token', 'Token expired or revoked');
  await store.forgetClient(accountId, clientId);
  return { json: {} };
}

/** The request once more, with its body unread. */
function replay(raw: IncomingMessage, body: Buffer): IncomingMessage {
  const source = Readable.from([body]);
  return Object.create(raw, {
    readable: { value: true },
    readableEncoding: { value: null },
    iterator: { value: () => source.iterator() },
  }) as IncomingMessage;
}

async function showSignIn(
  { users }: IdentityContext,
  provider: () => Promise<OidcProvider>,
  request: CloudRequest,
): Promise<CloudResponse> {
  const details = await interactionOf(await provider(), request);
  const people = users.filter(({ role }) => role !== 'service');
  const isCli = details.params['client_id'] === 'outhaul-cli';
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
    body: renderSignIn(
      people,
      `/interaction/${details.uid}`,
      isCli ? 'the outhaul command' : 'Outhaul',
    ),
  };
}

async function chooseUser(
  { users }: IdentityContext,
  provider: () => Promise<OidcProvider>,
  request: CloudRequest,
): Promise<undefined> {
  const openId = await provider();
  await interactionOf(openId, request);
  const email = (await readForm(request)).get('email');
  const user = users.find((candidate) => candidate.email === email && candidate.role !== 'service');
  if (!user) throw new CloudError(400, 'invalid', 'No such demo user.');
  await openId.interactionFinished(
    request.raw,
    request.response,
    { login: { accountId: user.subject } },
    { mergeWithLastSubmission: false },
  );
  return undefined;
}

async function interactionOf(provider: OidcProvider, request: CloudRequest) {
  const details = await provider
    .interactionDetails(request.raw, request.response)
    .catch(() => undefined);
  if (details?.uid !== request.params['uid'] || !details)
    throw new CloudError(
      400,
      'invalid',
      'This sign-in has ended or was begun in another browser. Start again.',
    );
  return details;
}

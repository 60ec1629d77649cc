import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { type default as OidcProvider } from 'oidc-provider';
import { type Clock } from '../clock.js';
import { type Route } from '../http/route.js';
import { AccessPolicy } from './access-policy.js';
import { Authenticator } from './authenticator.js';
import { serviceAccountEmailOf, usersOf } from './demo-users.js';
import { identityRoutes, type IdentityContext } from './identity-routes.js';
import { localIdentityRoutes } from './local-token-routes.js';
import { consoleClientId, createOpenIdProvider } from './openid-provider.js';
import { openIdRoutes } from './openid-routes.js';
import { OpenIdStore } from './openid-store.js';
import { type IamPolicies } from './iam-policies.js';
import { PermissionLog } from './permission-log.js';
import { projectRoutes } from './project-routes.js';
import { ServiceAccount } from './service-account.js';
import { openProviderSecrets, signIdToken } from './signing-key.js';
import { tokenRoutes } from './service-token-routes.js';
import { type TokenGrant, TokenStore } from './token-store.js';

/** The console's registration at the OpenID provider. */
export interface OpenIdClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Everything about who is who: tokens, permissions, the OpenID provider, the service account. */
export interface Identity {
  readonly routes: readonly Route[];
  readonly authenticator: Authenticator;
  readonly serviceAccount: ServiceAccount;
  readonly policies: IamPolicies;
  /** The console's client at the provider that `issuer` (the local cloud's URL) is. */
  consoleClient(): OpenIdClient;
  /** An identity token of the service account for one audience, signed with the provider's key. */
  idTokenFor(email: string, audience: string): Promise<string>;
  /** An access token of a service account, valid for an hour unless said otherwise. */
  accessTokenFor(email: string, scope: string, lifetimeSeconds?: number): string;
  close(): Promise<void>;
}

export interface IdentityOptions {
  readonly folder: string;
  readonly projectId: string;
  readonly enforce: boolean;
  readonly clock: Clock;
  /** The local cloud's URL; known once it listens. */
  issuer(): string;
}

/** Opens (or makes) the identities in `folder`. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { folder, projectId, enforce, clock, issuer } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const serviceAccount = await ServiceAccount.open(folder, serviceAccountEmailOf(projectId));
  const secrets = await openProviderSecrets(folder);
  const policy = await AccessPolicy.open(join(folder, 'iam.json'), projectId, clock);
  const store = await OpenIdStore.open(join(folder, 'openid.log'));
  const users = usersOf(projectId);
  const permissions = new PermissionLog();
  const tokens = new TokenStore(clock);
  const authenticator = new Authenticator({
    tokens,
    serviceAccount,
    clock,
    enforce,
    allows: (email, permission, resource) => policy.allows(email, permission, resource),
    record: (...question) => permissions.record(...question),
    findForeignGrant: async (token) => findProviderGrant(store, users, token, clock.nowMs()),
  });
  let provider: Promise<OidcProvider> | undefined;
  const openProvider = (): Promise<OidcProvider> =>
    (provider ??= createOpenIdProvider({ issuer: issuer(), users, store, secrets }));
  const subjectOf = (email: string): string =>
    users.find((user) => user.email === email)?.subject ?? email;
  const idTokenFor: Identity['idTokenFor'] = (email, audience) =>
    signIdToken(secrets, {
      issuer: issuer(),
      audience,
      email,
      subject: subjectOf(email),
      nowMs: clock.nowMs(),
    });
  const context: IdentityContext = {
    authenticator,
    tokens,
    serviceAccount,
    users,
    clock,
    idTokenFor,
  };
  const accessTokenFor: Identity['accessTokenFor'] = (email, scope, lifetimeSeconds = 3600) =>
    tokens.issue({
      email,
      subject: subjectOf(email),
      emailVerified: true,
      audience: subjectOf(email),
      scopes: scope.split(' '),
      expiresAtMs: clock.nowMs() + lifetimeSeconds * 1000,
    });
  return {
    routes: [
      ...identityRoutes(context),
      ...openIdRoutes(context, store, openProvider),
      ...localIdentityRoutes(context, permissions, policy),
      ...projectRoutes(policy),
      ...tokenRoutes({ users, idTokenFor, accessTokenFor, serviceAccount, clock }),
    ],
    authenticator,
    serviceAccount,
    policies: policy,
    consoleClient: () => ({
      issuer: issuer(),
      clientId: consoleClientId,
      clientSecret: secrets.consoleClientSecret,
    }),
    idTokenFor,
    accessTokenFor,
    close: () => store.close(),
  };
}

/** What an access token of the OpenID provider stands for. */
function findProviderGrant(
  store: OpenIdStore,
  users: IdentityContext['users'],
  token: string,
  nowMs: number,
): TokenGrant | undefined {
  const payload = store.find('AccessToken', token);
  const user = users.find(({ subject }) => subject === payload?.accountId);
  if (!payload || !user) return undefined;
  const expiresAtMs = (payload.exp ?? 0) * 1000;
  if (expiresAtMs <= nowMs) return undefined;
  return {
    email: user.email,
    subject: user.subject,
    emailVerified: true,
    audience: payload.clientId ?? '',
    scopes: (payload.scope ?? '').split(' '),
    expiresAtMs,
  };
}

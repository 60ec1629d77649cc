import { type Configuration, type default as OidcProvider } from 'oidc-provider';
import { isLoopbackHost } from '../http/loopback-guard.js';
import { type DemoUser } from './demo-users.js';
import { type OpenIdStore } from './openid-store.js';
import { type ProviderSecrets } from './signing-key.js';
import {
  renderDeviceCode,
  renderDeviceConfirm,
  renderMessage,
  renderSignOut,
} from './sign-in-pages.js';

/** The console: confidential, its secret is in the data folder. */
export const consoleClientId = 'outhaul-console';
/** The command line: public, with loopback redirects and the device flow. */
export const cliClientId = 'outhaul-cli';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const scopes = [
  'openid',
  'offline_access',
  'email',
  'profile',
  'https://www.googleapis.com/auth/bigquery',
  'https://www.googleapis.com/auth/bigquery.readonly',
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/cloud-platform.read-only',
  'https://www.googleapis.com/auth/devstorage.full_control',
  'https://www.googleapis.com/auth/devstorage.read_only',
  'https://www.googleapis.com/auth/devstorage.read_write',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
];

const day = 24 * 60 * 60;

export interface OpenIdProviderOptions {
  /** `http://127.0.0.1:PORT`. */
  readonly issuer: string;
  readonly users: readonly DemoUser[];
  readonly store: OpenIdStore;
  readonly secrets: ProviderSecrets;
}

/** The certified oidc-provider, set up for the demo users. Loaded on first use: it is large. */
export async function createOpenIdProvider(options: OpenIdProviderOptions): Promise<OidcProvider> {
  const { Provider } = await import('oidc-provider');
  const provider = new Provider(options.issuer, configuration(options));
  allowLoopbackRedirects(provider);
  return provider;
}

function configuration({ users, store, secrets }: OpenIdProviderOptions): Configuration {
  return {
    adapter: (model) => store.adapter(model),
    clients: [
      {
        client_id: consoleClientId,
        client_name: 'Outhaul',
        client_secret: secrets.consoleClientSecret,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/auth/callback'],
        post_logout_redirect_uris: ['http://127.0.0.1/'],
      },
      {
        client_id: cliClientId,
        client_name: 'the outhaul command',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', deviceGrant],
        response_types: ['code'],
        redirect_uris: ['http://127.0.0.1/callback'],
      },
    ],
    jwks: { keys: [secrets.jwk as never] },
    cookies: { keys: [...secrets.cookieKeys] },
    scopes,
    // Google puts the address into the identity token itself.
    conformIdTokenClaims: false,
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name'],
      'https://www.googleapis.com/auth/userinfo.email': ['email', 'email_verified'],
      'https://www.googleapis.com/auth/userinfo.profile': ['name'],
    },
    // Parameters that Google's clients send and this provider does not need.
    extraParams: ['access_type', 'include_granted_scopes', 'hd'],
    pkce: { required: () => true },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      IdToken: 3600,
      DeviceCode: 600,
      Interaction: 3600,
      Session: 14 * day,
      Grant: 180 * day,
      RefreshToken: 180 * day,
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    findAccount: (_ctx, subject) => {
      const user = users.find((candidate) => candidate.subject === subject);
      return (
        user && {
          accountId: subject,
          claims: () => ({
            sub: subject,
            email: user.email,
            email_verified: true,
            name: user.name,
          }),
        }
      );
    },
    // Both clients are the product itself, so nobody is asked for consent.
    loadExistingGrant: async (ctx) => {
      const { client, session, provider, params } = ctx.oidc;
      if (!client || !session?.accountId) return undefined;
      const known = session.grantIdFor(client.clientId);
      const grant =
        (known && (await provider.Grant.find(known))) ||
        new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(typeof params?.['scope'] === 'string' ? params['scope'] : 'openid');
      await grant.save();
      return grant;
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      introspection: { enabled: true },
      userinfo: { enabled: true },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = renderSignOut(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = renderMessage('Signed out', 'You may close this page.');
        },
      },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx, form, _out, error) => {
          ctx.body = renderDeviceCode(form, error !== undefined && error !== null);
        },
        userCodeConfirmSource: (ctx, form, client, _device, userCode) => {
          ctx.body = renderDeviceConfirm(form, client.clientName ?? client.clientId, userCode);
        },
        successSource: (ctx) => {
          ctx.body = renderMessage(
            'Connected',
            'You may close this page and go on in the terminal.',
          );
        },
      },
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = renderMessage('Sign-in failed', `${out.error}: ${out.error_description ?? ''}`);
    },
  };
}

/** Any loopback port will do: which one the console or the command gets is not known beforehand. */
function allowLoopbackRedirects(provider: OidcProvider): void {
  const { prototype } = provider.Client;
  prototype.redirectUriAllowed = function (this: { clientId: string }, uri: string) {
    return isLoopbackUri(uri, this.clientId === consoleClientId ? '/auth/callback' : undefined);
  };
  prototype.postLogoutRedirectUriAllowed = (uri: string) => isLoopbackUri(uri, undefined);
}

function isLoopbackUri(uri: string, path: string | undefined): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, host, pathname, username, hash } = new URL(uri);
  return (
    /^https?:$/.test(protocol) &&
    isLoopbackHost(host) &&
    username === '' &&
    hash === '' &&
    (path === undefined || pathname === path)
  );
}

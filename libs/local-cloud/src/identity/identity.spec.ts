import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importPKCS8, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { TinyBrowser } from '../testing/tiny-browser.js';
import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const redirectUri = 'http://127.0.0.1:45678/auth/callback';

describe('identity', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ enforce: true });
  });
  afterAll(() => cloud.dispose());

  const tokenOf = async (email: string, more: object = {}): Promise<string> => {
    const { body } = await call(cloud, 'POST', '/_local/tokens', { email, ...more });
    return String(body['access_token']);
  };
  const as = async (email: string) => ({ authorization: `Bearer ${await tokenOf(email)}` });
  const filesUrl = '/storage/v1/b/outhaul-local-files/o';

  describe('permissions', () => {
    it('demand a token, and a genuine one', async () => {
      expect((await call(cloud, 'GET', filesUrl)).status).toBe(401);
      expect(
        (await call(cloud, 'GET', filesUrl, undefined, { authorization: 'Bearer nonsense' }))
          .status,
      ).toBe(401);
    });

    it.each([
      ['viewer', ['storage.buckets.get']],
      ['exporter', ['storage.buckets.get', 'storage.objects.create', 'storage.objects.delete']],
      [
        'admin',
        [
          'storage.buckets.get',
          'storage.objects.get',
          'storage.objects.create',
          'storage.objects.delete',
          'storage.buckets.setIamPolicy',
        ],
      ],
    ])('tell the role of the %s', async (role, expected) => {
      const asked = [
        'storage.buckets.get',
        'storage.objects.get',
        'storage.objects.create',
        'storage.objects.delete',
        'storage.buckets.setIamPolicy',
      ];
      const { body } = await call(
        cloud,
        'GET',
        `/storage/v1/b/outhaul-local-files/iam/testPermissions?${asked.map((name) => `permissions=${name}`).join('&')}`,
        undefined,
        await as(`${role}@outhaul.test`),
      );
      expect(body['permissions']).toEqual(expected);
    });

    it('keep the viewer from writing and let the exporter write', async () => {
      const refused = await upload(
        cloud,
        'outhaul-local-files',
        'x',
        'x',
        '',
        await as('viewer@outhaul.test'),
      );
      expect(refused).toMatchObject({
        status: 403,
        body: { error: { errors: [{ reason: 'forbidden' }] } },
      });
      expect(
        (
          await upload(
            cloud,
            'outhaul-local-files',
            'x',
            'x',
            '',
            await as('exporter@outhaul.test'),
          )
        ).status,
      ).toBe(200);
    });

    it('can be set per prefix, and survive a restart', async () => {
      const admin = await as('admin@outhaul.test');
      const { body: policy } = await call(cloud, 'GET', '/_local/policy');
      const bindings = [
        {
          role: 'projects/outhaul-local/roles/outhaulExporter',
          members: ['viewer@outhaul.test'],
          resource: 'buckets/outhaul-local-files/objects/mine/*',
        },
        ...(policy['bindings'] as object[]),
      ];
      expect(
        (await call(cloud, 'PUT', '/_local/policy', { ...policy, bindings }, admin)).status,
      ).toBe(200);
      cloud = await cloud.restart();
      const viewer = await as('viewer@outhaul.test');
      expect((await upload(cloud, 'outhaul-local-files', 'mine/a', 'x', '', viewer)).status).toBe(
        200,
      );
      expect((await upload(cloud, 'outhaul-local-files', 'other/a', 'x', '', viewer)).status).toBe(
        403,
      );
    });

    it('are recorded with their answers', async () => {
      await call(cloud, 'DELETE', '/_local/permissions');
      await call(cloud, 'GET', `${filesUrl}?prefix=p/`, undefined, await as('viewer@outhaul.test'));
      const { body } = await call(cloud, 'GET', '/_local/permissions');
      expect(body['questions']).toEqual([
        {
          email: 'viewer@outhaul.test',
          permission: 'storage.objects.list',
          resource: 'buckets/outhaul-local-files/objects/p/',
          allowed: false,
          count: 1,
        },
      ]);
    });
  });

  describe('tokens', () => {
    it('tell about themselves as Google’s do', async () => {
      const token = await tokenOf('viewer@outhaul.test', { audience: 'my-app', ttlSeconds: 100 });
      const { status, body } = await call(cloud, 'GET', `/tokeninfo?access_token=${token}`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        aud: 'my-app',
        azp: 'my-app',
        email: 'viewer@outhaul.test',
        email_verified: 'true',
        access_type: 'online',
      });
      expect(Number(body['expires_in'])).toBeGreaterThan(95);
    });

    it('hide the address without the email scope, and can be unverified', async () => {
      const bare = await tokenOf('viewer@outhaul.test', { scopes: ['openid'] });
      expect(
        (await call(cloud, 'GET', `/tokeninfo?access_token=${bare}`)).body['email'],
      ).toBeUndefined();
      const unverified = await tokenOf('viewer@outhaul.test', { emailVerified: false });
      expect(
        (await call(cloud, 'GET', `/tokeninfo?access_token=${unverified}`)).body['email_verified'],
      ).toBe('false');
    });

    it.each([
      ['cloudresourcemanager', 'bigquery devstorage.full_control', 403],
      ['cloudresourcemanager', 'cloud-platform.read-only', 200],
      ['storage', 'bigquery', 403],
      ['storage', 'devstorage.read_only', 200],
      ['bigquery', 'devstorage.full_control', 403],
      ['bigquery', 'bigquery.readonly', 200],
    ])('reach as far as their scopes: %s by %s', async (api, names, status) => {
      const scopes = names.split(' ').map((name) => `https://www.googleapis.com/auth/${name}`);
      const authorization = `Bearer ${await tokenOf('exporter@outhaul.test', { scopes })}`;
      const [method, path, body] = {
        cloudresourcemanager: ['POST', '/v1/projects/outhaul-local:testIamPermissions', {}],
        storage: ['GET', '/storage/v1/b/outhaul-local-files', undefined],
        bigquery: ['GET', '/bigquery/v2/projects/outhaul-local/datasets', undefined],
      }[api] as [string, string, object | undefined];
      const answer = await call(cloud, method, path, body, { authorization });
      expect(answer.status).toBe(status);
      if (status === 403)
        expect(answer.body['error']).toMatchObject({
          message: 'Request had insufficient authentication scopes.',
        });
    });

    it('expire and can be revoked', async () => {
      const expired = await tokenOf('admin@outhaul.test', { ttlSeconds: -1 });
      expect((await call(cloud, 'GET', `/tokeninfo?access_token=${expired}`)).status).toBe(400);
      const token = await tokenOf('admin@outhaul.test');
      expect((await call(cloud, 'DELETE', `/_local/tokens/${token}`)).status).toBe(204);
      expect(
        (await call(cloud, 'GET', filesUrl, undefined, { authorization: `Bearer ${token}` }))
          .status,
      ).toBe(401);
    });

    it('are made for demo users only', async () => {
      expect(
        (await call(cloud, 'POST', '/_local/tokens', { email: 'eve@example.com' })).status,
      ).toBe(400);
    });
  });

  describe('service account', () => {
    const keyFile = async () =>
      JSON.parse(await readFile(join(cloud.dataDir, 'service-account.json'), 'utf8')) as Record<
        string,
        string
      >;
    const assertion = async (claims: Record<string, unknown> = {}) => {
      const key = await keyFile();
      return new SignJWT({ scope: 'https://www.googleapis.com/auth/cloud-platform', ...claims })
        .setProtectedHeader({ alg: 'RS256' })
        .setIssuer(key['client_email']!)
        .setAudience(key['token_uri']!)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(await importPKCS8(key['private_key']!, 'RS256'));
    };
    const exchange = async (jwt: string) => {
      const response = await fetch(`${cloud.url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: jwt,
        }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    it('gets a token for a signed assertion', async () => {
      const { status, body } = await exchange(await assertion());
      expect([status, body['token_type'], body['expires_in']]).toEqual([200, 'Bearer', 3600]);
      const headers = { authorization: `Bearer ${String(body['access_token'])}` };
      expect((await call(cloud, 'GET', filesUrl, undefined, headers)).status).toBe(200);
    });

    it('may use a JWT of its own as the token', async () => {
      const headers = { authorization: `Bearer ${await assertion()}` };
      expect((await call(cloud, 'GET', filesUrl, undefined, headers)).status).toBe(200);
    });

    it('gets nothing for an altered assertion', async () => {
      const jwt = await assertion();
      const altered = jwt.replace(/\.[^.]{10}/, '.AAAAAAAAAA');
      expect(await exchange(altered)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
    });

    it('signs blobs for itself only', async () => {
      const { client_email: email } = await keyFile();
      const path = `/v1/projects/-/serviceAccounts/${email}:signBlob`;
      const payload = Buffer.from('sign me').toString('base64');
      expect(
        (await call(cloud, 'POST', path, { payload }, await as('viewer@outhaul.test'))).status,
      ).toBe(403);
      const { status, body } = await call(
        cloud,
        'POST',
        path,
        { payload },
        { authorization: `Bearer ${await assertion()}` },
      );
      expect(status).toBe(200);
      const publicKey = createPublicKey((await keyFile())['private_key']!);
      const signature = Buffer.from(String(body['signedBlob']), 'base64');
      expect(verify('sha256', Buffer.from('sign me'), publicKey, signature)).toBe(true);
    });
  });

  describe('OpenID Connect', () => {
    const console_ = async () =>
      openid.discovery(
        new URL(cloud.url),
        cloud.openIdClient.clientId,
        cloud.openIdClient.clientSecret,
        undefined,
        { execute: [openid.allowInsecureRequests] },
      );

    const signIn = async (config: openid.Configuration, email: string, redirect = redirectUri) => {
      const verifier = openid.randomPKCECodeVerifier();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirect,
        scope: 'openid email profile https://www.googleapis.com/auth/devstorage.read_only',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: 'state-1',
        nonce: 'nonce-1',
        access_type: 'offline',
      });
      const browser = new TinyBrowser(cloud.url);
      const page = await browser.open(url.href);
      const back = await browser.open(page.url, { email });
      return { page, back, verifier, browser };
    };

    it('signs a demo user in with code, PKCE and refresh token', async () => {
      const config = await console_();
      const { page, back, verifier } = await signIn(config, 'exporter@outhaul.test');
      expect(page.text).toContain('exporter@outhaul.test');
      expect(page.text).not.toContain('gserviceaccount');
      const tokens = await openid.authorizationCodeGrant(config, new URL(back.url), {
        pkceCodeVerifier: verifier,
        expectedState: 'state-1',
        expectedNonce: 'nonce-1',
      });
      expect(tokens.claims()).toMatchObject({
        iss: cloud.url,
        email: 'exporter@outhaul.test',
        email_verified: true,
        name: 'Emil Exporter',
      });
      const info = await call(cloud, 'GET', `/tokeninfo?access_token=${tokens.access_token}`);
      expect(info.body).toMatchObject({ aud: 'outhaul-console', email: 'exporter@outhaul.test' });
      const bucket = await call(cloud, 'GET', '/storage/v1/b/outhaul-local-files', undefined, {
        authorization: `Bearer ${tokens.access_token}`,
      });
      expect(bucket.status).toBe(200);
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token!);
      expect(refreshed.access_token).not.toBe(tokens.access_token);
    });

    it('keeps tokens over a restart, on the same port', async () => {
      const port = cloud.port;
      const config = await console_();
      const { back, verifier } = await signIn(config, 'viewer@outhaul.test');
      const tokens = await openid.authorizationCodeGrant(config, new URL(back.url), {
        pkceCodeVerifier: verifier,
        expectedState: 'state-1',
        expectedNonce: 'nonce-1',
      });
      await cloud.close();
      cloud = await startTestCloud({ enforce: true, dataDir: cloud.dataDir, port });
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token!);
      expect(
        (await call(cloud, 'GET', `/tokeninfo?access_token=${refreshed.access_token}`)).status,
      ).toBe(200);
    });

    it('refuses redirects that leave this machine, other paths and a missing PKCE challenge', async () => {
      const config = await console_();
      for (const redirect of [
        'https://evil.example/auth/callback',
        'http://127.0.0.1:1/elsewhere',
        'http://me@127.0.0.1/auth/callback',
      ]) {
        const parameters = {
          redirect_uri: redirect,
          scope: 'openid',
          code_challenge: 'x'.repeat(43),
        };
        const refused = openid.buildAuthorizationUrl(config, {
          ...parameters,
          code_challenge_method: 'S256',
        });
        const page = await new TinyBrowser(cloud.url).open(refused.href);
        expect([page.status, page.text]).toEqual([400, expect.stringContaining('redirect_uri')]);
      }
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        state: 's',
      });
      const { url: answered } = await new TinyBrowser(cloud.url).open(url.href);
      expect(answered).toContain('error=invalid_request');
    });

    it('connects a device', async () => {
      const config = await openid.discovery(
        new URL(cloud.url),
        'outhaul-cli',
        undefined,
        openid.None(),
        {
          execute: [openid.allowInsecureRequests],
        },
      );
      const device = await openid.initiateDeviceAuthorization(config, { scope: 'openid email' });
      const browser = new TinyBrowser(cloud.url);
      const { text } = await browser.open(device.verification_uri_complete!);
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
      expect(xsrf).not.toBe('');
      const confirm = await browser.open('/device', {
        xsrf,
        user_code: device.user_code,
        confirm: 'yes',
      });
      const done = await browser.open(confirm.url, { email: 'admin@outhaul.test' });
      expect(done.text).toContain('Connected');
      const tokens = await openid.pollDeviceAuthorizationGrant(config, {
        ...device,
        interval: 0.05,
      });
      expect(tokens.claims()).toMatchObject({ email: 'admin@outhaul.test' });
      expect(tokens.refresh_token).toBeDefined();
    });

    it('takes back all that a person has given to a client with any one token, once', async () => {
      const config = await console_();
      const grants = [];
      for (const email of ['exporter', 'exporter', 'viewer'].map(
        (name) => `${name}@outhaul.test`,
      )) {
        const { back, verifier } = await signIn(config, email);
        grants.push(
          await openid.authorizationCodeGrant(config, new URL(back.url), {
            pkceCodeVerifier: verifier,
            expectedState: 'state-1',
            expectedNonce: 'nonce-1',
          }),
        );
      }
      const [first, second, other] = grants;
      const statusOf = async (token = '') =>
        (await call(cloud, 'GET', `/tokeninfo?access_token=${token}`)).status;
      await openid.tokenRevocation(config, first?.access_token ?? '');
      expect(await statusOf(second?.access_token)).toBe(400);
      expect(await statusOf(other?.access_token)).toBe(200);
      await expect(openid.refreshTokenGrant(config, second?.refresh_token ?? '')).rejects.toThrow();
      await expect(
        openid.tokenRevocation(config, first?.refresh_token ?? ''),
      ).rejects.toMatchObject({ error: 'invalid_token' });
    });

    it('signs out', async () => {
      const config = await console_();
      const { browser } = await signIn(config, 'viewer@outhaul.test');
      const { text } = await browser.open('/session/end');
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
      const out = await browser.open('/session/end/confirm', { xsrf, logout: 'yes' });
      expect(out.text).toContain('Signed out');
    });
  });
});

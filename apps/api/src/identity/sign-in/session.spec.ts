import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type Caller, type Warehouse } from '@outhaul/core';
import { type OuthaulRequest } from '../../http/outhaul-request.js';
import { type CallerDirectory } from '../caller-directory.js';
import { type SignInConfig } from '../identity-settings.js';
import { type Issuer } from './issuer.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionCookies } from './session.js';

const start = Date.now();
const minute = 60_000;
const config: SignInConfig = {
  issuer: 'https://issuer.example',
  clientId: 'console',
  clientSecret: 's',
  scopes: 'openid',
  parameters: {},
  sessionSecrets: ['the first secret of thirty-two characters'],
  idleMs: 60 * minute,
  longestMs: 720 * minute,
};

/** A request that bears `cookie`, with the response that belongs to it. */
function aRequest(cookie = ''): OuthaulRequest {
  const message = new IncomingMessage(new Socket());
  message.method = 'GET';
  if (cookie) message.headers.cookie = cookie;
  const response = new ServerResponse(message);
  return Object.assign(message, { res: response, requestId: 'r' }) as unknown as OuthaulRequest;
}

const setCookiesOf = (request: OuthaulRequest): string[] =>
  [request.res?.getHeader('set-cookie') ?? []].flat().map(String);
const cookieOf = (request: OuthaulRequest): string =>
  setCookiesOf(request)
    .map((line) => line.split(';')[0])
    .join('; ');

/** The authenticator with a clock and an issuer that a test sets. */
function aBench(changes: Partial<SignInConfig> = {}, publicUrl?: string) {
  const world = { nowMs: start, asked: 0, renewal: 'new' as 'new' | 'refused' | 'down' };
  const settings = { ...config, ...changes };
  const cookies = new SessionCookies(settings, publicUrl?.startsWith('https') ?? false, 'here');
  const authenticator = new SessionAuthenticator({
    config: settings,
    publicUrl,
    cookies,
    nowMs: () => world.nowMs,
    issuer: {
      async refresh() {
        world.asked += 1;
        if (world.renewal === 'down') throw new Error('down');
        if (world.renewal === 'refused') return undefined;
        return {
          accessToken: 'token-2',
          accessEndsAt: world.nowMs + 60 * minute,
          refreshToken: 'r2',
        };
      },
    } as unknown as Issuer,
    directory: {
      callerOf: async (token: string): Promise<Caller> => ({
        email: `owner of ${token}`,
        permissions: new Set(),
        warehouse: {} as Warehouse,
      }),
    } as unknown as CallerDirectory,
  });
  async function signIn(): Promise<string> {
    const request = aRequest();
    await cookies.write(request, {
      email: 'a@example.com',
      name: 'Anna',
      accessToken: 'token-1',
      accessEndsAt: start + 60 * minute,
      refreshToken: 'r1',
      signedInAt: start,
      seenAt: start,
    });
    return cookieOf(request);
  }
  return { world, authenticator, cookies, signIn };
}

const refused = { code: 'unauthenticated' };

it('renews the access token before it ends, once for requests at the same time', async () => {
  const { world, authenticator, signIn } = aBench();
  const cookie = await signIn();
  world.nowMs = start + 54 * minute;
  expect(await authenticator.authenticate(aRequest(cookie))).toMatchObject({
    email: 'owner of token-1',
    name: 'Anna',
  });
  world.nowMs = start + 56 * minute;
  const requests = [aRequest(cookie), aRequest(cookie)];
  const callers = await Promise.all(requests.map((request) => authenticator.authenticate(request)));
  expect([...callers.map((caller) => caller?.email), world.asked]).toEqual([
    'owner of token-2',
    'owner of token-2',
    1,
  ]);
  const renewed = cookieOf(requests[0] as OuthaulRequest);
  expect(renewed).not.toBe(cookie);
  expect(await authenticator.authenticate(aRequest(renewed))).toMatchObject({
    email: 'owner of token-2',
  });
});

it('uses what is still good while the issuer is away, and not a minute longer', async () => {
  const { world, authenticator, signIn } = aBench({ idleMs: 600 * minute });
  const cookie = await signIn();
  world.renewal = 'down';
  world.nowMs = start + 58 * minute;
  expect(await authenticator.authenticate(aRequest(cookie))).toMatchObject({
    email: 'owner of token-1',
  });
  world.nowMs = start + 61 * minute;
  await expect(authenticator.authenticate(aRequest(cookie))).rejects.toThrow('down');
  world.renewal = 'refused';
  await expect(authenticator.authenticate(aRequest(cookie))).rejects.toMatchObject(refused);
});

it('ends a session that nobody uses, and takes its cookie away', async () => {
  const { world, authenticator, signIn } = aBench({ idleMs: 10 * minute });
  const cookie = await signIn();
  world.nowMs = start + 10 * minute;
  const request = aRequest(cookie);
  await expect(authenticator.authenticate(request)).rejects.toMatchObject(refused);
  expect(setCookiesOf(request).join()).toMatch(/outhaul-session=;.*Max-Age=0/i);
});

it('goes on while it is used, but never past its absolute end', async () => {
  const { world, authenticator, signIn } = aBench({ idleMs: 10 * minute, longestMs: 25 * minute });
  let cookie = await signIn();
  for (const minutes of [8, 16, 24]) {
    world.nowMs = start + minutes * minute;
    const request = aRequest(cookie);
    expect(await authenticator.authenticate(request)).toMatchObject({
      expiresAt: new Date(Math.min(world.nowMs + 10 * minute, start + 25 * minute)).toISOString(),
    });
    cookie = cookieOf(request);
  }
  world.nowMs = start + 25 * minute;
  await expect(authenticator.authenticate(aRequest(cookie))).rejects.toMatchObject(refused);
});

it('opens cookies of an earlier secret and seals with the first', async () => {
  const [old = ''] = config.sessionSecrets;
  const fresh = 'the second secret of thirty-two characters';
  const before = aBench();
  const during = aBench({ sessionSecrets: [fresh, old] });
  const after = aBench({ sessionSecrets: [fresh] });
  const cookie = await before.signIn();
  expect(await during.authenticator.authenticate(aRequest(cookie))).toBeDefined();
  await expect(after.authenticator.authenticate(aRequest(cookie))).rejects.toMatchObject(refused);
  const sealedAnew = await during.signIn();
  expect(await after.authenticator.authenticate(aRequest(sealedAnew))).toBeDefined();
});

it('binds the cookie to this very host when it is reached over https', async () => {
  const { cookies, signIn } = aBench({}, 'https://outhaul.example.com');
  const request = aRequest();
  await cookies.writePending(request, { state: 's', nonce: 'n', verifier: 'v', returnTo: '/' });
  expect(setCookiesOf(request)[0]).toMatch(
    /^__Host-outhaul-sign-in=.*; Path=\/; HttpOnly; Secure; SameSite=Lax/,
  );
  expect(await signIn()).toMatch(/^__Host-outhaul-session=/);
});

it('keeps a session whose tokens are too long for one cookie', async () => {
  const { cookies } = aBench();
  const request = aRequest();
  const session = {
    email: 'a@example.com',
    accessToken: 't'.repeat(2_048),
    accessEndsAt: 1,
    refreshToken: 'r'.repeat(2_048),
    signedInAt: 1,
    seenAt: 1,
  };
  await cookies.write(request, session);
  expect(setCookiesOf(request).length).toBeGreaterThan(1);
  expect(await cookies.read(aRequest(cookieOf(request)))).toMatchObject(session);
});

import { CookieBrowser } from '../support/cookie-browser.js';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
let other: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  other = await WholeSystem.startEnforced(
    { OUTHAUL_SESSION_SECRETS: 'another secret of another deployment' },
    ['--no-samples'],
  );
});
afterAll(async () => {
  await system?.stop();
  await other?.stop();
});

const sessionCookie = 'outhaul-session';
const exporter = 'exporter@outhaul.test';

async function signedIn(email = exporter, returnTo?: string) {
  const browser = new CookieBrowser(system.url);
  const landed = await browser.signIn(email, returnTo);
  return { browser, landed };
}

async function problemOf(answer: Promise<Response>) {
  const response = await answer;
  return [response.status, ((await response.json()) as { code: string }).code];
}

it('signs a person in with code, PKCE, state and nonce, and leads back to where they were', async () => {
  const { browser, landed } = await signedIn(exporter, '/catalog/samples?x=1#top');
  expect(landed.url).toBe(`${system.url}/catalog/samples?x=1#top`);
  const me = await browser.fetch('/api/v1/me');
  expect(await me.json()).toMatchObject({
    email: exporter,
    name: 'Emil Exporter',
    role: 'exporter',
    expiresAt: expect.stringMatching(/^20\d\d-/),
  });
  const asked = new URL((await new CookieBrowser(system.url).open('/auth/sign-in')).hops[1] ?? '');
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{20,}$/),
    nonce: expect.stringMatching(/^[\w-]{20,}$/),
  });
});

it('keeps the session in a cookie that no script can read, with nothing readable in it', async () => {
  const { browser } = await signedIn();
  const set = browser.received.filter((line) => line.includes('outhaul-'));
  expect(set.length).toBeGreaterThanOrEqual(2);
  for (const line of set) expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax/);
  const value = decodeURIComponent(browser.cookies.get(sessionCookie) ?? '');
  expect(value).toMatch(/^Fe26\.2\*/);
  const parts = value.split('*').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  expect(parts.join()).not.toMatch(/exporter|outhaul\.test/);
});

it('exports with the session alone', async () => {
  const { browser } = await signedIn();
  const started = await browser.fetch('/api/v1/export', {
    method: 'POST',
    body: JSON.stringify({
      source: { type: 'table', dataset: 'samples', table: 'airports' },
      format: 'csv',
    }),
    headers: { 'Content-Type': 'application/json' },
  });
  expect(started.status).toBe(202);
  const { id } = (await started.json()) as { id: string };
  const stream = await (await browser.fetch(`/api/v1/status/${id}/events`)).text();
  expect(stream).toContain('"state":"succeeded"');
});

it.each([
  ['//evil.example/x'],
  ['https://evil.example'],
  ['/\\evil.example'],
  ['/\tevil'],
  ['javascript:alert(1)'],
  ['/api/v1/me'],
  ['/API/v1/me'],
  ['/auth/sign-in'],
  ['/./\\/evil.example'],
  ['/..//evil.example'],
  [''],
])('leads to the first page instead of %j', async (returnTo) => {
  const { landed } = await signedIn(exporter, returnTo);
  expect(landed.url).toBe(`${system.url}/`);
});

it('signs out: the cookie is gone, and a copy of it is worth nothing', async () => {
  const { browser } = await signedIn();
  const copy = new CookieBrowser(system.url);
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
  expect((await copy.fetch('/api/v1/me')).status).toBe(200);
  expect((await browser.fetch('/auth/sign-out', { method: 'POST' })).status).toBe(204);
  expect(browser.cookies.has(sessionCookie)).toBe(false);
  expect(await problemOf(browser.fetch('/api/v1/me'))).toEqual([401, 'unauthenticated']);
  expect(await problemOf(copy.fetch('/api/v1/me'))).toEqual([401, 'unauthenticated']);
});

it('signs out of this browser alone; everywhere only when that is asked for', async () => {
  const [here, there] = [await signedIn(), await signedIn()].map(({ browser }) => browser) as [
    CookieBrowser,
    CookieBrowser,
  ];
  expect((await here.fetch('/auth/sign-out', { method: 'POST' })).status).toBe(204);
  expect((await there.fetch('/api/v1/me')).status).toBe(200);
  const { browser: third } = await signedIn();
  const everywhere = await third.fetch('/auth/sign-out-everywhere', { method: 'POST' });
  expect(everywhere.status).toBe(204);
  // What Google has said of a token counts for half a minute.
  let status = 200;
  for (let tries = 0; status === 200 && tries < 80; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ status } = await there.fetch('/api/v1/me'));
  }
  expect(status).toBe(401);
  const { browser: again } = await signedIn();
  expect((await again.fetch('/api/v1/me')).status).toBe(200);
}, 120_000);

it('gives a new session at each sign-in, whatever cookie was planted before', async () => {
  const { browser: attacker } = await signedIn('viewer@outhaul.test');
  const planted = attacker.cookies.get(sessionCookie) ?? '';
  const victim = new CookieBrowser(system.url);
  victim.cookies.set(sessionCookie, planted);
  await victim.signIn(exporter);
  expect(victim.cookies.get(sessionCookie)).not.toBe(planted);
  expect(await (await attacker.fetch('/api/v1/me')).json()).toMatchObject({
    email: 'viewer@outhaul.test',
  });
});

it.each<[string, (value: string) => string | Promise<string>]>([
  ['altered at its end', (value) => value.slice(0, -3) + (value.endsWith('AAA') ? 'BBB' : 'AAA')],
  [
    'altered in the middle',
    (value) => value.replace(/(?<=.{200})./s, (c) => (c === 'a' ? 'b' : 'a')),
  ],
  ['cut', (value) => value.slice(0, 80)],
  ['empty of sense', () => 'nonsense'],
  [
    'of another deployment',
    async () => {
      const browser = new CookieBrowser(other.url);
      await browser.signIn(exporter);
      return browser.cookies.get(sessionCookie) ?? '';
    },
  ],
])('takes a cookie %s for none', async (_what, alter) => {
  const { browser } = await signedIn();
  browser.cookies.set(sessionCookie, await alter(browser.cookies.get(sessionCookie) ?? ''));
  expect(await problemOf(browser.fetch('/api/v1/me'))).toEqual([401, 'unauthenticated']);
  expect(browser.cookies.has(sessionCookie)).toBe(false);
});

it.each<[string, Record<string, string>]>([
  ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
  ['another port of this machine', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:1' }],
  ['an old browser on another site', { Origin: 'https://evil.example' }],
  ['a page that hides its origin', { Origin: 'null' }],
  ['a program that says nothing of itself', {}],
])('refuses a change from %s, though it has the cookie', async (_what, headers) => {
  const { browser } = await signedIn();
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
  for (const path of ['/api/v1/export', '/auth/sign-out'])
    expect(
      await problemOf(
        fetch(system.url + path, {
          method: 'POST',
          body: '{}',
          headers: { ...headers, 'Content-Type': 'application/json', Cookie: cookie },
        }),
      ),
    ).toEqual([403, 'cross-site-request']);
});

it('refuses a callback that this browser did not begin, or that comes twice', async () => {
  const browser = new CookieBrowser(system.url);
  const chooser = await browser.open('/auth/sign-in');
  const landed = await browser.open(chooser.url, { email: exporter });
  const callback = landed.hops.find((hop) => hop.includes('/auth/callback')) ?? '';
  const again = await browser.open(callback);
  expect(again.url).toContain('/sign-in?error=stale');
  const elsewhere = await new CookieBrowser(system.url).open(callback);
  expect(elsewhere.url).toContain('/sign-in?error=stale');
});

it('refuses a callback with another state', async () => {
  const browser = new CookieBrowser(system.url);
  await browser.open('/auth/sign-in');
  const landed = await browser.open('/auth/callback?code=abc&state=another');
  expect(landed.url).toContain('/sign-in?error=refused');
  expect(browser.cookies.has(sessionCookie)).toBe(false);
});

it('says that a sign-in was cancelled', async () => {
  const browser = new CookieBrowser(system.url);
  const begun = await browser.open('/auth/sign-in');
  const state = new URL(begun.hops[1] ?? '').searchParams.get('state');
  const back = await browser.open(
    `/auth/callback?error=access_denied&state=${state}&iss=${encodeURIComponent(system.cloudUrl)}`,
  );
  expect(back.url).toContain('/sign-in?error=cancelled');
});

it('does not take a Host header for its own name', async () => {
  const { get } = await import('node:http');
  const status = await new Promise((resolve) =>
    get(`${system.url}/auth/sign-in`, { headers: { Host: 'evil.example' } }, ({ statusCode }) =>
      resolve(statusCode),
    ),
  );
  expect(status).toBe(403);
});

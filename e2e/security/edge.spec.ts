import { request } from 'node:http';
import { type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

const perMinute = 60;
let system: WholeSystem;
let behindProxy: WholeSystem;
let exporter: Person;
beforeAll(async () => {
  system = await WholeSystem.startEnforced({
    OUTHAUL_REQUESTS_PER_MINUTE: String(perMinute),
    OUTHAUL_STREAMS_PER_CALLER: '3',
  });
  behindProxy = await WholeSystem.startEnforced(
    { OUTHAUL_PUBLIC_URL: 'https://outhaul.example.com', OUTHAUL_TRUSTED_PROXIES: '1' },
    ['--no-samples'],
  );
  exporter = await system.as('exporter');
});
afterAll(async () => {
  await system?.stop();
  await behindProxy?.stop();
});

const get = (path: string, headers: Record<string, string> = {}, base = system.url) =>
  fetch(base + path, { headers, redirect: 'manual' });

/** The status for a Host header that fetch would not send. */
const statusForHost = (host: string) =>
  new Promise((resolve, reject) =>
    request(`${system.url}/api/v1/me`, { headers: { Host: host } }, ({ statusCode }) =>
      resolve(statusCode),
    )
      .on('error', reject)
      .end(),
  );

it('sends strict headers with every answer, errors too', async () => {
  for (const path of ['/', '/api/v1/me', '/nothing.txt', '/api/docs/']) {
    const { headers } = await get(path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /default-src 'none';script-src 'self';style-src 'self' 'nonce-[\w-]{22}';/,
    );
    expect(policy).not.toMatch(/unsafe/);
    expect([
      headers.get('x-content-type-options'),
      headers.get('referrer-policy'),
      headers.get('cross-origin-opener-policy'),
      headers.get('cross-origin-resource-policy'),
      headers.get('x-powered-by'),
    ]).toEqual(['nosniff', 'no-referrer', 'same-origin', 'same-origin', null]);
  }
  expect((await get('/api/v1/me')).headers.get('cache-control')).toBe('no-store');
});

it('gives the console another nonce each time, and names it in the page', async () => {
  const [first, second] = [await get('/exports'), await get('/exports')];
  const nonceOf = (answer: Response) =>
    /'nonce-([\w-]+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];
  expect(nonceOf(first)).not.toBe(nonceOf(second));
  expect(await first.text()).toContain(`ngCspNonce="${nonceOf(first)}"`);
});

it('asks browsers to stay on https only where it is reached by https', async () => {
  expect((await get('/healthz')).headers.get('strict-transport-security')).toBeNull();
  expect(
    (await get('/healthz', {}, behindProxy.url)).headers.get('strict-transport-security'),
  ).toBe('max-age=31536000');
});

it('answers no other origin', async () => {
  const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
  for (const method of ['GET', 'OPTIONS']) {
    const answer = await fetch(`${system.url}/api/v1/me`, { method, headers });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual(
      [],
    );
  }
});

it('answers to this machine’s names only while it listens on this machine only', async () => {
  const statuses = ['evil.example', '127.0.0.1.evil.example', 'localhost:1', '[::1]:8080'].map(
    statusForHost,
  );
  expect(await Promise.all(statuses)).toEqual([403, 403, 401, 401]);
});

it('believes X-Forwarded-For from its proxies only', async () => {
  const forged = {
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'https',
  };
  await get('/api/v1/me', { ...forged, 'X-Request-Id': 'forged-1' });
  await get(
    '/api/v1/me',
    { 'X-Forwarded-For': '198.51.100.9, 203.0.113.7', 'X-Request-Id': 'true-1' },
    behindProxy.url,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  const addressIn = (output: string, id: string) =>
    output.split('\n').find((line) => line.includes('"event":"audit"') && line.includes(id));
  expect(addressIn(system.apiOutput(), 'forged-1')).toContain('"address":"127.0.0.1"');
  expect(addressIn(behindProxy.apiOutput(), 'true-1')).toContain('"address":"203.0.113.7"');
});

it('limits the streams of one caller, and lets new ones in when others close', async () => {
  const { id } = await exporter.startExport({
    source: { type: 'table', dataset: 'samples', table: 'flights' },
    format: 'csv',
  });
  const open = async () => {
    const abort = new AbortController();
    const answer = await exporter.fetch(`/api/v1/status/${id}/events`, { signal: abort.signal });
    return { status: answer.status, close: () => abort.abort() };
  };
  const streams = [await open(), await open(), await open(), await open()];
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  streams.forEach(({ close }) => close());
  await new Promise((resolve) => setTimeout(resolve, 100));
  const again = await open();
  expect(again.status).toBe(200);
  again.close();
});

it('limits requests of one caller, and holds nobody else back', async () => {
  const viewer = await system.as('viewer');
  const statuses = [];
  for (let call = 0; call < perMinute + 5; call += 1)
    statuses.push((await viewer.fetch('/api/v1/me')).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(perMinute);
  const refused = await viewer.fetch('/api/v1/me');
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
    429,
    'rate-limited',
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await exporter.fetch('/api/v1/me')).status).toBe(200);
});

it('limits those who guess at tokens by their address', async () => {
  const statuses = [];
  for (let call = 0; call < perMinute + 5; call += 1)
    statuses.push((await get('/api/v1/me', { Authorization: `Bearer guess-${call}` })).status);
  expect(statuses.at(0)).toBe(401);
  expect(statuses.at(-1)).toBe(429);
  expect((await exporter.fetch('/api/v1/me')).status).toBe(200);
});

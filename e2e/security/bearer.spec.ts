import { unwrap } from '@outhaul/api-client';
import { mintToken, type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
let stranger: WholeSystem;
let exporter: Person;
beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  stranger = await WholeSystem.startEnforced({}, ['--no-samples']);
  exporter = await system.as('exporter');
});
afterAll(async () => {
  await system?.stop();
  await stranger?.stop();
});

const me = (headers: Record<string, string>) => fetch(`${system.url}/api/v1/me`, { headers });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const cloudPlatform = 'https://www.googleapis.com/auth/cloud-platform';

it.each(['viewer', 'exporter', 'admin'] as const)('knows the %s by IAM alone', async (role) => {
  const person = await system.as(role);
  expect(await unwrap(person.client.GET('/api/v1/me'))).toMatchObject({
    email: `${role}@outhaul.test`,
    role,
    expiresAt: expect.stringMatching(/^20\d\d-/),
  });
});

it('takes an export to its end with nothing but its owner’s rights', async () => {
  const { id } = await exporter.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'parquet',
  });
  expect((await exporter.untilEnded(id)).outcome).toMatchObject({ state: 'succeeded', rows: 3376 });
  const { files } = await unwrap(
    exporter.client.GET('/api/v1/download/{id}', { params: { path: { id } } }),
  );
  expect((await fetch(files[0]?.url ?? '')).status).toBe(200);
  const admin = await system.as('admin');
  const listing = await fetch(
    `${system.cloudUrl}/bigquery/v2/projects/outhaul-local/jobs?allUsers=true`,
    { headers: bearer(admin.token) },
  );
  const { jobs } = (await listing.json()) as {
    jobs: { jobReference: { jobId: string }; user_email: string }[];
  };
  const own = jobs.filter(({ jobReference }) => jobReference.jobId.includes(id));
  expect(own.map((job) => [job.jobReference.jobId, job.user_email])).toEqual([
    [`outhaul_${id}_extract_1`, exporter.email],
  ]);
});

it('exports with the scopes of BigQuery and Storage alone', async () => {
  const scopes = ['email', 'bigquery', 'devstorage.read_write'].map((scope) =>
    scope === 'email' ? scope : `https://www.googleapis.com/auth/${scope}`,
  );
  const narrow = await system.as('exporter', { scopes });
  const { id } = await narrow.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'csv',
  });
  expect((await narrow.untilEnded(id)).outcome).toMatchObject({ state: 'succeeded' });
});

it.each<[string, () => Promise<Record<string, string>>, RegExp]>([
  ['no token', async () => ({}), /Sign in first/],
  ['an unknown token', async () => bearer('ya29.nonsense'), /unknown or has expired/],
  ['an altered token', async () => bearer(`${exporter.token}x`), /unknown or has expired/],
  [
    'an expired token',
    async () => bearer((await system.as('exporter', { ttlSeconds: -1 })).token),
    /unknown or has expired/,
  ],
  [
    'a token of another app',
    async () => bearer((await system.as('exporter', { audience: 'another-app' })).token),
    /given to another app/,
  ],
  [
    'a token of another issuer',
    async () => bearer(await mintToken(stranger.cloudUrl, 'admin@outhaul.test')),
    /unknown or has expired/,
  ],
  [
    'a token without an e-mail address',
    async () => bearer((await system.as('exporter', { scopes: [cloudPlatform] })).token),
    /does not carry an e-mail/,
  ],
  [
    'an unverified e-mail address',
    async () => bearer((await system.as('exporter', { emailVerified: false })).token),
    /not verified/,
  ],
  [
    'a token that may not use BigQuery',
    async () => bearer((await system.as('exporter', { scopes: ['openid', 'email'] })).token),
    /may not use BigQuery/,
  ],
  ['another scheme', async () => ({ Authorization: 'Basic YTpi' }), /no bearer token/],
  ['Cloud Run’s own header', async () => serverless(exporter.token), /Sign in first/],
])('refuses %s', async (_what, headers, reason) => {
  const answer = await me(await headers());
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  expect(await answer.json()).toMatchObject({
    code: 'unauthenticated',
    detail: expect.stringMatching(reason),
  });
});

const serverless = (token: string) => ({ 'X-Serverless-Authorization': `Bearer ${token}` });

it('does not take Cloud Run’s header for the caller’s', async () => {
  const answer = await me({ ...bearer(exporter.token), ...serverless('anything') });
  expect([answer.status, ((await answer.json()) as { email: string }).email]).toEqual([
    200,
    exporter.email,
  ]);
});

it('tells nobody what it may not tell them', async () => {
  const viewer = await system.as('viewer');
  const answer = await viewer.fetch('/api/v1/export', {
    method: 'POST',
    body: '{}',
    headers: { 'Content-Type': 'application/json' },
  });
  expect([answer.status, ((await answer.json()) as { permission: string }).permission]).toEqual([
    403,
    'exports.create',
  ]);
});

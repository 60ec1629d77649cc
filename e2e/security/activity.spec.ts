import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type operations, unwrap } from '@outhaul/api-client';
import { mintToken, type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

type Query = operations['listActivity']['parameters']['query'];

let system: WholeSystem;
let exporter: Person;
let admin: Person;
let id: string;
beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  [exporter, admin] = [await system.as('exporter'), await system.as('admin')];
  ({ id } = await exporter.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'csv',
  }));
  await exporter.untilEnded(id);
  await exporter.fetch(`/api/v1/download/${id}`, { headers: { 'X-Request-Id': 'download-1' } });
});
afterAll(() => system?.stop());

const activity = async (query: Query = {}) =>
  (await unwrap(admin.client.GET('/api/v1/activity', { params: { query } }))).items;
/** Notes are stored with up to a second's delay. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 1_300));

it('has every hand-over on record before it happens, with all that was handed over', async () => {
  expect(await activity({ action: 'export.download', export: id })).toEqual([
    {
      at: expect.stringMatching(/^20/),
      who: 'exporter@outhaul.test',
      action: 'export.download',
      permission: 'exports.download',
      decision: 'allow',
      exportId: id,
      table: 'outhaul-local.samples.airports',
      tables: ['outhaul-local.samples.airports'],
      columns: expect.arrayContaining(['iata', 'name']),
      masked: [],
      rows: 3_376,
      bytes: expect.any(Number),
      destination: expect.stringMatching(/^gs:\/\/outhaul-local-files\/exports\//),
      address: '127.0.0.1',
      requestId: 'download-1',
    },
  ]);
});

it('names the tables that a query and an expression read', async () => {
  const start = (request: Parameters<Person['startExport']>[0]) => exporter.startExport(request);
  const sql =
    'SELECT a.iata FROM samples.airports AS a JOIN samples.flights AS f ON f.origin = a.iata';
  const query = await start({ source: { type: 'query', sql: `${sql} LIMIT 1` }, format: 'csv' });
  const expression = await start({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'csv',
    filter: { expression: 'iata IN (SELECT origin FROM samples.flights)' },
  });
  for (const { id: started } of [query, expression]) {
    const [event] = await activity({ action: 'export.start', export: started });
    expect(event?.tables?.toSorted()).toEqual([
      'outhaul-local.samples.airports',
      'outhaul-local.samples.flights',
    ]);
  }
  const shown = await admin.cli('activity', '--export', query.id);
  expect(shown.stdout).toContain('outhaul-local.samples.flights');
});

it('has denials on record, whoever made them', async () => {
  const viewer = await system.as('viewer');
  await viewer.fetch(`/api/v1/status/${id}`);
  await viewer.fetch('/api/v1/export', { method: 'POST' });
  await fetch(`${system.url}/api/v1/datasets`);
  await exporter.fetch('/api/v1/tables/samples/not_there/preview');
  await exporter.fetch('/api/v1/export/plan', {
    method: 'POST',
    body: JSON.stringify({
      source: { type: 'table', dataset: 'samples', table: 'not_there' },
      format: 'csv',
    }),
    headers: { 'Content-Type': 'application/json' },
  });
  await soon();
  const denials = await activity({ decision: 'deny' });
  const shown = denials.map(({ who, action, reason, table }) => ({ who, action, reason, table }));
  expect(shown).toEqual(
    expect.arrayContaining([
      {
        who: 'viewer@outhaul.test',
        action: 'GET /api/v1/status/:id',
        reason: 'export-not-found',
      },
      { who: 'viewer@outhaul.test', action: 'POST /api/v1/export', reason: 'permission-denied' },
      { who: 'anonymous', action: 'GET /api/v1/datasets', reason: 'unauthenticated' },
      {
        who: 'exporter@outhaul.test',
        action: 'GET /api/v1/tables/:dataset/:table/preview',
        reason: 'table-not-found',
        table: 'outhaul-local.samples.not_there',
      },
      {
        who: 'exporter@outhaul.test',
        action: 'export.plan',
        reason: 'table-not-found',
        table: 'samples.not_there',
      },
    ]),
  );
});

it('is for admins only', async () => {
  expect((await exporter.fetch('/api/v1/activity')).status).toBe(403);
  expect((await exporter.fetch('/api/v1/activity/log')).status).toBe(403);
});

it('filters by person and time, and pages', async () => {
  const all = await activity({ pageSize: 1_000 });
  const [newest] = all;
  expect(await activity({ to: '2020-01-01T00:00:00Z' })).toEqual([]);
  expect(await activity({ from: newest?.at })).toContainEqual(newest);
  const first = await unwrap(
    admin.client.GET('/api/v1/activity', {
      params: { query: { pageSize: 2, who: exporter.email } },
    }),
  );
  const second = await unwrap(
    admin.client.GET('/api/v1/activity', {
      params: { query: { pageSize: 2, who: exporter.email, pageToken: first.nextPageToken } },
    }),
  );
  expect([...first.items, ...second.items]).toEqual(
    all.filter(({ who }) => who === exporter.email).slice(0, 4),
  );
});

it('logs one structured line per decision', () => {
  const lines = system
    .apiOutput()
    .split('\n')
    .filter((line) => line.includes('"event":"audit"'))
    .map((line) => (JSON.parse(line) as { audit: { action: string } }).audit.action);
  expect(lines).toEqual(expect.arrayContaining(['export.start', 'export.download']));
});

it('is verified by the command, and shows what was tampered with', async () => {
  await soon();
  const heads = join(system.folder, 'heads.log');
  writeFileSync(heads, system.apiOutput());
  const whole = await admin.cli('audit', 'verify', '--heads', heads);
  expect([whole.code, whole.stdout, whole.stderr]).toEqual([
    0,
    expect.stringMatching(/nothing altered, nothing missing \([1-9]\d* heads/),
    '',
  ]);
  const bucket = `${system.cloudUrl}/storage/v1/b/outhaul-local-records/o`;
  const headers = { Authorization: `Bearer ${await mintToken(system.cloudUrl, admin.email)}` };
  const listing = await fetch(`${bucket}?prefix=audit/`, { headers });
  const { items } = (await listing.json()) as { items: { name: string }[] };
  const victim = items.at(-2)?.name ?? '';
  await fetch(`${bucket}/${encodeURIComponent(victim)}`, { method: 'DELETE', headers });
  const damaged = await admin.cli('audit', 'verify');
  expect([damaged.code, damaged.stdout]).toEqual([5, expect.stringContaining('✗ missing')]);
}, 30_000);

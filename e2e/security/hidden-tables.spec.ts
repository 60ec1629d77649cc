import { gunzipSync } from 'node:zlib';
import { unwrap } from '@outhaul/api-client';
import { airportsSet, apiRoutes } from '../support/api-routes.js';
import { type Person } from '../support/person.js';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
let exporter: Person;
let viewer: Person;
let admin: Person;

/** BigQuery's own API, as one person. */
async function bigQuery(person: Person, path: string, body: object): Promise<void> {
  const answer = await fetch(`${system.cloudUrl}/bigquery/v2/projects/outhaul-local${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { Authorization: `Bearer ${person.token}`, 'Content-Type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}

const project = 'outhaul-local';
const fields = [
  { name: 'region', type: 'STRING' },
  { name: 'amount', type: 'INTEGER' },
];
async function makeTable(dataset: string, table: string, rows: object[]): Promise<void> {
  await bigQuery(admin, `/datasets/${dataset}/tables`, {
    tableReference: { projectId: project, datasetId: dataset, tableId: table },
    schema: { fields },
  });
  await bigQuery(admin, `/datasets/${dataset}/tables/${table}/insertAll`, {
    rows: rows.map((json) => ({ json })),
  });
}

/** A dataset of which only the admin may know. */
async function hideDataset(dataset: string): Promise<void> {
  await bigQuery(admin, '/datasets', {
    datasetReference: { projectId: project, datasetId: dataset },
    location: 'US',
  });
  const headers = { Authorization: `Bearer ${admin.token}`, 'Content-Type': 'application/json' };
  const url = `${system.cloudUrl}/_local/policy`;
  const policy = (await (await fetch(url, { headers })).json()) as { denials: object[] };
  const denial = {
    permissions: ['*'],
    members: ['user:viewer@outhaul.test', 'user:exporter@outhaul.test'],
    resource: `projects/${project}/datasets/${dataset}`,
  };
  const body = JSON.stringify({ ...policy, denials: [...policy.denials, denial] });
  const answer = await fetch(url, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

beforeAll(async () => {
  system = await WholeSystem.startEnforced();
  exporter = await system.as('exporter');
  viewer = await system.as('viewer');
  admin = await system.as('admin');
  await hideDataset('hidden');
  await makeTable('hidden', 'secrets', [{ region: 'planted-cell-value', amount: 1 }]);
  await makeTable('samples', 'by_region', [
    { region: 'north', amount: 1 },
    { region: 'south', amount: 2 },
    { region: 'south', amount: 3 },
  ]);
  await bigQuery(admin, '/datasets/samples/tables/by_region/rowAccessPolicies', {
    rowAccessPolicyReference: {
      projectId: project,
      datasetId: 'samples',
      tableId: 'by_region',
      policyId: 'south_only',
    },
    filterPredicate: 'region = "south"',
    grantees: [`user:${'exporter@outhaul.test'}`],
  });
});
afterAll(() => system?.stop());

/** An answer with everything removed by which it may differ: the name that was asked for, and the request's id. */
async function told(person: Person, path: string, names: string[], body?: object) {
  const answer = await person.fetch(path, {
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  });
  const { requestId: _, ...problem } = (await answer.json()) as Record<string, unknown>;
  let text = names.reduce((rest, name) => rest.replaceAll(name, '…'), JSON.stringify(problem));
  text = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then');
  const headers = [...answer.headers.keys()].filter((name) => name !== 'date').sort();
  return { status: answer.status, text, headers };
}

type Way = [string, (dataset: string, table: string) => [path: string, body?: object]];
const table = (dataset: string, name: string) => ({ type: 'table', dataset, table: name });
const ways: Way[] = [
  ['looked at', (dataset, name) => [`/api/v1/tables/${dataset}/${name}`]],
  ['previewed', (dataset, name) => [`/api/v1/tables/${dataset}/${name}/preview`]],
  ['asked for its partitions', (dataset, name) => [`/api/v1/tables/${dataset}/${name}/partitions`]],
  [
    'planned',
    (dataset, name) => ['/api/v1/export/plan', { source: table(dataset, name), format: 'csv' }],
  ],
  [
    'exported',
    (dataset, name) => ['/api/v1/export', { source: table(dataset, name), format: 'csv' }],
  ],
  [
    'exported by columns',
    (dataset, name) => [
      '/api/v1/export',
      { source: table(dataset, name), format: 'csv', columns: [{ name: 'region' }] },
    ],
  ],
  [
    'exported by a query',
    (dataset, name) => [
      '/api/v1/export',
      {
        source: { type: 'query', sql: `SELECT * FROM \`${project}.${dataset}.${name}\`` },
        format: 'csv',
      },
    ],
  ],
  [
    'planned in a set',
    (dataset, name) => [
      '/api/v1/export-sets/plan',
      { tables: [{ dataset, table: name }], options: { format: 'csv' } },
    ],
  ],
];

it.each(ways)(
  'a table that may not be seen, %s, is told like one that does not exist',
  async (_way, of) => {
    const hidden = await told(exporter, ...withNames(of, 'hidden', 'secrets'));
    const missing = await told(exporter, ...withNames(of, 'hidden', 'nothing'));
    expect(hidden.text).toMatch(/does not exist, or you may not see it/);
    expect(hidden).toEqual(missing);
    expect(hidden.text).not.toMatch(/planted|region/);
    expect((await told(viewer, ...withNames(of, 'hidden', 'secrets'))).status).toBe(
      (await told(viewer, ...withNames(of, 'hidden', 'nothing'))).status,
    );
  },
);

it('knows every route that names a table, so that a new one is tried here too', () => {
  const naming = apiRoutes
    .filter(({ path, requestBody }) => path.includes('{table}') || requestBody)
    .map(({ method, path }) => `${method} ${path}`);
  const tried = ways.map(([, of]) => {
    const [path, body] = of('{dataset}', '{table}');
    return `${body ? 'POST' : 'GET'} ${path}`;
  });
  expect([...new Set([...tried, 'POST /api/v1/export-sets'])].toSorted()).toEqual(
    naming.toSorted(),
  );
});

it('a table that may not be seen is refused in a set like one that does not exist', async () => {
  const endOf = async (name: string) => {
    const body = { ...airportsSet, tables: [{ dataset: 'hidden', table: name }] };
    const { id } = await unwrap(exporter.client.POST('/api/v1/export-sets', { body }));
    const at = { params: { path: { id } } };
    for (;;) {
      const set = await unwrap(exporter.client.GET('/api/v1/export-sets/{id}', at));
      if (set.outcome) {
        const manifest = await unwrap(exporter.client.GET('/api/v1/export-sets/{id}/manifest', at));
        const told = JSON.stringify([set, manifest]).replaceAll(name, '…').replaceAll(id, 'ID');
        return told
          .replace(/x[0-9a-z]{19}/g, 'ID')
          .replace(/"revision":\d+/g, '')
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then');
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const hidden = await endOf('secrets');
  expect(hidden).toMatch(/does not exist, or you may not see it/);
  expect(hidden).toBe(await endOf('nothing'));
});

function withNames(of: Way[1], dataset: string, name: string): [string, string[], object?] {
  const [path, body] = of(dataset, name);
  return [path, [name], body];
}

it('a dataset that may not be seen is not listed, and told like one that does not exist', async () => {
  const { items } = await unwrap(exporter.client.GET('/api/v1/datasets'));
  expect(items.map(({ dataset }) => dataset)).not.toContain('hidden');
  expect(await told(exporter, '/api/v1/tables?dataset=hidden', ['hidden'])).toEqual(
    await told(exporter, '/api/v1/tables?dataset=nowhere', ['nowhere']),
  );
});

it('another person’s export of such a table is told like one that does not exist', async () => {
  const { id } = await admin.startExport({
    source: { type: 'table', dataset: 'hidden', table: 'secrets' },
    format: 'csv',
  });
  expect((await admin.untilEnded(id)).outcome).toMatchObject({ state: 'succeeded' });
  const missing = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
  for (const path of [
    '/api/v1/status/ID',
    '/api/v1/status/ID/events',
    '/api/v1/download/ID',
    '/api/v1/download/ID/manifest.json',
    '/api/v1/export/ID/manifest',
    '/api/v1/archive/ID',
  ])
    expect(await told(exporter, path.replace('ID', id), [id])).toEqual(
      await told(exporter, path.replace('ID', missing), [missing]),
    );
  expect((await exporter.fetch(`/api/v1/export/${id}`, { method: 'DELETE' })).status).toBe(404);
  expect((await admin.fetch(`/api/v1/status/${id}`)).status).toBe(200);
  for (const path of ['/api/v1/export/ID/cancel', '/api/v1/export/ID/retry'])
    expect(await told(exporter, path.replace('ID', id), [id], {})).toEqual(
      await told(exporter, path.replace('ID', missing), [missing], {}),
    );
  const { items } = await unwrap(exporter.client.GET('/api/v1/export'));
  expect(items.map((each) => each.id)).not.toContain(id);
});

it('a row policy leaves the caller’s own rows only, and the plan says so', async () => {
  const request = {
    source: { type: 'table', dataset: 'samples', table: 'by_region' },
    format: 'csv',
    shape: 'single',
  } as const;
  const plan = await unwrap(exporter.client.POST('/api/v1/export/plan', { body: request }));
  expect(plan.warnings.map(({ code }) => code)).toContain('row-policies');
  const { id } = await exporter.startExport(request);
  const { outcome } = await exporter.untilEnded(id);
  expect(outcome).toMatchObject({ state: 'succeeded', rows: 2 });
  const { files } = await unwrap(
    exporter.client.GET('/api/v1/download/{id}', { params: { path: { id } } }),
  );
  const file = files.find(({ name }) => name.includes('.csv'));
  const bytes = Buffer.from(await (await fetch(file?.url ?? '')).arrayBuffer());
  const text = (file?.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  expect(text.trim().split('\n').toSorted()).toEqual(
    ['region,amount', 'south,2', 'south,3'].toSorted(),
  );
  const preview = await unwrap(
    exporter.client.GET('/api/v1/tables/{dataset}/{table}/preview', {
      params: { path: { dataset: 'samples', table: 'by_region' } },
    }),
  );
  expect(JSON.stringify(preview.rows)).not.toContain('north');
});

it('who sees a table is told in Google’s words why its rows are kept back, and reads their own by a query', async () => {
  const preview = async (person: Person) => {
    const answer = await person.fetch('/api/v1/tables/protected/sales/preview');
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  // Viewers run no queries.
  expect(await preview(viewer)).toMatchObject({
    status: 403,
    body: {
      code: 'permission-denied',
      detail: expect.stringMatching(/does not have full access .* due to row access policies/),
      fix: expect.stringContaining('filter TRUE'),
    },
  });
  const { body } = await preview(exporter);
  const regions = (body['rows'] as string[][]).map(([, region]) => region);
  expect([...new Set(regions)].sort()).toEqual(['EU', 'US']);
});

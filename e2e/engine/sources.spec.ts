import { parquetReadObjects } from 'hyparquet';
import { type ExportRequest, type Format } from '@outhaul/core';
import { textsOfSheet } from './faults/read-sheet';
import { Engine, filesBucket, project } from './support/engine';

/** Every kind of source that a person can name, read by Google's real clients from tables that are made here. */
let engine: Engine;
const otherProject = 'the-other-project';
const payer = 'the-paying-project';

const makeTable = (tableId: string, rest: object, datasetId = 'shop', projectId = project) =>
  engine.call('POST', `${projectId}/datasets/${datasetId}/tables`, {
    tableReference: { projectId, datasetId, tableId },
    ...rest,
  });

beforeAll(async () => {
  engine = await Engine.start();
  await engine.makeDataset('shop');
  await engine.query(
    "CREATE TABLE shop.days PARTITION BY day AS SELECT DATE '2026-01-01' AS day, 1 AS id UNION ALL SELECT DATE '2026-01-02', 2 UNION ALL SELECT DATE '2026-01-02', 3 UNION ALL SELECT DATE '2026-01-03', 4 UNION ALL SELECT CAST(NULL AS DATE), 5",
  );
  await engine.query(
    'CREATE TABLE shop.numbers (id INT64) PARTITION BY RANGE_BUCKET(id, GENERATE_ARRAY(-50, 100, 10))',
  );
  await engine.query('INSERT INTO shop.numbers VALUES (-33), (-9), (1), (11), (15), (25), (1000)');
  await engine.query('CREATE TABLE shop.events_20260101 AS SELECT 1 AS id');
  await engine.query('CREATE TABLE shop.events_20260102 AS SELECT 2 AS id UNION ALL SELECT 3');
  await engine.query(
    'CREATE VIEW shop.events AS SELECT id FROM `outhaul-local.shop.events_*` WHERE id > 1',
  );
  await engine.query('CREATE VIEW shop.a_view AS SELECT id FROM shop.days WHERE id > 2');
  await makeTable('a_materialized_view', {
    materializedView: { query: 'SELECT id FROM shop.days WHERE id < 3' },
  });
  await engine.files.put(filesBucket, 'somewhere/else.csv', 'id,name\n71,a\n72,b\n', 'text/csv');
  await makeTable('an_external_table', {
    externalDataConfiguration: {
      sourceFormat: 'CSV',
      sourceUris: [`gs://${filesBucket}/somewhere/*.csv`],
      csvOptions: { skipLeadingRows: 1 },
      schema: {
        fields: [
          { name: 'id', type: 'INTEGER' },
          { name: 'name', type: 'STRING' },
        ],
      },
    },
  });
  // A partition that changed a short while ago is not extracted by itself.
  await engine.moveClock(15 * 60_000);
  await engine.query(
    "CREATE TABLE shop.lately PARTITION BY day AS SELECT DATE '2026-01-01' AS day, 1 AS id",
  );
});
afterAll(() => engine.stop());

type Source = ExportRequest['source'];
const table = (name: string, rest: object = {}): Source => ({
  type: 'table',
  dataset: 'shop',
  table: name,
  ...rest,
});

/** Ids in the files of a finished export, ascending. */
async function idsOf(id: string): Promise<number[]> {
  const names = (await engine.names(id)).filter((name) => name.endsWith('.csv'));
  const texts = await Promise.all(names.map((name) => engine.read(id, name)));
  return texts
    .flatMap((text) => text.toString('utf8').trimEnd().split('\n').slice(1))
    .map((line) => Number(line.split(',').at(-1)))
    .toSorted((a, b) => a - b);
}

async function exported(source: Source, options: Partial<ExportRequest> = {}) {
  const { id } = await engine.exporter.start(engine.caller, { source, format: 'csv', ...options });
  const record = await engine.run(id);
  expect(record.outcome).toMatchObject({ state: 'succeeded' });
  return { record, ids: await idsOf(id) };
}

it.each<[string, Source, 'extract' | 'query', RegExp, number[]]>([
  ['a table', table('days'), 'extract', /free/, [1, 2, 3, 4, 5]],
  ['one partition', table('days', { partition: '20260102' }), 'extract', /free/, [2, 3]],
  [
    'one partition that changed a short while ago',
    table('lately', { partition: '20260101' }),
    'query',
    /changed a short while ago/,
    [1],
  ],
  ['the partition of NULLs', table('days', { partition: '__NULL__' }), 'extract', /free/, [5]],
  [
    'a range of partitions',
    table('days', { partition: { from: '20260102', to: '20260103' } }),
    'query',
    /Several partitions/,
    [2, 3, 4],
  ],
  [
    'a partition of whole numbers',
    table('numbers', { partition: '10' }),
    'extract',
    /free/,
    [11, 15],
  ],
  [
    'a range of partitions of whole numbers',
    table('numbers', { partition: { from: '0', to: '10' } }),
    'query',
    /Several partitions/,
    [1, 11, 15],
  ],
  [
    'a partition of numbers below 0',
    table('numbers', { partition: '-40' }),
    'extract',
    /free/,
    [-33],
  ],
  [
    'a range of partitions from below 0',
    table('numbers', { partition: { from: '-40', to: '0' } }),
    'query',
    /Several partitions/,
    [-33, -9, 1],
  ],
  [
    'the partition of what lies outside',
    table('numbers', { partition: '__UNPARTITIONED__' }),
    'extract',
    /free/,
    [1000],
  ],
  ['a view', table('a_view'), 'query', /is a view/, [3, 4, 5]],
  ['a materialized view', table('a_materialized_view'), 'query', /materialized view/, [1, 2]],
  ['an external table', table('an_external_table'), 'query', /external table/, [71, 72]],
  [
    'a query',
    { type: 'query', sql: 'SELECT id FROM shop.days WHERE id IN (2, 4);' },
    'query',
    /is a query/,
    [2, 4],
  ],
  [
    'a query over a wildcard table',
    {
      type: 'query',
      sql: "SELECT id FROM `outhaul-local.shop.events_*` WHERE _TABLE_SUFFIX BETWEEN '20260102' AND '20260131'",
    },
    'query',
    /temporary table/,
    [2, 3],
  ],
  [
    'a query over INFORMATION_SCHEMA',
    {
      type: 'query',
      sql: "SELECT ordinal_position AS id FROM shop.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'days'",
    },
    'query',
    /temporary table/,
    [1, 2],
  ],
  ['a view over a wildcard table', table('events'), 'query', /is a view/, [2, 3]],
])('takes %s', async (_what, source, kind, reason, expected) => {
  const columns = source.type === 'table' && kind === 'query' ? [{ name: 'id' }] : undefined;
  const plan = await engine.exporter.plan(engine.caller, { source, format: 'csv' });
  expect(plan.engine).toEqual({ kind, reason: expect.stringMatching(reason) });
  expect(plan.cost.free).toBe(kind === 'extract');
  for (const verify of ['rows', 'fingerprint'] as const) {
    const { record, ids } = await exported(source, { columns, verify });
    expect(ids).toEqual(expected);
    expect(record.outcome).toMatchObject({ rows: expected.length });
  }
});

it('takes only the partitions that have changed since an instant', async () => {
  await engine.query(
    "CREATE TABLE shop.changing PARTITION BY day AS SELECT DATE '2026-02-01' AS day, 1 AS id UNION ALL SELECT DATE '2026-02-02', 2",
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  const changedSince = new Date(engine.nowMs()).toISOString();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await engine.query("INSERT INTO shop.changing VALUES (DATE '2026-02-02', 3)");
  const { ids } = await exported(table('changing', { partition: { changedSince } }));
  expect(ids).toEqual([2, 3]);
  const after = table('changing', {
    partition: { changedSince: new Date(engine.nowMs()).toISOString() },
  });
  await expect(exported(after)).rejects.toMatchObject({ code: 'partition-not-found' });
});

it.each<[string, Partial<ExportRequest>]>([
  ['by an extract job', {}],
  ['by a query', { columns: [{ name: 'id' }] }],
  ['with its fingerprint', { verify: 'fingerprint' }],
])('takes the rows of an earlier instant %s', async (_how, options) => {
  const name = `past_${Object.keys(options).join('_')}`;
  await engine.query(`CREATE TABLE shop.${name} AS SELECT 1 AS id UNION ALL SELECT 2`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const asOf = new Date(engine.nowMs()).toISOString();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await engine.query(`DELETE FROM shop.${name} WHERE id = 1`);
  await engine.query(`INSERT INTO shop.${name} VALUES (9)`);
  expect((await exported(table(name, { asOf }), options)).ids).toEqual([1, 2]);
  expect((await exported(table(name), options)).ids).toEqual([2, 9]);
});

it.each<[string, Partial<ExportRequest>, string[]]>([
  ['an extract job', {}, ['extract']],
  ['a query', { columns: [{ name: 'id' }] }, ['materialize']],
  ['an extract job and a fingerprint', { verify: 'fingerprint' }, ['extract', 'witness']],
])(
  'takes a table of another project by %s that a third project pays for',
  async (_how, options, jobs) => {
    await engine
      .makeDataset('abroad', otherProject)
      .catch((error: Error) => expect(error.message).toMatch(/Already Exists/));
    const schema = { fields: [{ name: 'id', type: 'INTEGER' }] };
    const name = `t${jobs.join('')}`;
    await makeTable(name, { schema }, 'abroad', otherProject);
    await engine.query(`INSERT INTO \`${otherProject}.abroad.${name}\` VALUES (5), (6)`);
    const source = { ...table(name, { project: otherProject }), dataset: 'abroad' } as Source;
    const { record, ids } = await exported(source, { billingProject: payer, ...options });
    expect(ids).toEqual([5, 6]);
    const { source: planned } = record.plan;
    expect([planned.table?.project, planned.billingProject]).toEqual([otherProject, payer]);
    const list = await fetch(`${engine.url}/bigquery/v2/projects/${payer}/jobs?allUsers=true`);
    const { jobs: paid = [] } = (await list.json()) as {
      jobs?: { jobReference: { jobId: string } }[];
    };
    const own = paid.map(({ jobReference }) => jobReference.jobId);
    expect(own.filter((id) => id.includes(record.id)).toSorted()).toEqual(
      jobs.map((kind) => `outhaul_${record.id}_${kind}_1`).toSorted(),
    );
  },
);

const everyType: Record<Format, (content: Buffer) => Promise<number>> = {
  csv: async (content) => content.toString('utf8').split(/^\d,/m).length - 1,
  jsonl: async (content) => content.toString('utf8').trimEnd().split('\n').length,
  parquet: async (content) => {
    const file = Uint8Array.from(content).buffer;
    return (await parquetReadObjects({ file })).length;
  },
  avro: async (content) => (content.subarray(0, 3).toString() === 'Obj' ? 4 : 0),
  xlsx: async (content) => textsOfSheet(content, 'A').length - 1,
};

it.each(Object.keys(everyType) as Format[])(
  'writes a column of every type as %s, and proves it',
  async (format) => {
    const { id } = await engine.exporter.start(engine.caller, {
      source: { type: 'table', dataset: 'samples', table: 'all_types' },
      format,
      flatten: true,
      verify: 'fingerprint',
    });
    const record = await engine.run(id);
    expect(record.outcome).toEqual(expect.objectContaining({ state: 'succeeded', rows: 4 }));
    const { verified, files } = await engine.exporter.manifest(engine.caller, id);
    expect(verified.fileFingerprint).toBe(verified.sourceFingerprint);
    const contents = await Promise.all(files.map(({ name }) => engine.read(id, name)));
    const rows = await Promise.all(contents.map((content) => everyType[format](content)));
    expect(rows.reduce((sum, count) => sum + count, 0)).toBe(4);
  },
);

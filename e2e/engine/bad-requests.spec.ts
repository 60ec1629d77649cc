import { type ErrorCode, statusOfError } from '@outhaul/core';
import { Engine } from './support/engine';

/** Everything here is refused with a 4xx by its code, by real metadata and dry runs, before anything runs. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  const days = Array.from({ length: 30 }, (_, at) => `${at},"a",2026-01-0${(at % 3) + 1}`);
  await engine.load('shop.orders', `id,name,day\n${days.join('\n')}\n`);
  await engine.query(
    "CREATE TABLE shop.by_day PARTITION BY day AS SELECT DATE '2026-01-01' AS day",
  );
  // More than the 1 GB that BigQuery puts into one file.
  await engine.query(
    "CREATE TABLE shop.large AS SELECT REPEAT('x', 1000) AS text FROM UNNEST(GENERATE_ARRAY(1, 1100000))",
  );
});
afterAll(() => engine.stop());

const query = (sql: string) => ({ source: { type: 'query', sql } });
const table = (rest: object, name = 'orders') => ({
  source: { type: 'table', dataset: 'shop', table: name, ...rest },
});

it.each<[string, object, RegExp, RegExp]>([
  ['several statements', query('SELECT 1; SELECT 2'), /^sql-invalid$/, /statements/],
  [
    'a statement behind a comment',
    query('SELECT 1 -- ;\r; DROP TABLE shop.orders'),
    /^sql-invalid$/,
    /statements/,
  ],
  ['DML', query('DELETE FROM shop.orders WHERE TRUE'), /^sql-invalid$/, /SELECT/],
  ['DDL', query('CREATE TABLE shop.x AS SELECT 1'), /^sql-invalid$/, /SELECT/],
  [
    'EXPORT DATA',
    query("EXPORT DATA OPTIONS(uri='gs://x/*') AS SELECT 1"),
    /^sql-invalid$/,
    /SELECT/,
  ],
  ['a query with a fault', query('SELECT nothing FROM shop.orders'), /^sql-invalid$/, /nothing/],
  [
    'a query of a missing table',
    query('SELECT * FROM shop.none'),
    /^(table-not-found|sql-invalid)$/,
    /none|named in the query/,
  ],
  [
    'a mask on a missing column',
    { columns: [{ name: 'nam', mask: { kind: 'null' } }] },
    /^column-not-found$/,
    /name/,
  ],
  [
    'a mask that has no meaning',
    { columns: [{ name: 'name', mask: { kind: 'date-to-month' } }] },
    /^request-invalid$/,
    /month/,
  ],
  [
    'a filter of the wrong type',
    { filter: { all: [{ column: 'id', is: '=', value: 'x' }] } },
    /^request-invalid$/,
    /INT64/,
  ],
  [
    'a filter on a missing column',
    { filter: { all: [{ column: 'idd', is: 'null' }] } },
    /^column-not-found$/,
    /id/,
  ],
  [
    'an expression of two',
    { filter: { expression: 'TRUE, FALSE' } },
    /^sql-invalid$/,
    /one expression/,
  ],
  ['an expression that is no truth', { filter: { expression: 'id + 1' } }, /^sql-invalid$/, /./],
  ['a template that climbs', { fileName: '../{part}' }, /^name-template-invalid$/, /file/],
  ['a template that collides', { fileName: 'all-of-{of}' }, /^name-template-invalid$/, /same name/],
  [
    'a partition of a plain table',
    table({ partition: '20260101' }),
    /^partition-not-found$/,
    /not partitioned/,
  ],
  [
    'a partition that does not exist',
    table({ partition: '20260102' }, 'by_day'),
    /^partition-not-found$/,
    /newest partition is 20260101/,
  ],
  [
    'a range without partitions',
    table({ partition: { from: '20260201', to: '20260301' } }, 'by_day'),
    /^partition-not-found$/,
    /newest partition is 20260101/,
  ],
  ['a time that is no instant', table({ asOf: 'yesterday' }), /^request-invalid$/, /asOf/],
  [
    'one Parquet file of a large table',
    { ...table({}, 'large'), shape: 'single' },
    /^single-file-impossible$/,
    /1 GB/,
  ],
  [
    'one Avro file of a large table',
    { ...table({}, 'large'), format: 'avro', shape: 'single' },
    /^single-file-impossible$/,
    /1 GB/,
  ],
  [
    'a template from the root',
    { fileName: '/etc/{part}' },
    /^name-template-invalid$/,
    /cannot be a file/,
  ],
  [
    'a template into the parts of Outhaul itself',
    { fileName: 'parts/{part}' },
    /^name-template-invalid$/,
    /another folder/,
  ],
  ['a query that calls a procedure', query('CALL shop.p()'), /^sql-invalid$/, /SELECT/],
  ['a script', query('BEGIN SELECT 1; END'), /^sql-invalid$/, /statements|SELECT/],
  ['an instant to come', table({ asOf: '2999-01-01T00:00:00Z' }), /^as-of-invalid$/, /future/],
  ['an instant long past', table({ asOf: '2020-01-01T00:00:00Z' }), /^as-of-invalid$/, /7 days/],
  [
    'one Parquet file of a query',
    { ...query('SELECT 1 AS one'), shape: 'single' },
    /^single-file-impossible$/,
    /1 GB/,
  ],
  [
    'names that are equal',
    {
      columns: [
        { name: 'id', as: 'x' },
        { name: 'name', as: 'X' },
      ],
    },
    /^request-invalid$/,
    /Two columns/,
  ],
  ['a limit that is passed', { limit: 1, maxBytes: 1 }, /^limit-exceeded$/, /10485760/],
  [
    'a compression that the format lacks',
    { format: 'csv', compression: 'zstd' },
    /^format-unsupported$/,
    /gzip/,
  ],
])('refuses %s', async (_what, rest, code, text) => {
  const jobs = async () => {
    const answer = await fetch(
      `${engine.url}/bigquery/v2/projects/outhaul-local/jobs?allUsers=true`,
    );
    const { jobs: all = [] } = (await answer.json()) as {
      jobs?: { jobReference: { jobId: string } }[];
    };
    // Partitions are listed by a query of its own.
    return all.filter(({ jobReference }) => jobReference.jobId.startsWith('outhaul_')).length;
  };
  const before = await jobs();
  const request = { ...table({}), format: 'parquet', ...rest };
  const failure = (await engine.exporter
    .start(engine.caller, request)
    .catch((error: unknown) => error)) as {
    code: string;
    message: string;
    details: { fix?: string };
  };
  expect(failure.code).toMatch(code);
  expect([400, 404]).toContain(statusOfError[failure.code as ErrorCode]);
  expect(`${failure.message} ${failure.details.fix}`).toMatch(text);
  expect((await engine.exporter.list(engine.caller, {})).items).toEqual([]);
  expect(await jobs()).toBe(before);
});

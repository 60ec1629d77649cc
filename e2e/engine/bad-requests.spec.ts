import { Engine } from './support/engine';

/** Everything here is refused with a 4xx by its code, by real metadata and dry runs, before anything runs. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  const days = Array.from({ length: 30 }, (_, at) => `${at},"a",2026-01-0${(at % 3) + 1}`);
  await engine.load('shop.orders', `id,name,day\n${days.join('\n')}\n`);
});
afterAll(() => engine.stop());

const query = (sql: string) => ({ source: { type: 'query', sql } });
const table = (rest: object) => ({
  source: { type: 'table', dataset: 'shop', table: 'orders', ...rest },
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
    return ((await answer.json()) as { jobs?: object[] }).jobs?.length ?? 0;
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
  expect(`${failure.message} ${failure.details.fix}`).toMatch(text);
  expect((await engine.exporter.list(engine.caller, {})).items).toEqual([]);
  expect(await jobs()).toBe(before);
});

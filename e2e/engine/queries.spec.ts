import { type ExportRequest } from '@outhaul/core';
import { textsOfSheet } from './faults/read-sheet';
import { Engine } from './support/engine';

/** Queries as people write them, run to their files. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples');
  await engine.makeDataset('shop');
  await engine.query(
    "CREATE TABLE shop.orders AS SELECT 1 AS id, JSON '{\"a\": 1}' AS note UNION ALL SELECT 3, NULL UNION ALL SELECT 2, JSON '2'",
  );
});
afterAll(() => engine.stop());

async function exportQuery(sql: string, rest: Partial<ExportRequest> = {}) {
  const options = { format: 'jsonl', shape: 'single', ...rest } as const;
  const id = await engine.start('', { source: { type: 'query', sql }, ...options });
  expect((await engine.run(id)).outcome).toMatchObject({ state: 'succeeded' });
  const names = await engine.names(id);
  return engine.read(id, names.find((name) => /\.(jsonl|xlsx)$/.test(name)) ?? '');
}
const linesOf = (content: Buffer) =>
  content
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);

it.each(['rows', 'fingerprint'] as const)(
  'exports columns without a name, as BigQuery names them (%s)',
  async (verify) =>
    expect(
      linesOf(await exportQuery('SELECT COUNT(*), MAX(id) FROM shop.orders -- all', { verify })),
    ).toEqual([{ f0_: '3', f1_: '3' }]),
);

it('keeps the order of a query that is exported as it is', async () =>
  expect(linesOf(await exportQuery('SELECT id FROM shop.orders ORDER BY id DESC'))).toEqual([
    { id: '3' },
    { id: '2' },
    { id: '1' },
  ]));

it('takes a query over metadata that ends with a comment', async () =>
  expect(
    linesOf(await exportQuery('SELECT table_name FROM shop.INFORMATION_SCHEMA.TABLES -- names')),
  ).toEqual([{ table_name: 'orders' }]));

it('leaves a JSON NULL a NULL in a workbook', async () => {
  const content = await exportQuery('SELECT id, note FROM shop.orders ORDER BY id', {
    format: 'xlsx',
  });
  expect(textsOfSheet(content, 'B')).toEqual(['note', '{&quot;a&quot;:1}', '2']);
});

it('leaves a NULL struct a NULL where its members become columns', async () => {
  const sql = 'SELECT 1 AS id, CAST(NULL AS STRUCT<name STRING, tags ARRAY<STRING>>) AS more';
  expect(linesOf(await exportQuery(sql, { flatten: true }))).toEqual([{ id: '1' }]);
});

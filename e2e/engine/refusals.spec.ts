import { type ExportRequest } from '@outhaul/core';
import { Engine } from './support/engine';

/** What BigQuery would refuse is refused before anything runs, with a remedy. */
let engine: Engine;
const day = 24 * 3_600_000;

beforeAll(async () => {
  engine = await Engine.start();
  await engine.makeDataset('shop');
  await engine.call('POST', 'outhaul-local/datasets', {
    datasetReference: { projectId: 'outhaul-local', datasetId: 'brief' },
    location: 'US',
    maxTimeTravelHours: '48',
  });
  await engine.query('CREATE TABLE brief.orders AS SELECT 1 AS id');
  await engine.query('CREATE TABLE shop.orders AS SELECT 1 AS id');
  await engine.query('CREATE TABLE shop.mixed_1 AS SELECT 1 AS id');
  await engine.query("CREATE TABLE shop.mixed_2 AS SELECT 'x' AS id");
  await engine.query(
    "CREATE TABLE shop.big PARTITION BY day OPTIONS(require_partition_filter = TRUE) AS SELECT DATE '2026-01-01' AS day, 1 AS id",
  );
  await engine.query('CREATE VIEW shop.view_of_big AS SELECT id FROM shop.big');
  await engine.moveClock(4 * day);
  await engine.query('CREATE TABLE shop.young AS SELECT 1 AS id');
});
afterAll(() => engine.stop());

const query = (sql: string): ExportRequest['source'] => ({ type: 'query', sql });
const asOf = (dataset: string, table: string, ms: number): ExportRequest['source'] => ({
  type: 'table',
  dataset,
  table,
  asOf: new Date(engine.nowMs() + ms).toISOString(),
});

it.each<[string, () => ExportRequest['source'], string, RegExp, RegExp]>([
  [
    'a wildcard that matches nothing',
    () => query('SELECT id FROM `outhaul-local.shop.nothing_*`'),
    'sql-invalid',
    /does not match any table/,
    /before the `\*`/,
  ],
  [
    'a wildcard over tables with different schemas',
    () => query('SELECT id FROM `outhaul-local.shop.mixed_*`'),
    'sql-invalid',
    /Cannot read field of type/,
    /Change the query/,
  ],
  [
    'a query without the partition filter that its table requires',
    () => query('SELECT id FROM shop.big WHERE id = 1'),
    'sql-invalid',
    /without a filter over column\(s\) 'day'/,
    /Add a condition on 'day' to the query/,
  ],
  [
    'a view whose partition filter cannot be given',
    () => ({ type: 'table', dataset: 'shop', table: 'view_of_big' }),
    'sql-invalid',
    /without a filter over column\(s\) 'day'/,
    /Filter rows by 'day'/,
  ],
  [
    'an instant before the table existed',
    () => asOf('shop', 'young', -day),
    'as-of-invalid',
    /did not exist at/,
    /later instant/,
  ],
  [
    'an instant before a window of two days',
    () => asOf('brief', 'orders', -3 * day),
    'as-of-invalid',
    /before the time travel window of 2 days of dataset brief/,
    /later instant, or export a snapshot/,
  ],
  [
    'an instant in the future',
    () => asOf('shop', 'orders', 60_000),
    'as-of-invalid',
    /is in the future/,
    /in the past/,
  ],
])('refuses %s', async (_what, source, code, message, fix) => {
  const request = { source: source(), format: 'csv' } as const;
  for (const ask of [engine.exporter.plan, engine.exporter.start])
    await expect(ask(engine.caller, request)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      details: { fix: expect.stringMatching(fix) },
    });
});

it('takes an instant three days ago where the window is longer', async () => {
  const { id } = await engine.exporter.start(engine.caller, {
    source: asOf('shop', 'orders', -3 * day),
    format: 'csv',
  });
  expect((await engine.run(id)).outcome).toMatchObject({ state: 'succeeded', rows: 1 });
});

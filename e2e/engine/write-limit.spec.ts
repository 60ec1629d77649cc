import { type ExportRequest } from '@outhaul/core';
import { Engine } from './support/engine';

/** The local cloud takes one write a second of each object here, as Cloud Storage does. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--shard-bytes', '60000');
}, 180_000);
afterAll(() => engine.stop());

interface Generation {
  readonly timeCreated: string;
}

/** When a record was written, each time: its bucket keeps all generations. */
async function writesOf(id: string): Promise<readonly number[]> {
  const answer = await fetch(
    `${engine.url}/storage/v1/b/outhaul-local-records/o?versions=true&prefix=exports/${id}`,
  );
  const { items = [] } = (await answer.json()) as { items?: Generation[] };
  return items.map(({ timeCreated }) => Date.parse(timeCreated)).toSorted((a, b) => a - b);
}

it.each<[string, Partial<Omit<ExportRequest, 'source'>>, number]>([
  ['files that are checked by their footers', { format: 'parquet' }, 3],
  ['one file that is joined from parts', { format: 'csv', shape: 'single' }, 5],
])('writes the record of a short export seldom: %s', async (_what, options, mostWrites) => {
  const record = await engine.export('samples.airports', options);
  expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 3_376 });
  expect(record.steps.map(({ faults }) => faults)).toEqual(record.steps.map(() => undefined));
  const writes = await writesOf(record.id);
  expect(writes.length).toBeLessThanOrEqual(mostWrites);
  expect(writes.length).toBe(record.revision);
});

it('lets two that advance the same export find one whole export', async () => {
  const id = await engine.start('samples.airports', { format: 'csv', shape: 'single' });
  const [first, second] = await Promise.all([engine.run(id), engine.run(id)]);
  expect(first.outcome).toMatchObject({ state: 'succeeded', rows: 3_376, files: 1 });
  expect(second.outcome).toEqual(first.outcome);
});

it('binds a key once, however many claim it at the same moment', async () => {
  const request = {
    format: 'parquet',
    source: { type: 'table', dataset: 'samples', table: 'airports' },
  };
  const records = await Promise.all(
    Array.from({ length: 4 }, () =>
      engine.exporter.start(engine.caller, request, { idempotencyKey: 'one-key-for-all' }),
    ),
  );
  expect(new Set(records.map(({ id }) => id)).size).toBe(1);
});

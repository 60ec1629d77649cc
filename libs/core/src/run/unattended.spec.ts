import { type ExportRequest } from '../request/export-request.js';
import { aBench, aField, aRequest, aTable, type Bench, runToEnd } from '../testing/index.js';
import { type TableMetadata } from '../table.js';

const started = async (bench: Bench, request: ExportRequest) =>
  (await bench.exporter.start(bench.owner, request)).id;
const namesOf = async (bench: Bench, id: string) =>
  (await bench.files.list('files', `exports/${id}/`)).map(({ name }) => name);

const now = Date.parse('2026-03-01T12:00:00Z');
/** It has changed since the instant that is asked for: its metadata do not tell how many rows it had. */
const changedSince = aTable({ modifiedMs: now - 3_600_000 });
const asOfYesterday = {
  type: 'table',
  dataset: 'shop',
  table: 'orders',
  asOf: new Date(now - 24 * 3_600_000).toISOString(),
} as const;

describe('the count of the source', () => {
  it('counts the source by a query when metadata cannot tell', async () => {
    const bench = aBench(changedSince);
    const id = await started(bench, aRequest({ source: asOfYesterday }));
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 7 });
    expect([...bench.warehouse.jobs.keys()]).toContain(`outhaul_${id}_witness_1`);
    // Where the count was left is not handed out.
    expect((await namesOf(bench, id)).filter((name) => name.includes('witness'))).toEqual([]);
  });

  it.each([
    ['something else', 'not JSON\n'],
    ['no number', '{"row_count":"-1"}\n'],
    ['two counts', '{"row_count":"7"}\n{"row_count":"7"}\n'],
    ['no count', ''],
    ['too much', `{"row_count":"7","more":"${'x'.repeat(10_000)}"}\n`],
  ])('fails when the file with the count holds %s', async (_what, content) => {
    const bench = aBench(changedSince);
    bench.warehouse.pollsUntilDone = 2;
    const id = await started(bench, aRequest({ source: asOfYesterday }));
    await bench.exporter.advance(id, bench.owner);
    const put = bench.files.put.bind(bench.files);
    bench.files.put = (bucket, name, text, ...rest) =>
      put(bucket, name, name.includes('/witness/') ? content : text, ...rest);
    expect((await runToEnd(bench, id)).outcome).toMatchObject({
      state: 'failed',
      error: { code: 'files-changed', message: expect.stringContaining('cannot be read') },
    });
  });
});

describe('without its owner once its jobs were started', () => {
  const folders = Array.from({ length: 130 }, (_, index) => ({
    id: `2025${String(Math.floor(index / 28) + 1).padStart(2, '0')}${String((index % 28) + 1).padStart(2, '0')}`,
    rowCount: 7,
    sizeBytes: 7,
    modifiedMs: 2_000,
  }));
  const partitioned = aTable({
    partitioning: { column: 'day', unit: 'DAY', requireFilter: false },
    rowCount: 7 * folders.length,
  });

  it.each<[string, TableMetadata, ExportRequest]>([
    ['an extract', aTable(), aRequest()],
    ['a fingerprint', aTable(), aRequest({ verify: 'fingerprint' })],
    ['an earlier instant', changedSince, aRequest({ source: asOfYesterday })],
    ['a mask', aTable(), aRequest({ columns: [{ name: 'email', mask: { kind: 'sha256' } }] })],
    ['a view', aTable({ kind: 'view', rowCount: undefined }), aRequest()],
    ['a streaming buffer', aTable({ hasStreamingBuffer: true }), aRequest()],
    [
      'a wildcard table',
      aTable(),
      aRequest({ source: { type: 'query', sql: 'SELECT * FROM `shop.orders_*`' } }),
    ],
    ['a single file', aTable(), aRequest({ format: 'csv', shape: 'single' })],
    ['a folder for each of 130 partitions', partitioned, aRequest({ partitionPrefix: true })],
  ])('ends by itself: %s', async (_what, table, request) => {
    const bench = aBench(
      table,
      Array.from({ length: 7 }, (_, index) => `row ${index}`),
    );
    bench.warehouse.pollsUntilDone = 3;
    bench.warehouse.partitions = folders;
    bench.warehouse.queryFields = table.fields;
    const id = await started(bench, request);
    for (let calls = 0; calls < 3; calls += 1) await bench.exporter.advance(id, bench.owner);
    expect((await runToEnd(bench, id, bench.stranger)).outcome).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('a query that goes through a temporary table', () => {
  const request = aRequest({ source: { type: 'query', sql: 'SELECT * FROM `shop.orders_*`' } });
  const onStaged = () => {
    const bench = aBench();
    bench.warehouse.queryFields = [aField('id', 'INT64')];
    return bench;
  };

  it('is one job, whose files are counted by their names', async () => {
    const bench = onStaged();
    const id = await started(bench, request);
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 7, files: 3 });
    const [job] = [...bench.warehouse.jobs.values()];
    expect(job?.spec).toMatchObject({
      kind: 'query',
      sql: expect.stringMatching(
        /^CREATE TEMP TABLE outhaul_rows AS\nSELECT \* FROM `shop\.orders_\*`\n;\nEXPORT DATA [\s\S]*FROM outhaul_rows AS source_row\n;\nEXPORT DATA [\s\S]*row_count[\s\S]*;$/,
      ),
    });
  });

  it('fails when one of its files is gone', async () => {
    const bench = onStaged();
    bench.warehouse.pollsUntilDone = 2;
    const id = await started(bench, request);
    await bench.exporter.advance(id, bench.owner);
    const list = bench.files.list.bind(bench.files);
    bench.files.list = async (...args) =>
      (await list(...args)).filter(({ name }) => !name.includes('000000000001'));
    expect((await runToEnd(bench, id)).outcome).toMatchObject({
      state: 'failed',
      error: { code: 'files-changed', message: expect.stringContaining('without gaps') },
    });
  });
});

it.each([
  [{ shape: 'single', csv: { header: true } } as const, 'id,email,day\n'],
  [{ shape: 'single', csv: { header: false } } as const, ''],
  [{ targetFileBytes: 1_000_000 } as const, 'id,email,day\n'],
])('makes one file of a source without rows that left no shard: %j', async (options, text) => {
  const bench = aBench(aTable({ rowCount: 0 }), []);
  bench.warehouse.shardsOfNothing = 0;
  const id = await started(bench, aRequest({ format: 'csv', ...options }));
  expect((await runToEnd(bench, id)).outcome).toMatchObject({
    state: 'succeeded',
    rows: 0,
    files: 1,
  });
  const [file] = await bench.exporter.files(bench.owner, id);
  expect(await bench.files.readText('files', file?.name ?? '')).toBe(text);
});

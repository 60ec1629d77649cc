import { type ExportRequest } from '../request/export-request.js';
import { aBench, aField, aRequest, aTable, type Bench, runToEnd } from '../testing/index.js';

const days = ['20260101', '20260102', '20260103'];
const partitioned = (rest = {}) =>
  aTable({
    rowCount: 6,
    partitioning: { column: 'day', unit: 'DAY', requireFilter: false },
    ...rest,
  });

function aPartitionedBench(): Bench {
  const bench = aBench(partitioned());
  bench.warehouse.partitions = days.map((id) => ({
    id,
    rowCount: 2,
    sizeBytes: 20,
    modifiedMs: 1_000,
  }));
  return bench;
}

async function finished(bench: Bench, rest: object) {
  const { id } = await bench.exporter.start(bench.owner, aRequest(rest));
  const record = await runToEnd(bench, id);
  const prefix = `${record.plan.files.prefix}try-1/`;
  const names = (await bench.files.list('files', prefix)).map(({ name }) =>
    name.slice(prefix.length),
  );
  return {
    record,
    data: names.filter(
      (name) => !/^(manifest\.json|schema\.json|create-table\.sql|checksums)/.test(name),
    ),
    text: (name: string) => bench.files.readText('files', prefix + name),
  };
}

describe('file names', () => {
  it.each<[Partial<ExportRequest>, unknown[]]>([
    [
      { fileName: 'x' },
      ['x-000000000000.parquet', 'x-000000000001.parquet', 'x-000000000002.parquet'],
    ],
    [
      { fileName: '{table}_{date}_{part}' },
      ['orders_2026-03-01_000000000000.parquet', expect.any(String), expect.any(String)],
    ],
    [{ fileName: '{part}-of-{of}' }, ['1-of-3.parquet', '2-of-3.parquet', '3-of-3.parquet']],
    [
      { fileName: 'a/b={date}/{table}-{part}' },
      [
        expect.stringMatching(/^a\/b=2026-03-01\/orders-0{12}\.parquet$/),
        expect.any(String),
        expect.any(String),
      ],
    ],
    [{ fileName: '{table}-{part}-of-{of}', format: 'csv', shape: 'single' }, ['orders-1-of-1.csv']],
    [{ shape: 'single' }, ['orders.parquet']],
  ])('are as the template says: %j', async (rest: Partial<ExportRequest>, expected) => {
    const bench = aBench();
    if (rest.shape) bench.warehouse.rowsPerShard = 100;
    const { record, data } = await finished(bench, rest);
    expect(data).toEqual(expected);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 7, files: expected.length });
    expect(record.plan.files.examples[0]).toEqual(
      rest.fileName === '{part}-of-{of}' ? '1-of-2.parquet' : expected[0],
    );
  });

  it.each([
    ['../up'],
    ['/root'],
    ['a/../b'],
    ['a//b'],
    ['.hidden'],
    ['a/.b'],
    ['back\\slash'],
    ['new\nline'],
    ['ends./{part}'],
    ['ends /{part}'],
    ['a/b/c/d/e/f'],
    ['*'],
    ['{of}'],
    ['{part}-{part}'],
    ['{user}'],
    ['{partition}-{part}'],
    ['parts/{part}'],
    ['part-{part}/{table}'],
    ['{table}/{part}/{date}'],
    ['x'.repeat(130)],
  ])('are refused before anything runs: %j', async (fileName) => {
    const bench = aBench();
    await expect(bench.exporter.start(bench.owner, aRequest({ fileName }))).rejects.toMatchObject({
      code: 'name-template-invalid',
      details: { field: 'fileName' },
    });
    expect(bench.warehouse.jobs.size).toBe(0);
  });
});

describe('folders of partitions', () => {
  it('hold what an extract job for each partition has written', async () => {
    const { record, data } = await finished(aPartitionedBench(), {
      partitionPrefix: true,
      source: {
        type: 'table',
        dataset: 'shop',
        table: 'orders',
        partition: { from: '20260101', to: '20260102' },
      },
    });
    expect(record.plan.engine.kind).toBe('extract');
    expect(data).toEqual([
      'day=2026-01-01/orders-000000000000.parquet',
      'day=2026-01-01/orders-000000000001.parquet',
      'day=2026-01-02/orders-000000000000.parquet',
      'day=2026-01-02/orders-000000000001.parquet',
    ]);
    expect(record.plan.files.examples).toEqual([
      'day=2026-01-01/orders-000000000000.parquet',
      'day=2026-01-02/orders-000000000000.parquet',
    ]);
  });

  it('are read by one query each when columns are chosen, and files are joined within them', async () => {
    const bench = aPartitionedBench();
    const { record, data } = await finished(bench, {
      format: 'csv',
      partitionPrefix: true,
      columns: [{ name: 'id' }],
      targetFileBytes: 1_000_000,
    });
    expect(record.plan.steps).toEqual(['materialize', 'verify', 'compose', 'seal']);
    expect(data).toEqual(
      days.map((id) => `day=${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6)}/orders-1.csv`),
    );
    expect(
      [...bench.warehouse.jobs.keys()].filter((id) => id.includes('materialize')),
    ).toHaveLength(3);
  });

  it.each([
    [{ partitionPrefix: true, source: { type: 'query', sql: 'SELECT 1 AS one' } }],
    [{ partitionPrefix: true, format: 'csv', shape: 'single' }],
    [{ partitionPrefix: true, format: 'xlsx' }],
  ])('are refused where there can be none: %j', async (rest) => {
    const bench = aPartitionedBench();
    await expect(
      bench.exporter.start(bench.owner, { ...aRequest(), ...rest }),
    ).rejects.toMatchObject({ code: 'request-invalid', details: { field: 'partitionPrefix' } });
  });
});

describe('a target size', () => {
  it('joins parts until it is reached, each file with one header', async () => {
    const bench = aBench(
      aTable({ rowCount: 40 }),
      Array.from({ length: 40 }, () => 'y'.repeat(100_000)),
    );
    bench.warehouse.rowsPerShard = 3;
    const { data, text, record } = await finished(bench, {
      format: 'csv',
      targetFileBytes: 1_000_000,
    });
    expect(data).toEqual(['1', '2', '3', '4', '5'].map((part) => `orders-${part}.csv`));
    for (const name of data) expect((await text(name)).split('\n')[0]).toBe('id,email,day');
    expect(record.outcome).toMatchObject({ files: 5, rows: 40 });
  });

  it.each(['parquet', 'avro', 'xlsx'] as const)('is refused for %s', async (format) => {
    const bench = aBench();
    await expect(
      bench.exporter.plan(bench.owner, aRequest({ format, targetFileBytes: 2_000_000 })),
    ).rejects.toMatchObject({ code: 'format-unsupported' });
  });
});

describe('one file', () => {
  it.each([
    ['parquet', { sizeBytes: 2e9 }, {}],
    ['avro', { sizeBytes: 2e9 }, {}],
    ['parquet', {}, { columns: [{ name: 'id' }] }],
    ['xlsx', { rowCount: 2_000_000 }, {}],
  ] as const)('of %s is refused when it cannot be promised', async (format, table, rest) => {
    const bench = aBench(aTable({ rowCount: 7, ...table }), ['a']);
    await expect(
      bench.exporter.start(bench.owner, { ...aRequest({ format, shape: 'single' }), ...rest }),
    ).rejects.toMatchObject({ code: 'single-file-impossible' });
    expect(bench.warehouse.jobs.size).toBe(0);
  });
});

describe('a plan', () => {
  it('tells retention, the number of files and what is left of the free quota', async () => {
    const bench = aBench(aTable({ sizeBytes: 3.5e9, rowCount: 7 }));
    await bench.exporter.start(bench.owner, aRequest({ retentionDays: 7 }));
    const plan = await bench.exporter.plan(bench.owner, aRequest({ retentionDays: 7 }));
    expect(plan.files).toMatchObject({ retentionDays: 7, expected: { atLeast: 4 } });
    expect(plan.quota).toMatchObject({ usedBytes: 3.5e9, leftBytes: 50 * 2 ** 40 - 3.5e9 });
  });

  it('promises no more days than the bucket keeps files', async () => {
    const bench = aBench(aTable(), undefined, { maxRetentionDays: 14 });
    await expect(
      bench.exporter.plan(bench.owner, aRequest({ retentionDays: 90 })),
    ).rejects.toMatchObject({ code: 'request-invalid', details: { field: 'retentionDays' } });
    const plan = await bench.exporter.plan(bench.owner, aRequest({ retentionDays: 14 }));
    expect(plan.files).toMatchObject({ retentionDays: 14 });
  });

  it('escapes formulas by a query', async () => {
    const bench = aBench(aTable({ fields: [aField('name'), aField('age', 'INT64')] }));
    const plan = await bench.exporter.plan(
      bench.owner,
      aRequest({ format: 'csv', csv: { escapeFormulas: true } }),
    );
    expect(plan.engine.kind).toBe('query');
    expect(plan.source.sql).toContain('CONCAT("\'", source_row.`name`)');
    expect(plan.source.sql).not.toContain('CONCAT("\'", source_row.`age`)');
  });

  it.each([{ sample: { percent: 5 } }, { limit: 5 }])(
    'refuses the fingerprint of rows that are others each time: %j',
    async (rest) => {
      const bench = aBench();
      await expect(
        bench.exporter.plan(bench.owner, aRequest({ verify: 'fingerprint', ...rest })),
      ).rejects.toMatchObject({ code: 'request-invalid', details: { field: 'verify' } });
    },
  );
});

import { aField, aRequest, aTable } from '../testing/builders.js';
import { type ExportRequest, type TableSource } from '../request/export-request.js';
import { type PartitionSummary, type TableMetadata } from '../table.js';
import { compileRequest, type SourceFacts } from './compile-request.js';

const hour = 3_600_000;
const readAtMs = Date.parse('2026-03-01T12:00:00Z');
const day: NonNullable<TableMetadata['partitioning']> = {
  column: 'day',
  unit: 'DAY',
  requireFilter: false,
};
const table = (rest: Partial<TableMetadata> = {}) =>
  aTable({ readAtMs, modifiedMs: readAtMs - 5 * hour, ...rest });
const partition = (id: string, modifiedMs = readAtMs - 5 * hour): PartitionSummary => ({
  id,
  rowCount: 3,
  sizeBytes: 30,
  modifiedMs,
});
const source = (rest: Partial<TableSource> = {}): ExportRequest['source'] => ({
  type: 'table',
  dataset: 'shop',
  table: 'orders',
  ...rest,
});
const compile = (
  facts: Partial<SourceFacts> & { table: TableMetadata },
  request: Partial<ExportRequest> = {},
  instant: { ms?: number; demanded?: boolean; shared?: boolean } = {},
) =>
  compileRequest(
    aRequest(request),
    { canPin: true, rowPolicies: 0, ...facts },
    { instant: { ms: readAtMs, demanded: false, shared: false, ...instant } },
  );

it('extracts an ordinary table at the instant', () =>
  expect(compile({ table: table() })).toMatchObject({
    engine: 'extract',
    isPinned: true,
    extractFrom: { table: `orders@${readAtMs}` },
  }));

describe('a table that may be read only as it is now', () => {
  it.each([
    ['it has or had row policies', { canPin: false, rowPolicies: undefined }, /only as it is now/],
    ['it has row policies that the caller sees', { canPin: true, rowPolicies: 2 }, /row access/],
  ])('goes through a query that counts its rows, when %s', (_why, facts, reason) => {
    const compiled = compile({ table: table(), ...facts });
    expect(compiled).toMatchObject({
      engine: 'query',
      isPinned: false,
      reason: expect.stringMatching(reason),
    });
    expect(compiled.sql).not.toContain('FOR SYSTEM_TIME');
  });

  it('is read as it is in a set, which says so', () => {
    const compiled = compile(
      { table: table(), canPin: false },
      {},
      { ms: readAtMs - hour, shared: true },
    );
    expect(compiled).toMatchObject({ isPinned: false, asOfMs: readAtMs });
    expect(compiled.warnings).toMatchObject([{ code: 'not-pinned' }]);
  });
});

describe('a partition', () => {
  const partitioned = (rest: Partial<TableMetadata> = {}) => table({ partitioning: day, ...rest });

  it('is extracted by itself: no decorator names an instant beside it', () =>
    expect(
      compile(
        { table: partitioned(), partitions: [partition('20260228')] },
        { source: source({ partition: '20260228' }) },
      ),
    ).toMatchObject({ engine: 'extract', extractFrom: { table: 'orders$20260228' } }));

  it('goes through a pinned query when it changed a short while ago', () => {
    const compiled = compile(
      { table: partitioned(), partitions: [partition('20260301', readAtMs - 60_000)] },
      { source: source({ partition: '20260301' }) },
    );
    expect(compiled).toMatchObject({ engine: 'query', isPinned: true });
    expect(compiled.sql).toContain(`FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${readAtMs})`);
  });

  it('goes through a pinned query when its table has changed since the instant that is asked for', () =>
    expect(
      compile(
        {
          table: partitioned({ modifiedMs: readAtMs - hour }),
          partitions: [partition('20260228')],
        },
        { source: source({ partition: '20260228' }) },
        { ms: readAtMs - 2 * hour, demanded: true },
      ),
    ).toMatchObject({ engine: 'query', isPinned: true }));

  it.each([
    ['DATE', 'DAY', '20260228', "`day` >= DATE '2026-02-28' AND `day` < DATE '2026-03-01'"],
    ['DATE', 'MONTH', '202612', "`day` >= DATE '2026-12-01' AND `day` < DATE '2027-01-01'"],
    [
      'DATETIME',
      'DAY',
      '20260228',
      "`day` >= DATETIME '2026-02-28 00:00:00' AND `day` < DATETIME '2026-03-01 00:00:00'",
    ],
    [
      'TIMESTAMP',
      'HOUR',
      '2026022823',
      "`day` >= TIMESTAMP '2026-02-28 23:00:00 UTC' AND `day` < TIMESTAMP '2026-03-01 00:00:00 UTC'",
    ],
    ['DATE', 'YEAR', '9999', "`day` >= DATE '9999-01-01'"],
    ['DATE', 'YEAR', '0050', "`day` >= DATE '0050-01-01' AND `day` < DATE '0051-01-01'"],
  ] as const)('of a %s by %s is named by bare comparisons', (type, unit, id, condition) =>
    expect(
      compile(
        {
          table: table({
            fields: [aField('day', type)],
            partitioning: { ...day, unit },
          }),
          partitions: [partition(id)],
        },
        { source: source({ partition: id }) },
      ).where,
    ).toBe(condition),
  );
});

describe('a table that requires a filter on its partitions', () => {
  it.each([
    ['a column', day, '`day`', 'source_row.'],
    ['the time of ingestion', { unit: 'DAY' as const }, '_PARTITIONTIME', ''],
  ])('gets one that every row meets, by %s', (_what, partitioning, name, alias) => {
    const facts = { table: table({ partitioning: { ...partitioning, requireFilter: true } }) };
    const every = `${alias}${name} IS NULL OR ${alias}${name} IS NOT NULL`;
    const filtered = compile(facts, {
      filter: { all: [{ column: 'id', is: '>', value: 1 }] },
    });
    expect(filtered.sql).toContain(`WHERE (${every}) AND (`);
    expect(compile(facts)).toMatchObject({ engine: 'extract', where: every });
  });
});

it.each([
  ['has rows in a streaming buffer', { hasStreamingBuffer: true }, false],
  ['is an Iceberg managed table', { isIceberg: true }, true],
  ['is a snapshot', { kind: 'snapshot' as const }, false],
])('reads a table by a query that %s', (_what, rest, isPinned) =>
  expect(compile({ table: table(rest) })).toMatchObject({ engine: 'query', isPinned }),
);

it('reads a streamed table twice at one instant for a fingerprint', () =>
  expect(
    compile({ table: table({ hasStreamingBuffer: true }) }, { verify: 'fingerprint' }),
  ).toMatchObject({ engine: 'query', isPinned: true }));

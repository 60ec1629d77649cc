import { compileRequest } from '../plan/compile-request.js';
import { aField, aRequest, aTable } from '../testing/builders.js';
import { sliceSql } from './write-jobs.js';

const wide = aTable({
  fields: [
    aField('day', 'DATE'),
    ...Array.from({ length: 1_000 }, (_, at) => aField(`a_column_with_a_name_${at}`)),
  ],
  partitioning: { column: 'day', unit: 'DAY', requireFilter: false },
});
const partitions = Array.from({ length: 100 }, (_, at) => ({
  id: new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10).replaceAll('-', ''),
  rowCount: 1,
  sizeBytes: 1,
  modifiedMs: 0,
}));
const compiled = compileRequest(
  aRequest({
    source: {
      type: 'table',
      dataset: 'd',
      table: 't',
      partition: { from: '20260101', to: '20260410' },
    },
    partitionPrefix: true,
    filter: { expression: "day > '2020-01-01'" },
  }),
  { table: wide, partitions, canPin: true, rowPolicies: 0 },
  { instant: { ms: Date.parse('2026-05-01'), demanded: false, shared: false } },
);

it('keeps a wide SELECT once, however many folders there are', () => {
  expect(compiled.slices).toHaveLength(100);
  expect(JSON.stringify(compiled.slices).length).toBeLessThan((compiled.sql ?? '').length);
});

it('gives each folder the SELECT of its own partition, filter included', () => {
  const [first, second] = (compiled.slices ?? []).map((slice) => sliceSql(compiled, slice));
  expect(first).toContain(`(${compiled.slices?.[0]?.where}) AND (`);
  expect(first).not.toBe(second);
  expect(second?.split('\nWHERE ')[0]).toBe(compiled.sql?.split('\nWHERE ')[0]);
});

it('runs what a record of an older version holds', () =>
  expect(sliceSql({ sql: 'SELECT 1' }, { sql: 'SELECT 2' })).toBe('SELECT 2'));

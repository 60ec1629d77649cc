import { isExportRecord, isExportSetRecord } from './is-export-record.js';
import { type ExportRecord } from './record.js';
import { aBench, aRequest, runToEnd } from './testing/index.js';

let record: ExportRecord;
beforeAll(async () => {
  const bench = aBench();
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  record = await runToEnd(bench, id);
});
const onDisk = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

it('reads a record from its start to its end', () => {
  expect(isExportRecord(onDisk(record))).toBe(true);
  expect(isExportRecord(onDisk({ ...record, outcome: undefined, added: 'later' }))).toBe(true);
});

it.each<[string, (record: ExportRecord) => unknown]>([
  ['of another version', (of) => ({ ...of, version: 2 })],
  ['without a plan', (of) => ({ ...of, plan: undefined })],
  ['with steps of null', (of) => ({ ...of, steps: [null] })],
  ['without steps', (of) => ({ ...of, steps: [] })],
  ['with a step of an unknown kind', (of) => ({ ...of, steps: [{ ...of.steps[0], kind: 'x' }] })],
  ['created at no time', (of) => ({ ...of, createdAt: 'soon' })],
  ['with an unknown outcome', (of) => ({ ...of, outcome: { state: 'paused', at: of.createdAt } })],
  ['of null', () => null],
  ['of a list', () => []],
])('does not read one %s', (_what, harm) => {
  expect(isExportRecord(onDisk(harm(record)))).toBe(false);
});

it('reads a set from its start, and not what is none', async () => {
  const bench = aBench();
  const set = await bench.exporter.sets.start(bench.owner, {
    tables: [{ dataset: 'shop', table: 'orders' }],
    options: { format: 'parquet' },
  });
  expect(isExportSetRecord(onDisk(set))).toBe(true);
  expect(isExportSetRecord(onDisk({ ...set, members: [null] }))).toBe(false);
  expect(isExportSetRecord(onDisk({ ...set, version: 2 }))).toBe(false);
});

import { type RecordSummary } from '@outhaul/core';
import { summarizeExports } from './summarize-exports.js';

const start = Date.parse('2026-03-01T00:00:00Z');
const range = { fromMs: start, toMs: start + 4 * 3_600_000, intervalMs: 3_600_000 };

const anExport = (hour: number, rest: Partial<RecordSummary>): RecordSummary => ({
  id: `x${hour}`,
  owner: 'a@example.com',
  state: 'succeeded',
  createdAt: new Date(start + hour * 3_600_000).toISOString(),
  source: 'shop.orders',
  format: 'parquet',
  ...rest,
});
const succeeded = (hour: number, seconds: number, bytes: number): RecordSummary =>
  anExport(hour, {
    finishedAt: new Date(start + hour * 3_600_000 + seconds * 1_000).toISOString(),
    rows: 10,
    files: 2,
    bytes,
  });

it('adds up what succeeded, and tells durations', () => {
  const exports = [succeeded(0, 10, 100), succeeded(0.5, 20, 200), succeeded(2, 40, 400)];
  const summary = summarizeExports(exports, range);
  expect(summary.exports).toEqual({
    started: 3,
    succeeded: 3,
    failed: 0,
    cancelled: 0,
    unfinished: 0,
    rows: 30,
    files: 6,
    bytes: 700,
    durationP50Ms: 20_000,
    durationP95Ms: 40_000,
  });
  expect(summary.intervals.map(({ started, bytes }) => [started, bytes])).toEqual([
    [2, 300],
    [0, 0],
    [1, 400],
    [0, 0],
  ]);
});

it('ranks failures by their code and names the newest of each', () => {
  const failed = (hour: number, errorCode: string) =>
    anExport(hour, { state: 'failed', errorCode });
  const summary = summarizeExports(
    [failed(0, 'job-failed'), failed(1, 'job-failed'), failed(2, 'quota-exceeded')],
    range,
  );
  expect(summary.failures).toEqual([
    { code: 'job-failed', count: 2, lastExportId: 'x1' },
    { code: 'quota-exceeded', count: 1, lastExportId: 'x2' },
  ]);
});

it('leaves out what began outside of the range, and counts what has not ended', () => {
  const summary = summarizeExports(
    [anExport(-1, {}), anExport(4, {}), anExport(1, { state: 'waiting' })],
    range,
  );
  expect(summary.exports).toMatchObject({ started: 1, unfinished: 1, succeeded: 0 });
});

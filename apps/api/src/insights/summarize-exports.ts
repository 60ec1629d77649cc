import { type RecordSummary } from '@outhaul/core';

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
}

/** What the exports of a range came to, as a whole and by interval, failure, format and owner. */
export function summarizeExports(exports: readonly RecordSummary[], range: Range) {
  const inRange = exports.filter(({ createdAt }) => {
    const at = Date.parse(createdAt);
    return at >= range.fromMs && at < range.toMs;
  });
  const groups = Map.groupBy(inRange, ({ createdAt }) =>
    Math.floor((Date.parse(createdAt) - range.fromMs) / range.intervalMs),
  );
  return {
    exports: totalsOf(inRange),
    intervals: startsOf(range).map((startMs, index) => {
      const { files: _files, ...totals } = totalsOf(groups.get(index) ?? []);
      return { at: new Date(startMs).toISOString(), ...totals };
    }),
    failures: failuresOf(inRange),
    formats: ranked(inRange, ({ format }) => format).map(({ key, ...rest }) => ({
      format: key,
      ...rest,
    })),
    owners: ranked(inRange, ({ owner }) => owner)
      .slice(0, 20)
      .map(({ key, ...rest }) => ({ owner: key, ...rest })),
  };
}

/** The beginnings of a range's intervals. */
export const startsOf = ({ fromMs, toMs, intervalMs }: Range): number[] =>
  Array.from(
    { length: Math.ceil((toMs - fromMs) / intervalMs) },
    (_, index) => fromMs + index * intervalMs,
  );

function totalsOf(exports: readonly RecordSummary[]) {
  const counted = { succeeded: 0, failed: 0, cancelled: 0, unfinished: 0 };
  for (const { state } of exports)
    counted[
      state === 'succeeded' || state === 'failed' || state === 'cancelled' ? state : 'unfinished'
    ] += 1;
  const durations = exports
    .filter(({ state, finishedAt }) => state === 'succeeded' && finishedAt !== undefined)
    .map(({ createdAt, finishedAt }) =>
      Math.max(0, Date.parse(finishedAt ?? '') - Date.parse(createdAt)),
    )
    .sort((a, b) => a - b);
  return {
    started: exports.length,
    ...counted,
    rows: sumOf(exports, 'rows'),
    files: sumOf(exports, 'files'),
    bytes: sumOf(exports, 'bytes'),
    durationP50Ms: percentile(durations, 0.5),
    durationP95Ms: percentile(durations, 0.95),
  };
}

function failuresOf(exports: readonly RecordSummary[]) {
  const failed = exports.filter(({ state }) => state === 'failed');
  return [...Map.groupBy(failed, ({ errorCode }) => errorCode ?? 'unknown')]
    .map(([code, group]) => ({
      code,
      count: group.length,
      lastExportId: newest(group).id,
    }))
    .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}

const newest = (group: readonly RecordSummary[]): RecordSummary =>
  group.reduce((last, each) => (each.createdAt > last.createdAt ? each : last));

function ranked(exports: readonly RecordSummary[], keyOf: (each: RecordSummary) => string) {
  return [...Map.groupBy(exports, keyOf)]
    .map(([key, group]) => ({ key, count: group.length, bytes: sumOf(group, 'bytes') }))
    .sort((a, b) => b.count - a.count || a.key.localeCompare(b.key));
}

const sumOf = (exports: readonly RecordSummary[], figure: 'rows' | 'files' | 'bytes'): number =>
  exports.reduce((sum, each) => sum + (each[figure] ?? 0), 0);

const percentile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.ceil(sorted.length * share) - 1];

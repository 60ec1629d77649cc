import fc from 'fast-check';
import { LatencyHistory } from './latency-history.js';

const start = Date.parse('2026-03-01T12:00:00Z');
const exact = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;

it('tells percentiles within 5 %, whatever the durations', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (durations) => {
        const history = new LatencyHistory(start);
        for (const duration of durations) history.record(start, '/a', duration, false);
        const summary = history.summarize(start, start + 60_000);
        expect(summary.count).toBe(durations.length);
        for (const [told, share] of [
          [summary.p50Ms, 0.5],
          [summary.p95Ms, 0.95],
          [summary.p99Ms, 0.99],
        ] as const) {
          const true_ = exact(durations, share);
          expect(Math.abs(told - true_)).toBeLessThanOrEqual(true_ * 0.05 + 0.1);
        }
      },
    ),
  );
});

it('keeps routes and minutes apart, and counts errors', () => {
  const history = new LatencyHistory(start);
  history.record(start, '/a', 10, false);
  history.record(start + 60_000, '/a', 20, true);
  history.record(start + 60_000, '/b', 30, false);
  expect(history.summarize(start, start + 60_000).count).toBe(1);
  expect(history.summarize(start, start + 120_000, '/a')).toMatchObject({ count: 2, errors: 1 });
  expect(history.routesSince(start + 60_000)).toEqual(['/a', '/b']);
});

it('forgets what is older than a day', () => {
  const history = new LatencyHistory(start);
  for (let minute = 0; minute < 3_000; minute += 1)
    history.record(start + minute * 60_000, '/a', 1, false);
  expect(history.summarize(0, Number.MAX_SAFE_INTEGER).count).toBe(24 * 60);
});

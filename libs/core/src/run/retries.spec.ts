import { aBench, aRequest, aTable, runToEnd } from '../testing/index.js';
import { backOffMs, knownReasons, reactionTo } from './retries.js';

/** BigQuery's reasons and what comes of them while the source is read; the numbers are tries. */
const whenWriting: Record<string, number | string> = {
  backendError: 5,
  internalError: 5,
  jobBackendError: 5,
  jobInternalError: 5,
  jobRateLimitExceeded: 10,
  rateLimitExceeded: 10,
  tableUnavailable: 5,
  timeout: 3,
  resourceInUse: 5,
  quotaExceeded: 'quota-exceeded',
  resourcesExceeded: 'job-failed',
  billingTierLimitExceeded: 'limit-exceeded',
  bytesBilledLimitExceeded: 'limit-exceeded',
  accessDenied: 'permission-denied',
  notFound: 'table-not-found',
  invalid: 'job-failed',
  invalidQuery: 'sql-invalid',
  responseTooLarge: 'job-failed',
  stopped: 'job-failed',
  blocked: 'permission-denied',
  billingNotEnabled: 'permission-denied',
  duplicate: 'job-failed',
  attributeError: 'job-failed',
  notImplemented: 'job-failed',
  somethingNew: 'job-failed',
};
/** Where reading the files back is another matter. */
const whenVerifying: Record<string, number | string> = {
  ...whenWriting,
  invalid: 'verification-failed',
  invalidQuery: 'verification-failed',
  notFound: 'files-changed',
  stopped: 3,
};

/** How the step is reached: its request, and how many jobs go well before it. */
const steps = {
  extract: { request: aRequest({ format: 'csv' }), before: 0, table: whenWriting },
  materialize: { request: aRequest({ columns: [{ name: 'id' }] }), before: 0, table: whenWriting },
  verify: { request: aRequest({ format: 'csv' }), before: 1, table: whenVerifying },
} as const;

const everyPair = Object.entries(steps).flatMap(([step, { table }]) =>
  Object.entries(table).map(([reason, expected]) => ({
    step: step as keyof typeof steps,
    reason,
    expected,
  })),
);

it.each(everyPair)('$step meets $reason: $expected', async ({ step, reason, expected }) => {
  const { request, before } = steps[step];
  const tries = typeof expected === 'number' ? expected : 1;
  const bench = aBench(aTable());
  bench.warehouse.failures.push(...Array(before).fill(undefined), ...Array(tries).fill(reason));
  const { id } = await bench.exporter.start(bench.owner, request);
  const record = await runToEnd(bench, id);
  // It fails only after the last try; one failure fewer, and it would have gone well.
  expect(record.outcome).toMatchObject({
    state: 'failed',
    step,
    error: {
      code: typeof expected === 'number' ? 'upstream-unavailable' : expected,
      message: expect.stringContaining(reason),
    },
  });
  expect(record.steps.find(({ kind }) => kind === step)?.attempt).toBe(tries);
  expect(bench.warehouse.jobs.size).toBe(before + tries);
});

it.each(everyPair.filter(({ expected }) => typeof expected === 'number'))(
  '$step goes well after all but the last try met $reason',
  async ({ step, reason, expected }) => {
    const { request, before } = steps[step];
    const bench = aBench(aTable());
    bench.warehouse.failures.push(
      ...Array(before).fill(undefined),
      ...Array(Number(expected) - 1).fill(reason),
    );
    const { id } = await bench.exporter.start(bench.owner, request);
    expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded', rows: 7 });
  },
);

it('knows every reason of the table', () => {
  expect([...knownReasons, 'somethingNew'].toSorted()).toEqual(Object.keys(whenWriting).toSorted());
});

it('waits longer with each try, never longer than five minutes, and spreads the waits', () => {
  expect([1, 2, 3].map((attempt) => backOffMs(1_000, attempt, 1))).toEqual([1_000, 2_000, 4_000]);
  expect(backOffMs(30_000, 20, 1)).toBe(300_000);
  expect(backOffMs(1_000, 1, 0)).toBe(500);
  expect(reactionTo('backendError', 'compose')).toEqual({
    kind: 'retry',
    delayMs: 2_000,
    tries: 5,
  });
});

import { type Caller, type Warehouse } from '@outhaul/core';
import { type Log } from '../log.js';
import { makeLog } from '../telemetry/make-log.js';
import { Driver } from './driver.js';

const log: Log = makeLog(
  { level: 'silent', projectId: 'p', service: 's', version: 'v' },
  () => undefined,
);

/** Something whose revisions are given one after the other; the last one stays. */
function revisions(...given: number[]) {
  let calls = 0;
  const advance = async (id: string) => ({
    id,
    revision: given[Math.min(calls++, given.length - 1)] ?? 0,
  });
  return { advance, calls: () => calls };
}
const aRecord = (id: string) => ({ id, owner: 'owner@example.com' });
const aCaller = (email: string): Caller => ({
  email,
  permissions: new Set(),
  warehouse: {} as Warehouse,
});
const soon = () => new Promise((resolve) => setTimeout(resolve, 30));

it('hands over as soon as there is nothing to do but wait', async () => {
  const handedOver: string[] = [];
  const { advance, calls } = revisions(1, 2, 3);
  const driver = new Driver(advance, 5, log, {
    handOver: async (id) => void handedOver.push(id),
    isWatched: () => false,
  });
  await driver.drive(aRecord('x1'));
  expect(handedOver).toEqual(['x1']);
  expect(calls()).toBe(4);
  expect(driver.isDriving('x1')).toBe(false);
});

it('goes on while somebody watches, and hands over when they have gone', async () => {
  let watched = true;
  const handedOver: string[] = [];
  const { advance, calls } = revisions(1);
  const driver = new Driver(advance, 5, log, {
    handOver: async (id) => void handedOver.push(id),
    isWatched: () => watched,
  });
  await driver.drive(aRecord('x1'));
  await soon();
  expect(handedOver).toEqual([]);
  expect(calls()).toBeGreaterThan(2);
  watched = false;
  await soon();
  expect(handedOver).toEqual(['x1']);
});

it('hands over what it drives when the process ends, without waiting for its next poll', async () => {
  const handedOver: string[] = [];
  const driver = new Driver(revisions(1).advance, 60_000, log, {
    handOver: async (id) => void handedOver.push(id),
    isWatched: () => true,
  });
  await driver.drive(aRecord('x1'));
  await driver.stop();
  expect(handedOver).toEqual(['x1']);
});

it('looks soon at what a step has just begun, and then once a poll', async () => {
  jest.useFakeTimers();
  const asked: number[] = [];
  const advance = async (id: string) => {
    asked.push(Date.now());
    const revision = Math.min(asked.length, 2);
    // The first call ends the first step, the second begins a job.
    const states = revision === 1 ? ['done', 'pending'] : ['done', 'running'];
    return { id, revision, steps: states.map((state) => ({ state })) };
  };
  const driver = new Driver(advance, 1_000, log);
  void driver.drive(aRecord('x1'));
  await jest.advanceTimersByTimeAsync(5_000);
  jest.useRealTimers();
  await driver.stop();
  const waits = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
  expect(waits.slice(0, 2)).toEqual([0, 250]);
  expect(Math.min(...waits.slice(2))).toBeGreaterThanOrEqual(1_000);
});

it('moves exports itself when there is nobody to hand over to', async () => {
  const { advance, calls } = revisions(1);
  const driver = new Driver(advance, 5, log);
  await driver.drive(aRecord('x1'));
  await soon();
  expect(calls()).toBeGreaterThan(2);
  expect(driver.isDriving('x1')).toBe(true);
  await driver.stop();
});

it('asks at most once in the time it is given, and lets polls that came due together part', async () => {
  jest.useFakeTimers();
  const asked = new Map<string, number[]>();
  const advance = async (id: string) => {
    asked.set(id, [...(asked.get(id) ?? []), Date.now()]);
    return { id, revision: 1 };
  };
  const driver = new Driver(advance, 1_000, log);
  for (const id of ['x1', 'x2', 'x3']) void driver.drive(aRecord(id));
  await jest.advanceTimersByTimeAsync(20_000);
  jest.useRealTimers();
  await driver.stop();
  const waits = [...asked.values()].flatMap((times) =>
    // The first look told that it had changed.
    times.slice(2).map((at, index) => at - (times[index + 1] ?? 0)),
  );
  expect(waits.length).toBeGreaterThan(3 * 10);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_200);
  expect(new Set([...asked.values()].map((times) => times.at(-1))).size).toBeGreaterThan(1);
});

/** Notes with whose rights each call is made. */
function callers() {
  const seen: (Caller | undefined)[] = [];
  const advance = async (id: string, caller?: Caller) => {
    seen.push(caller);
    return { id, revision: 1 };
  };
  return { seen, driver: new Driver(advance, 5, log) };
}

it('keeps the owner when someone else looks', async () => {
  const { seen, driver } = callers();
  const owner = aCaller('owner@example.com');
  await driver.drive(aRecord('x1'), owner);
  await driver.drive(aRecord('x1'), aCaller('admin@example.com'));
  await driver.drive(aRecord('x1'));
  await soon();
  await driver.stop();
  expect(seen.length).toBeGreaterThan(2);
  expect(new Set(seen)).toEqual(new Set([owner]));
});

it('takes the owner from the moment they look, whoever looked before, and their newest sign-in', async () => {
  const { seen, driver } = callers();
  await driver.drive(aRecord('x1'), aCaller('admin@example.com'));
  await soon();
  expect(new Set(seen)).toEqual(new Set([undefined]));
  const [first, second] = [aCaller('owner@example.com'), aCaller('owner@example.com')];
  await driver.drive(aRecord('x1'), first);
  await soon();
  await driver.drive(aRecord('x1'), second);
  await soon();
  await driver.stop();
  expect(seen).toContain(first);
  expect(seen.at(-1)).toBe(second);
});

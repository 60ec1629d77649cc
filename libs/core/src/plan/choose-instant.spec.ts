import { aTable } from '../testing/builders.js';
import { chooseInstant } from './choose-instant.js';

const hour = 3_600_000;
const readAtMs = Date.parse('2026-03-01T12:00:00Z');
const table = aTable({ readAtMs, createdMs: readAtMs - 400 * hour, modifiedMs: readAtMs - hour });
const limits = { maxTimeTravelHours: 168 };
const asOf = (ms: number) => ({ asOf: new Date(ms).toISOString() });

it('takes the time at which BigQuery gave the metadata, not the time of this machine', () =>
  expect(chooseInstant({}, table, limits)).toEqual({
    ms: readAtMs,
    demanded: false,
    shared: false,
  }));

it('takes in a change within the second that a Date header leaves out', () =>
  expect(chooseInstant({}, aTable({ readAtMs, modifiedMs: readAtMs + 400 }), limits).ms).toBe(
    readAtMs + 401,
  ));

it('takes the instant that is asked for', () =>
  expect(chooseInstant(asOf(readAtMs - 5 * hour), table, limits)).toEqual({
    ms: readAtMs - 5 * hour,
    demanded: true,
    shared: false,
  }));

it.each([
  ['after the current time', asOf(readAtMs + 1_000), limits, /is in the future/],
  [
    'before the table existed',
    asOf(readAtMs - 401 * hour),
    { maxTimeTravelHours: 1_000 },
    /did not exist at .*: it was created at/,
  ],
  [
    'before a window of two days',
    asOf(readAtMs - 49 * hour),
    { maxTimeTravelHours: 48 },
    /before the time travel window of 2 days of dataset shop/,
  ],
  [
    'before a window that is no number of days',
    asOf(readAtMs - 61 * hour),
    { maxTimeTravelHours: 60 },
    /window of 60 hours/,
  ],
])('refuses an instant %s', (_what, source, bounds, message) =>
  expect(() => chooseInstant(source, table, bounds)).toThrow(
    expect.objectContaining({ code: 'as-of-invalid', message: expect.stringMatching(message) }),
  ),
);

it('refuses an instant of a view, which has no past', () =>
  expect(() => chooseInstant(asOf(readAtMs - hour), aTable({ kind: 'view' }), limits)).toThrow(
    /is a view/,
  ));

it.each([
  ['of a set', {}, readAtMs - 2 * hour, { ms: readAtMs - 2 * hour, shared: true }],
  [
    'of its own where it is younger',
    { createdMs: readAtMs - hour },
    readAtMs - 2 * hour,
    { ms: readAtMs, shared: false },
  ],
  [
    'of its own where the window has passed',
    {},
    readAtMs - 200 * hour,
    { ms: readAtMs, shared: false },
  ],
  [
    'of its own where it is a view',
    { kind: 'view' as const },
    readAtMs - 2 * hour,
    { ms: readAtMs, shared: false },
  ],
])('takes the instant %s', (_what, rest, sharedMs, expected) =>
  expect(chooseInstant({}, { ...table, ...rest }, { ...limits, sharedMs })).toMatchObject(expected),
);

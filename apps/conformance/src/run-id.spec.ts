import { isLeftover, makeRunId } from './run-id.js';

const now = Date.parse('2026-03-01T12:00:00Z');
const gone = () => false;
const alive = () => true;

it('names a run in characters that labels and object names take', () => {
  expect(makeRunId(now, 'My Laptop.local', 4711)).toMatch(/^[a-z0-9-]{1,63}$/);
});

it('takes a run for a leftover when its process on this machine is gone', () => {
  const id = makeRunId(now, 'here', 4711);
  expect(isLeftover(id, now, gone, 'here')).toBe(true);
  expect(isLeftover(id, now, alive, 'here')).toBe(false);
});

it('leaves runs of other machines alone until no run can take that long', () => {
  const id = makeRunId(now, 'elsewhere', 4711);
  expect(isLeftover(id, now + 3_600_000, gone, 'here')).toBe(false);
  expect(isLeftover(id, now + 3 * 3_600_000, alive, 'here')).toBe(true);
});

it('asks for the process that made the run', () => {
  const asked: number[] = [];
  isLeftover(makeRunId(now, 'here', 4711), now, (pid) => asked.push(pid) > 0, 'here');
  expect(asked).toEqual([4711]);
});

it.each(['', 'something-else', 'important'])('leaves %p alone', (id) => {
  expect(isLeftover(id, now, gone)).toBe(false);
});

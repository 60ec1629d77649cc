import { follow, moveOn, moveOnFrom, toEnd } from './follow.js';

/** Answers these states in their order, the last one for ever. */
const advancing = (...states: { revision: number; outcome?: object }[]) => {
  let calls = 0;
  return {
    advance: async () => states[Math.min(calls++, states.length - 1)] ?? { revision: 0 },
    calls: () => calls,
  };
};

it('yields each state once, and waits only where nothing has changed', async () => {
  const end = { revision: 3, outcome: {} };
  const { advance } = advancing({ revision: 1 }, { revision: 2 }, { revision: 2 }, end);
  const seen: number[] = [];
  for await (const { revision } of follow(advance, 1)) seen.push(revision);
  expect(seen).toEqual([1, 2, 3]);
});

it('moves nothing on when nobody reads', async () => {
  const { advance, calls } = advancing({ revision: 1 }, { revision: 2 }, { revision: 3 });
  for await (const { revision } of follow(advance, 1)) if (revision === 2) break;
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(calls()).toBe(2);
});

it('does what can be done without waiting', async () => {
  const { advance, calls } = advancing({ revision: 1 }, { revision: 2 }, { revision: 2 });
  expect([await moveOn(advance), calls()]).toEqual([{ revision: 2 }, 3]);
});

it('stops where it is enough', async () => {
  const { advance, calls } = advancing({ revision: 1 }, { revision: 2 }, { revision: 3 });
  expect([await moveOn(advance, ({ revision }) => revision === 2), calls()]).toEqual([
    { revision: 2 },
    2,
  ]);
});

it('goes to the end', async () => {
  const end = { revision: 2, outcome: {} };
  expect(await toEnd(advancing({ revision: 1 }, { revision: 1 }, end).advance, 1)).toBe(end);
});

it('throws what goes wrong', async () => {
  const advance = () => Promise.reject(new Error('gone'));
  await expect(toEnd(advance, 1)).rejects.toThrow('gone');
});

it('takes what has begun as begun, whatever comes of the next step', async () => {
  const begun = { revision: 1 };
  expect(await moveOnFrom(begun, () => Promise.reject(new Error('away')))).toBe(begun);
  expect(await moveOnFrom(begun, async () => ({ revision: 2, outcome: {} }))).toMatchObject({
    revision: 2,
  });
});

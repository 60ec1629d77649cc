import { runEach } from './run-each';

it('works on all, a few at once, and tells which failed', async () => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 40 }, (_, index) => index);
  const results = await runEach(items, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (item % 10 === 3) throw new Error(`no ${item}`);
  });
  expect(results.map(({ item }) => item)).toEqual(items);
  expect(results.filter(({ error }) => error).map(({ item }) => item)).toEqual([3, 13, 23, 33]);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(6);
});

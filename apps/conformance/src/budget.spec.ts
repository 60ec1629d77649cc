import { Budget, perQueryBytes } from './budget.js';

const billed = (bytes: number) => async () => ({ billedBytes: bytes, value: bytes });

it('starts no query that could exceed what a run may cost', async () => {
  const budget = new Budget();
  let queries = 0;
  await expect(
    (async () => {
      for (; ; queries += 1) await budget.spend(billed(perQueryBytes));
    })(),
  ).rejects.toThrow('may be billed for');
  expect(queries).toBeGreaterThan(30);
  expect(budget.summary().usd).toBeLessThan(0.05);
});

it('keeps room for the queries that still run', async () => {
  const budget = new Budget();
  const never = () => new Promise<never>(() => undefined);
  const started = Array.from({ length: 100 }, () => budget.spend(never));
  await expect(Promise.race(started)).rejects.toThrow('may be billed for');
});

it('counts what a failed query promised as free again', async () => {
  const budget = new Budget();
  const fails = () => Promise.reject(new Error('refused'));
  for (let count = 0; count < 100; count += 1)
    await expect(budget.spend(fails)).rejects.toThrow('refused');
});

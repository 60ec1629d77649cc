import { stopService } from './stop-service.js';

const never = new Promise<never>(() => undefined);

/** Ends a service, and tells what was done after how many milliseconds. */
async function stopping(work: Promise<unknown>, store = Promise.resolve(), rest = store) {
  jest.useFakeTimers();
  const from = Date.now();
  const done: [string, number][] = [];
  const note = (what: string) => void done.push([what, Date.now() - from]);
  const ended = stopService({
    work,
    async sealAudit() {
      note('audit');
      await store;
    },
    async rest() {
      note('rest');
      await rest;
    },
  }).then((isWhole) => note(isWhole ? 'whole' : 'cut off'));
  await jest.advanceTimersByTimeAsync(60_000);
  void ended;
  jest.useRealTimers();
  return done;
}

it('seals the trail before it is killed, ten seconds after SIGTERM, though BigQuery does not answer', async () => {
  const done = await stopping(never);
  expect(done.map(([what]) => what)).toEqual(['audit', 'rest', 'cut off']);
  expect(done.at(0)?.[1]).toBeLessThanOrEqual(8_500);
  expect(done.at(-1)?.[1]).toBeLessThan(10_000);
});

it('ends in time though storage does not answer either', async () => {
  const done = await stopping(never, never, never);
  expect(done.at(-1)?.[0]).toBe('cut off');
  expect(done.at(-1)?.[1]).toBeLessThan(10_000);
});

it('waits for nothing that has ended, also in failure', async () => {
  expect(await stopping(Promise.reject(new Error('a bucket is gone')))).toEqual([
    ['audit', 0],
    ['rest', 0],
    ['whole', 0],
  ]);
});

import { WritePace } from './write-pace.js';

/** A pace whose time passes by its own waits. */
function aPace() {
  const time = { now: 5_000 };
  const waits: number[] = [];
  const pace = new WritePace(
    () => time.now,
    async (ms) => {
      waits.push(ms);
      await Promise.resolve();
      time.now += ms;
    },
  );
  return { pace, time, waits };
}

describe('the pace of writes', () => {
  it('lets a first write go at once and holds the next until a second has passed', async () => {
    const { pace, time, waits } = aPace();
    await pace.write('a', async () => (time.now += 50));
    time.now += 300;
    expect(pace.restMs('a')).toBe(700);
    expect(pace.restMs('b')).toBe(0);
    await pace.write('a', async () => undefined);
    await pace.write('b', async () => undefined);
    expect(waits).toEqual([700]);
  });

  it('counts a write that failed: it may have been made', async () => {
    const { pace } = aPace();
    await pace
      .write('a', async () => Promise.reject(new Error('no answer')))
      .catch(() => undefined);
    expect(pace.restMs('a')).toBe(1_000);
  });

  it('tells all but one of those who waited together that they are too late', async () => {
    const { pace } = aPace();
    await pace.write('a', async () => undefined);
    const results = await Promise.allSettled(
      ['x', 'y', 'z'].map((who) => pace.write('a', async () => who)),
    );
    expect(results).toEqual([
      { status: 'fulfilled', value: 'x' },
      { status: 'rejected', reason: expect.objectContaining({ code: 'record-conflict' }) },
      { status: 'rejected', reason: expect.objectContaining({ code: 'record-conflict' }) },
    ]);
  });
});

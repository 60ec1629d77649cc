import { insistSlowly } from './insist-slowly.js';

const refusal = { code: 429, errors: [{ reason: 'rateLimitExceeded' }] };

/** A call that is refused `times` times, and the waits between. */
async function tried(times: number, error: object = refusal) {
  const waits: number[] = [];
  let calls = 0;
  const result = insistSlowly(
    async () => {
      calls += 1;
      if (calls <= times) throw error;
      return 'done';
    },
    async (ms) => void waits.push(ms),
  );
  return {
    outcome: await result.catch((thrown: unknown) => thrown),
    waits,
    calls: () => calls,
  };
}

describe('a call that Cloud Storage refuses with 429', () => {
  it('is made again, never sooner than a second later', async () => {
    const { outcome, waits } = await tried(3);
    expect(outcome).toBe('done');
    expect(waits).toHaveLength(3);
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(1_000);
  });

  it('is given up after six tries', async () => {
    const { outcome, calls } = await tried(100);
    expect(outcome).toBe(refusal);
    expect(calls()).toBe(6);
  });

  it('is made once when it fails otherwise', async () => {
    const { outcome, calls } = await tried(100, { code: 503 });
    expect(outcome).toEqual({ code: 503 });
    expect(calls()).toBe(1);
  });
});

import { mintToken } from './person.js';

/** While `work` goes on, every question about a job's state takes a while: so what runs can be met running on any machine. */
export async function whileJobsAreSlow<T>(cloudUrl: string, work: () => Promise<T>): Promise<T> {
  const token = await mintToken(cloudUrl, 'admin@outhaul.test');
  const call = async (method: string, body?: object): Promise<void> => {
    const answer = await fetch(`${cloudUrl}/_local/faults`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  await call('POST', {
    kind: 'slow',
    operation: 'bigquery.jobs.get',
    // Longer than one call of `advance` works on: it never meets the end of the job in passing.
    delayMs: 2_000,
    count: 10_000,
  });
  try {
    return await work();
  } finally {
    await call('DELETE');
  }
}

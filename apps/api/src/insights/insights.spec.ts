import { aRequest, runToEnd } from '@outhaul/core/testing';
import { serveBench, type ServedBench } from '../../testing/serve-bench.js';

let served: ServedBench;
beforeEach(async () => {
  served = await serveBench();
  served.bench.surroundings.now = Date.now();
});
afterEach(() => served.close());

const insights = async (as: string, query = '') => {
  const answer = await fetch(`${served.url}/api/v1/insights${query}`, {
    headers: { Authorization: `Bearer ${as}` },
  });
  return { status: answer.status, body: (await answer.json()) as { intervals: unknown[] } };
};

it('tells admins what the exports of everyone came to, and how requests did', async () => {
  const { id } = await served.bench.exporter.start(served.bench.owner, aRequest());
  await runToEnd(served.bench, id);
  await fetch(`${served.url}/api/v1/status/${id}`);
  const { status, body } = await insights('admin', '?range=hour');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    intervalSeconds: 120,
    exports: { started: 1, succeeded: 1, rows: 7, files: 3 },
    formats: [{ format: 'parquet', count: 1 }],
    owners: [{ owner: served.bench.owner.email, count: 1 }],
    failures: [],
    requests: { routes: [{ route: '/api/v1/status/:id', count: 1, errors: 0 }] },
    coverage: { exportsRead: 1, exportsComplete: true },
  });
  expect(body.intervals).toHaveLength(30);
});

it('refuses who may not see everyone’s exports, and a range that does not exist', async () => {
  expect((await insights('owner')).status).toBe(403);
  expect((await insights('admin', '?range=century')).status).toBe(400);
});

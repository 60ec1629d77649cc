import { aTable } from '@outhaul/core/testing';
import { serveBench, type ServedBench } from '../../testing/serve-bench.js';

let served: ServedBench;
beforeEach(async () => {
  served = await serveBench();
});
afterEach(() => served.close());

interface Body {
  readonly id: string;
  readonly state: string;
  readonly tables: readonly { readonly state: string; readonly exportId: string }[];
}

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(served.url + path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    body: (text ? JSON.parse(text) : {}) as Body,
  };
};

it('takes a dataset from its plan to a manifest of manifests, and away again', async () => {
  const { warehouse, surroundings } = served.bench;
  const people = { project: 'demo-project', dataset: 'shop', table: 'people' };
  warehouse.add(aTable({ ref: people, rowCount: 1 }), ['only']);
  const request = { dataset: 'shop', options: { format: 'jsonl' } };

  const plan = await call('POST', '/api/v1/export-sets/plan', request);
  expect(plan).toMatchObject({
    status: 200,
    body: { refused: 0, tables: [{ engine: { kind: 'extract' } }, { rowCount: 1 }] },
  });
  const started = await call('POST', '/api/v1/export-sets', request);
  const { id } = started.body;
  expect(started).toMatchObject({ status: 202, location: `/api/v1/export-sets/${id}` });

  let state = started.body.state;
  for (let polls = 0; polls < 500 && !/succeeded|failed|partial/.test(state); polls += 1) {
    surroundings.now += 10_000;
    await new Promise((resolve) => setTimeout(resolve, 5));
    state = (await call('GET', `/api/v1/export-sets/${id}`)).body.state;
  }
  expect(await call('GET', `/api/v1/export-sets/${id}`)).toMatchObject({
    body: { state: 'succeeded', totals: { tables: 2, succeeded: 2, rows: 8 } },
  });
  expect(await call('GET', `/api/v1/export-sets/${id}/manifest`)).toMatchObject({
    body: { exportSetId: id, tables: [{ table: 'demo-project.shop.orders' }, { rows: 1 }] },
  });
  expect(await call('GET', '/api/v1/export-sets?state=succeeded')).toMatchObject({
    body: { items: [{ id, source: 'shop', succeeded: 2 }] },
  });
  expect(await call('GET', `/api/v1/export?set=${id}`)).toMatchObject({
    body: { items: [{ set: id }, { set: id }] },
  });
  expect((await call('DELETE', `/api/v1/export-sets/${id}`)).status).toBe(204);
  expect((await call('GET', `/api/v1/export-sets/${id}`)).status).toBe(404);
});

it.each([
  [{}, 400],
  [{ dataset: 'shop', options: { format: 'docx' } }, 400],
  [{ dataset: 'shop', pattern: 'none*', options: { format: 'csv' } }, 404],
  [{ dataset: 'shop', extra: 1, options: { format: 'csv' } }, 400],
])('refuses %j with %d', async (body, status) => {
  expect(await call('POST', '/api/v1/export-sets', body)).toMatchObject({
    status,
    body: { status, code: expect.any(String) },
  });
});

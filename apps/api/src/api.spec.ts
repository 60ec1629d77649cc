import { aRequest, runToEnd } from '@outhaul/core/testing';
import { serveBench, type ServedBench } from '../testing/serve-bench.js';

let served: ServedBench;
beforeEach(async () => {
  served = await serveBench();
});
afterEach(() => served.close());

/** What the tests read of any answer's body. */
interface Body {
  readonly id: string;
  readonly outcome?: object;
  readonly files: readonly { readonly name: string }[];
  readonly faults: readonly { readonly field: string }[];
}
const bodyOf = async (answer: Response | Promise<Response>) =>
  (await (await answer).json()) as Body;

const call = (path: string, init: RequestInit = {}) => fetch(served.url + path, init);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', ...headers },
  });

async function untilEnded(id: string) {
  for (;;) {
    served.bench.surroundings.now += 10_000;
    const view = await bodyOf(call(`/api/v1/status/${id}`));
    if (view.outcome) return view;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('takes an export from its request to signed URLs', async () => {
  const answer = await post('/api/v1/export', aRequest());
  const started = await bodyOf(answer);
  expect([answer.status, answer.headers.get('location')]).toEqual([
    202,
    `/api/v1/status/${started.id}`,
  ]);
  expect((await untilEnded(started.id)).outcome).toMatchObject({
    state: 'succeeded',
    rows: 7,
    files: 3,
  });
  const download = await bodyOf(call(`/api/v1/download/${started.id}`));
  expect(download.files.map(({ name }: { name: string }) => name)).toEqual([
    'orders-000000000000.parquet',
    'orders-000000000001.parquet',
    'orders-000000000002.parquet',
    'manifest.json',
    'schema.json',
    'create-table.sql',
    'checksums.crc32c',
  ]);
  const one = await call(`/api/v1/download/${started.id}/manifest.json`, { redirect: 'manual' });
  expect([one.status, one.headers.get('location')]).toEqual([
    302,
    expect.stringContaining('manifest.json'),
  ]);
  expect(await bodyOf(call('/api/v1/export'))).toMatchObject({
    items: [{ id: started.id, state: 'succeeded', rows: 7 }],
  });
});

it('tells every state to a watcher and ends the stream with the last', async () => {
  const { id } = await bodyOf(post('/api/v1/export', aRequest()));
  const clock = setInterval(() => (served.bench.surroundings.now += 10_000), 5);
  const text = await (await call(`/api/v1/status/${id}/events`)).text();
  clearInterval(clock);
  const states = [...text.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '').state,
  );
  expect(states.at(-1)).toBe('succeeded');
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
});

it('sends a watcher that returns nothing that it has already', async () => {
  const record = await served.bench.exporter.start(served.bench.owner, aRequest());
  const ended = await runToEnd(served.bench, record.id);
  const events = (lastEventId: string) =>
    call(`/api/v1/status/${record.id}/events`, { headers: { 'Last-Event-ID': lastEventId } }).then(
      (answer) => answer.text(),
    );
  expect(await events(String(ended.revision))).not.toContain('data:');
  expect(await events(String(ended.revision - 1))).toContain('data:');
  expect(await events('no number')).toContain('data:');
});

it('answers a repeat with the same key by the same export', async () => {
  const headers = { 'Idempotency-Key': 'once' };
  const [first, second] = [
    await post('/api/v1/export', aRequest(), headers),
    await post('/api/v1/export', aRequest(), headers),
  ];
  expect((await bodyOf(first)).id).toBe((await bodyOf(second)).id);
});

const bigBody = `{"label":"${'x'.repeat(10 * 1024 * 1024)}"}`;
const table = (name: string) => ({ type: 'table', dataset: 'shop', table: name });

it.each<[string, () => Promise<Response>, number, string]>([
  [
    'an unknown table',
    () => post('/api/v1/export', { ...aRequest(), source: table('nothing') }),
    404,
    'table-not-found',
  ],
  [
    'an unknown format',
    () => post('/api/v1/export', { ...aRequest(), format: 'xml' }),
    400,
    'request-invalid',
  ],
  [
    'a column that does not exist',
    () => post('/api/v1/export', aRequest({ columns: [{ name: 'nope' }] })),
    400,
    'column-not-found',
  ],
  [
    'a bucket that does not exist',
    () => post('/api/v1/export', aRequest({ bucket: 'no-such-bucket' })),
    404,
    'bucket-not-found',
  ],
  ['malformed JSON', () => post('/api/v1/export', '{"source": '), 400, 'body-malformed'],
  [
    'an unknown field',
    () => post('/api/v1/export', { ...aRequest(), colour: 'red' }),
    400,
    'request-invalid',
  ],
  ['a body of 10 MB', () => post('/api/v1/export', bigBody), 413, 'body-too-large'],
  [
    'another media type',
    () => post('/api/v1/export', 'a=b', { 'Content-Type': 'text/plain' }),
    415,
    'media-type-unsupported',
  ],
  ['no body', () => call('/api/v1/export', { method: 'POST' }), 400, 'request-invalid'],
  ['an id with ../', () => call('/api/v1/status/..%2F..%2Fetc'), 404, 'export-not-found'],
  [
    'an id of 10,000 characters',
    () => call(`/api/v1/status/${'x'.repeat(10_000)}`),
    404,
    'export-not-found',
  ],
  ['an unknown export', () => call('/api/v1/status/x0000000000000000000'), 404, 'export-not-found'],
  ['an absurd page size', () => call('/api/v1/export?pageSize=1e400'), 400, 'request-invalid'],
  ['an unknown query parameter', () => call('/api/v1/export?colour=red'), 400, 'request-invalid'],
  ['a path that does not exist', () => call('/api/v1/nothing'), 404, 'route-not-found'],
  [
    'a caller who may not',
    () => post('/api/v1/export', aRequest(), { Authorization: 'Bearer viewer' }),
    403,
    'permission-denied',
  ],
  [
    'a caller whom nobody knows',
    () => post('/api/v1/export', aRequest(), { Authorization: 'Bearer nobody' }),
    401,
    'unauthenticated',
  ],
  [
    'someone else’s export',
    async () => {
      const { id } = await bodyOf(post('/api/v1/export', aRequest()));
      return call(`/api/v1/status/${id}`, { headers: { Authorization: 'Bearer stranger' } });
    },
    404,
    'export-not-found',
  ],
])('refuses %s with a problem document', async (_what, request, status, code) => {
  const answer = await request();
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(await answer.json()).toMatchObject({
    status,
    code,
    detail: expect.stringMatching(/\w{3}/),
    requestId: answer.headers.get('x-request-id'),
  });
  expect(answer.status).toBe(status);
  expect((await call('/healthz')).status).toBe(200);
});

it('names every fault of a request at once', async () => {
  const problem = await bodyOf(
    post('/api/v1/export', {
      source: table('orders'),
      format: 'xml',
      limit: 0,
      colour: 'red',
    }),
  );
  expect(problem.faults.map(({ field }: { field: string }) => field).sort()).toEqual([
    'colour',
    'format',
    'limit',
  ]);
});

it('takes a request id that is safe and makes its own otherwise', async () => {
  const idOf = async (given: string) =>
    (await call('/healthz', { headers: { 'X-Request-Id': given } })).headers.get('x-request-id');
  expect(await idOf('abc-123')).toBe('abc-123');
  expect(await idOf('a b<script>')).not.toContain('<');
});

it('logs one line per request with its id, and never the body', async () => {
  await post('/api/v1/export', aRequest({ label: 'canary-label' }), { 'X-Request-Id': 'req-1' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const line = served.lines
    .map((text) => JSON.parse(text))
    .find(({ requestId }) => requestId === 'req-1');
  expect(line).toMatchObject({ event: 'request', method: 'POST', status: 202 });
  expect(served.lines.join('')).not.toContain('canary-label');
});

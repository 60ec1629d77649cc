import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const bucket = '/storage/v1/b/outhaul-local-files';
const content = 'x'.repeat(200_000);

describe('faults on request', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
    await upload(cloud, 'outhaul-local-files', 'a/big', content);
  });
  afterEach(() => call(cloud, 'DELETE', '/_local/faults'));
  afterAll(() => cloud.dispose());

  const arm = async (plan: object): Promise<Record<string, unknown>> => {
    const answer = await call(cloud, 'POST', '/_local/faults', plan);
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const statusOf = async (path: string, method = 'GET'): Promise<number> =>
    (await call(cloud, method, path)).status;
  const media = `/storage/v1/b/outhaul-local-files/o/a%2Fbig?alt=media`;

  it('answers a status to the next n matching calls, after those it lets pass', async () => {
    await arm({
      kind: 'status',
      status: 429,
      retryAfterSeconds: 7,
      skip: 1,
      count: 2,
      path: bucket,
    });
    expect(await statusOf('/storage/v1/b')).toBe(200);
    expect(await statusOf(bucket)).toBe(200);
    const met = await call(cloud, 'GET', bucket);
    expect([met.status, met.headers.get('retry-after')]).toEqual([429, '7']);
    expect(met.body).toMatchObject({ error: { errors: [{ reason: 'rateLimitExceeded' }] } });
    expect(await statusOf(bucket)).toBe(429);
    expect(await statusOf(bucket)).toBe(200);
  });

  it('matches service, operation, method and the decoded path', async () => {
    await arm({
      kind: 'status',
      status: 500,
      operation: 'storage.objects.*',
      path: '*/a/b*',
      count: 9,
    });
    await arm({ kind: 'status', status: 503, service: 'bigquery', method: 'GET', count: 9 });
    expect(await statusOf('/storage/v1/b/outhaul-local-files/o/a%2Fbig')).toBe(500);
    expect(await statusOf(bucket)).toBe(200);
    expect(await statusOf('/bigquery/v2/projects/outhaul-local/datasets')).toBe(503);
    expect(await statusOf('/bigquery/v2/projects/outhaul-local/queries', 'POST')).not.toBe(503);
  });

  it('meets the one call that carries the header', async () => {
    const headers = { 'x-local-fault': 'kind=status&status=500' };
    expect((await call(cloud, 'GET', bucket, undefined, headers)).status).toBe(500);
    expect(await statusOf(bucket)).toBe(200);
  });

  it('resets the connection in the middle of a body', async () => {
    await arm({ kind: 'reset', afterBytes: 1000, operation: 'storage.objects.get' });
    const response = await fetch(cloud.url + media);
    expect(response.headers.get('content-length')).toBe('200000');
    let received = 0;
    await expect(
      (async () => {
        for await (const chunk of response.body ?? []) received += chunk.length;
      })(),
    ).rejects.toThrow();
    expect(received).toBeLessThanOrEqual(1000);
    expect(await (await fetch(cloud.url + media)).text()).toBe(content);
  });

  it('loses the reply after the work was done, or the call before it', async () => {
    await arm({ kind: 'lostReply', operation: 'storage.objects.insert' });
    await expect(upload(cloud, 'outhaul-local-files', 'done', 'x')).rejects.toThrow();
    expect(await statusOf('/storage/v1/b/outhaul-local-files/o/done')).toBe(200);
    await arm({ kind: 'lostReply', operation: 'storage.objects.get' });
    await expect(fetch(cloud.url + media)).rejects.toThrow();
    await arm({ kind: 'dropRequest', operation: 'storage.objects.insert' });
    await expect(upload(cloud, 'outhaul-local-files', 'undone', 'x')).rejects.toThrow();
    expect(await statusOf('/storage/v1/b/outhaul-local-files/o/undone')).toBe(404);
  });

  it('alters one byte', async () => {
    await arm({ kind: 'corrupt', atByte: 150_000, operation: 'storage.objects.get' });
    const body = Buffer.from(await (await fetch(cloud.url + media)).arrayBuffer());
    expect(body.length).toBe(content.length);
    expect([...body.entries()].filter(([, byte]) => byte !== 0x78)).toEqual([
      [150_000, ~0x78 & 0xff],
    ]);
  });

  it('is slow when asked to, and still right', async () => {
    await arm({
      kind: 'slow',
      delayMs: 100,
      bytesPerSecond: 400_000,
      operation: 'storage.objects.get',
    });
    const start = performance.now();
    expect(await (await fetch(cloud.url + media)).text()).toBe(content);
    expect(performance.now() - start).toBeGreaterThan(400);
  });

  it('lists what is left and takes single faults away', async () => {
    const { id } = await arm({ kind: 'reset', path: '/never', count: 3 });
    expect((await call(cloud, 'GET', '/_local/faults')).body).toMatchObject({
      faults: [{ id, leftToMeet: 3, fault: { kind: 'reset', afterBytes: 0 } }],
    });
    expect(await statusOf(`/_local/faults/${String(id)}`, 'DELETE')).toBe(204);
    expect(await statusOf(`/_local/faults/${String(id)}`, 'DELETE')).toBe(404);
  });

  it.each([
    { kind: 'explode' },
    { kind: 'status', status: 200 },
    { kind: 'status', count: -1 },
    { kind: 'reset', status: 503 },
    { kind: 'reset', service: 'admin' },
    { kind: 'duplicate' },
  ])('refuses %j', async (plan) => {
    expect((await call(cloud, 'POST', '/_local/faults', plan)).status).toBe(400);
  });
});

describe('the clock', () => {
  it('moves for everything: objects are made and tokens end by it', async () => {
    const cloud = await startTestCloud({ enforce: true });
    const { body: token } = await call(cloud, 'POST', '/_local/tokens', {
      email: 'admin@outhaul.test',
    });
    const headers = { authorization: `Bearer ${String(token['access_token'])}` };
    expect((await call(cloud, 'GET', bucket, undefined, headers)).status).toBe(200);
    const moved = await call(cloud, 'POST', '/_local/clock', { advanceMs: 7_200_000 });
    expect(moved.body).toMatchObject({ shiftMs: 7_200_000 });
    expect((await call(cloud, 'GET', bucket, undefined, headers)).status).toBe(401);
    await call(cloud, 'POST', '/_local/clock', { now: '2031-05-06T07:08:09Z' });
    expect(String((await call(cloud, 'GET', '/_local/clock')).body['now'])).toMatch(/^2031-05-06/);
    await call(cloud, 'POST', '/_local/clock', { shiftMs: 0 });
    expect((await call(cloud, 'GET', bucket, undefined, headers)).status).toBe(200);
    for (const wrong of [{}, { shiftMs: 'x' }, { now: 'never' }, { shiftMs: 1, advanceMs: 1 }])
      expect((await call(cloud, 'POST', '/_local/clock', wrong)).status).toBe(400);
    await cloud.dispose();
  });

  it('is told in the Date of each response, also of a refusal', async () => {
    const cloud = await startTestCloud();
    await call(cloud, 'POST', '/_local/clock', { now: '2031-05-06T07:08:09Z' });
    for (const path of [bucket, '/nowhere'])
      expect((await call(cloud, 'GET', path)).headers.get('date')).toMatch(
        /^Tue, 06 May 2031 07:08:/,
      );
    await cloud.dispose();
  });
});

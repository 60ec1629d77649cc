import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const bucket = 'outhaul-local-files';
const objects = `/storage/v1/b/${bucket}/o`;

const refusal = (name: string) => ({
  error: {
    code: 429,
    message: `The object ${bucket}/${name} exceeded the rate limit for object mutation operations (create, update, and delete). Please reduce your request rate. See https://cloud.google.com/storage/docs/gcs429.`,
    errors: [expect.objectContaining({ domain: 'usageLimits', reason: 'rateLimitExceeded' })],
  },
});

describe('Cloud Storage’s limit of one write a second to an object', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud({ writeLimit: true });
  });
  afterEach(() => cloud.dispose());
  const passTime = (advanceMs: number) => call(cloud, 'POST', '/_local/clock', { advanceMs });

  it('refuses the second write of the same name, whatever its preconditions, and takes it a second later', async () => {
    expect((await upload(cloud, bucket, 'a', '1')).status).toBe(200);
    expect((await upload(cloud, bucket, 'a', '2')).body).toMatchObject(refusal('a'));
    expect((await upload(cloud, bucket, 'a', '2', '&ifGenerationMatch=0')).status).toBe(429);
    await passTime(1_000);
    expect((await upload(cloud, bucket, 'a', '2', '&ifGenerationMatch=0')).status).toBe(412);
    expect((await upload(cloud, bucket, 'a', '2')).status).toBe(200);
  });

  it('leaves other names alone', async () => {
    for (const name of ['a', 'b', 'c'])
      expect((await upload(cloud, bucket, name, '1')).status).toBe(200);
  });

  it('does not count what was refused', async () => {
    await upload(cloud, bucket, 'a', '1');
    await passTime(600);
    expect((await upload(cloud, bucket, 'a', '2')).status).toBe(429);
    await passTime(400);
    expect((await upload(cloud, bucket, 'a', '2')).status).toBe(200);
  });

  it.each<[string, () => Promise<{ status: number; body: unknown }>]>([
    ['an update of metadata', () => call(cloud, 'PATCH', `${objects}/a`, { metadata: { k: 'v' } })],
    ['a deletion', () => call(cloud, 'DELETE', `${objects}/a`)],
    [
      'a compose into it',
      () => call(cloud, 'POST', `${objects}/a/compose`, { sourceObjects: [{ name: 'b' }] }),
    ],
    ['a copy over it', () => call(cloud, 'POST', `${objects}/b/rewriteTo/b/${bucket}/o/a`, {})],
  ])('counts %s', async (_what, change) => {
    await upload(cloud, bucket, 'a', '1');
    await upload(cloud, bucket, 'b', '1');
    expect(await change()).toMatchObject({ status: 429, body: refusal('a') });
    await passTime(1_000);
    expect((await change()).status).toBeLessThan(300);
    expect((await upload(cloud, bucket, 'a', '3')).status).toBe(429);
  });

  it('keeps the bytes of a resumable upload whose end came too soon', async () => {
    const opened = await call(
      cloud,
      'POST',
      `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=a`,
      {},
    );
    const session = opened.headers.get('location') ?? '';
    const finish = () =>
      fetch(session, { method: 'PUT', body: 'x', headers: { 'Content-Range': 'bytes 0-0/1' } });
    await upload(cloud, bucket, 'a', '1');
    expect((await finish()).status).toBe(429);
    await passTime(1_000);
    expect((await finish()).status).toBe(200);
  });

  it('says SlowDown in the XML API', async () => {
    const put = () => fetch(`${cloud.url}/${bucket}/a`, { method: 'PUT', body: 'x' });
    expect((await put()).status).toBe(200);
    const refused = await put();
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain('<Code>SlowDown</Code>');
  });
});

it('has no limit of writes unless it is asked for', async () => {
  const cloud = await startTestCloud();
  for (const content of ['1', '2', '3'])
    expect((await upload(cloud, bucket, 'a', content)).status).toBe(200);
  await cloud.dispose();
});

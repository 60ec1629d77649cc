import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const bucket = 'outhaul-local-files';
const path = `/storage/v1/b/${bucket}`;
const day = 86_400_000;

describe('a bucket with a retention policy', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud();
    const policy = { retentionPolicy: { retentionPeriod: '86400' } };
    expect((await call(cloud, 'PATCH', path, policy)).body).toMatchObject(policy);
    await upload(cloud, bucket, 'a', '1');
    await upload(cloud, bucket, 'b', '1');
  });
  afterEach(() => cloud.dispose());

  const refused = {
    status: 403,
    body: {
      error: {
        message: expect.stringContaining("is subject to bucket's retention policy") as string,
        errors: [{ reason: 'retentionPolicyNotMet', domain: 'global' }],
      },
    },
  };

  it.each<[string, () => Promise<{ status: number }>]>([
    ['deletes', () => call(cloud, 'DELETE', `${path}/o/a`)],
    ['overwrites', () => upload(cloud, bucket, 'a', '2')],
    [
      'composes over',
      () => call(cloud, 'POST', `${path}/o/a/compose`, { sourceObjects: [{ name: 'b' }] }),
    ],
  ])('%s no object before its time', async (_what, change) => {
    expect(await change()).toMatchObject(refused);
    await call(cloud, 'POST', '/_local/clock', { advanceMs: day });
    expect((await change()).status).toBeLessThan(300);
  });

  it('lets new names be written, metadata be changed and, without the policy, everything', async () => {
    expect((await upload(cloud, bucket, 'c', '1')).status).toBe(200);
    const patched = await call(cloud, 'PATCH', `${path}/o/a`, { metadata: { k: 'v' } });
    expect(patched.status).toBe(200);
    await call(cloud, 'PATCH', path, { retentionPolicy: null });
    expect((await call(cloud, 'DELETE', `${path}/o/a`)).status).toBe(204);
  });

  it('outlasts a lifecycle rule', async () => {
    await call(cloud, 'PATCH', path, {
      lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 0 } }] },
    });
    await call(cloud, 'POST', '/_local/clock', { advanceMs: 1 });
    expect((await call(cloud, 'GET', `${path}/o/a`)).status).toBe(200);
  });

  it.each(['0', '-1', 'x', '3155760001'])('takes no period of %s seconds', async (period) => {
    const policy = { retentionPolicy: { retentionPeriod: period } };
    expect((await call(cloud, 'PATCH', path, policy)).status).toBe(400);
  });
});

it('holds new objects of a bucket that says so until they are released', async () => {
  const cloud = await startTestCloud();
  await call(cloud, 'PATCH', path, { defaultEventBasedHold: true });
  await upload(cloud, bucket, 'a', '1');
  expect((await call(cloud, 'DELETE', `${path}/o/a`)).status).toBe(403);
  await call(cloud, 'PATCH', `${path}/o/a`, { eventBasedHold: false });
  expect((await call(cloud, 'DELETE', `${path}/o/a`)).status).toBe(204);
  await cloud.dispose();
});

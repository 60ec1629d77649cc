import { get } from 'node:http';
import { gzipSync } from 'node:zlib';
import { call, startTestCloud, type TestCloud, upload } from '../testing/with-cloud.js';

const bucket = 'outhaul-local-files';
const objects = `/storage/v1/b/${bucket}/o`;
const day = 86_400_000;

describe('Cloud Storage', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud();
  });
  afterEach(() => cloud.dispose());

  const names = async (query = ''): Promise<string[]> => {
    const { body } = await call(cloud, 'GET', `${objects}?${query}`);
    return ((body['items'] ?? []) as { name: string }[]).map(({ name }) => name);
  };
  const setLifecycle = (rule: object[], more: object = {}) =>
    call(cloud, 'PATCH', `/storage/v1/b/${bucket}`, { lifecycle: { rule }, ...more });
  const advance = (advanceMs: number) => call(cloud, 'POST', '/_local/clock', { advanceMs });

  describe('lifecycle rules', () => {
    it('delete what is old enough and matches, by the clock', async () => {
      await setLifecycle([
        { action: { type: 'Delete' }, condition: { age: 7, matchesPrefix: ['exports/'] } },
      ]);
      await upload(cloud, bucket, 'exports/old', 'x');
      await upload(cloud, bucket, 'kept', 'x');
      await advance(6 * day);
      await upload(cloud, bucket, 'exports/young', 'x');
      expect(await names()).toEqual(['exports/old', 'exports/young', 'kept']);
      await advance(day);
      expect(await names()).toEqual(['exports/young', 'kept']);
    });

    it('thin out noncurrent versions and spare what is held', async () => {
      await setLifecycle(
        [{ action: { type: 'Delete' }, condition: { isLive: false, numNewerVersions: 2 } }],
        { versioning: { enabled: true } },
      );
      for (const content of ['1', '2', '3', '4']) await upload(cloud, bucket, 'v', content);
      expect((await names('versions=true')).length).toBe(4);
      await advance(1);
      expect((await names('versions=true')).length).toBe(2);
      await setLifecycle([{ action: { type: 'Delete' }, condition: { age: 0 } }]);
      await upload(cloud, bucket, 'held', 'x');
      await call(cloud, 'PATCH', `${objects}/held`, { temporaryHold: true });
      await advance(1);
      expect(await names()).toEqual(['held']);
    });

    it('move objects to another storage class', async () => {
      await setLifecycle([
        { action: { type: 'SetStorageClass', storageClass: 'NEARLINE' }, condition: { age: 1 } },
      ]);
      await upload(cloud, bucket, 'a', 'x');
      await advance(2 * day);
      expect((await call(cloud, 'GET', `${objects}/a`)).body).toMatchObject({
        storageClass: 'NEARLINE',
      });
    });

    it.each([
      [{ action: { type: 'Explode' }, condition: { age: 1 } }, 400],
      [{ action: { type: 'Delete' }, condition: {} }, 400],
      [{ action: { type: 'Delete' }, condition: { moonPhase: 1 } }, 501],
    ])('are refused when they cannot be kept: %j', async (rule, status) => {
      expect((await setLifecycle([rule])).status).toBe(status);
    });
  });

  describe('gzip', () => {
    const plain = 'hello '.repeat(5000);
    const read = (name: string, headers: Record<string, string>) =>
      new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
        get(`${cloud.url}${objects}/${name}?alt=media`, { headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ headers: response.headers, body: Buffer.concat(chunks) }),
          );
        }).on('error', reject);
      });

    it('is unpacked for who does not take it, whatever the range', async () => {
      const packed = gzipSync(plain);
      await upload(cloud, bucket, 'packed', packed, '&contentEncoding=gzip');
      const unpacked = await read('packed', { range: 'bytes=0-9' });
      expect(unpacked.body.toString()).toBe(plain);
      expect(unpacked.headers).not.toHaveProperty('content-encoding');
      expect(unpacked.headers).toMatchObject({ 'x-goog-stored-content-encoding': 'gzip' });
      const asStored = await read('packed', { 'accept-encoding': 'gzip' });
      expect([asStored.body.equals(packed), asStored.headers['content-encoding']]).toEqual([
        true,
        'gzip',
      ]);
      await call(cloud, 'PATCH', `${objects}/packed`, { cacheControl: 'no-transform' });
      expect((await read('packed', {})).body.equals(packed)).toBe(true);
    });

    it('files without a content encoding are handed out as they are', async () => {
      const packed = gzipSync(plain);
      await upload(cloud, bucket, 'file.gz', packed, '', { 'content-type': 'application/gzip' });
      const { body } = await read('file.gz', { range: 'bytes=2-9' });
      expect(body.equals(packed.subarray(2, 10))).toBe(true);
    });
  });

  it('shows of listed objects the fields that are asked for', async () => {
    await upload(cloud, bucket, 'a', 'x');
    const list = async (fields: string) =>
      (await call(cloud, 'GET', `${objects}?fields=${encodeURIComponent(fields)}`)).body;
    const [whole] = (await list('items'))['items'] as Record<string, unknown>[];
    expect(whole).toMatchObject({ kind: 'storage#object', name: 'a', size: '1' });
    expect(await list('items(name,size,contentType,constructor)')).toEqual({
      items: [{ name: 'a', size: '1', contentType: whole?.['contentType'] }],
    });
    expect(await list('items/name,kind')).toEqual({
      kind: 'storage#objects',
      items: [{ name: 'a' }],
    });
    expect(await list('items(*)')).toEqual({ items: [whole] });
  });

  it('takes 1,000 uploads at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_unused, index) =>
        upload(cloud, bucket, `many/${String(index).padStart(4, '0')}`, String(index)),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await names('prefix=many/')).length).toBe(1000);
  });
});

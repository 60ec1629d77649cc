import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { startTestCloud, type TestCloud } from '../testing/with-cloud.js';

/** The official Node client, unmodified, pointed at the local cloud by its own options. */
describe('@google-cloud/storage', () => {
  let cloud: TestCloud;
  let storage: Storage;
  beforeAll(async () => {
    cloud = await startTestCloud();
    storage = new Storage({
      apiEndpoint: cloud.url,
      projectId: 'outhaul-local',
      credentials: JSON.parse(
        await readFile(join(cloud.dataDir, 'service-account.json'), 'utf8'),
      ) as Record<string, string>,
      retryOptions: { autoRetry: false },
    });
  });
  afterAll(() => cloud.dispose());

  it('creates, describes and deletes a bucket', async () => {
    const [bucket] = await storage.createBucket('my-bucket', { location: 'EU' });
    const [metadata] = await bucket.getMetadata();
    expect(metadata).toMatchObject({ name: 'my-bucket', location: 'EU', storageClass: 'STANDARD' });
    await bucket.delete();
    expect(await bucket.exists()).toEqual([false]);
  });

  it.each([
    ['in one request', false],
    ['resumably', true],
  ])('uploads %s and downloads with checksums', async (_title, resumable) => {
    const content = randomBytes(700_000);
    const file = storage.bucket('outhaul-local-files').file(`up/${resumable}.bin`);
    await file.save(content, {
      resumable,
      contentType: 'application/x-test',
      metadata: { metadata: { a: '1' } },
    });
    const [downloaded] = await file.download({ validation: 'crc32c' });
    expect(createHash('md5').update(downloaded).digest('hex')).toBe(
      createHash('md5').update(content).digest('hex'),
    );
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({
      size: '700000',
      contentType: 'application/x-test',
      metadata: { a: '1' },
    });
  });

  it('lists by prefix and delimiter', async () => {
    const bucket = storage.bucket('outhaul-local-files');
    for (const name of ['list/a', 'list/b/c', 'list/b/d', 'list/é%2F'])
      await bucket.file(name).save('x', { resumable: false });
    const [files, , response] = await bucket.getFiles({
      prefix: 'list/',
      delimiter: '/',
      autoPaginate: false,
    });
    expect(files.map(({ name }) => name)).toEqual(['list/a', 'list/é%2F']);
    expect((response as { prefixes: string[] }).prefixes).toEqual(['list/b/']);
  });

  it('composes, copies and moves', async () => {
    const bucket = storage.bucket('outhaul-local-files');
    await bucket.file('c/1').save('one,', { resumable: false });
    await bucket.file('c/2').save('two', { resumable: false });
    const [whole] = await bucket.combine(['c/1', 'c/2'], 'c/whole');
    expect((await whole.download())[0].toString()).toBe('one,two');
    await whole.copy(bucket.file('c/copy'));
    await bucket.file('c/copy').move('c/moved');
    expect((await bucket.file('c/moved').download())[0].toString()).toBe('one,two');
    expect(await bucket.file('c/copy').exists()).toEqual([false]);
  });

  it('refuses a write whose precondition does not hold', async () => {
    const file = storage.bucket('outhaul-local-files').file('once');
    await file.save('1', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
    await expect(
      file.save('2', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } }),
    ).rejects.toMatchObject({ code: 412 });
  });

  it('signs URLs that the local cloud verifies', async () => {
    const file = storage.bucket('outhaul-local-files').file('signed é.txt');
    await file.save('secret', { resumable: false });
    const [url] = await file.getSignedUrl({
      version: 'v4',
      action: 'read',
      expires: Date.now() + 60_000,
      promptSaveAs: 'name.txt',
    });
    const response = await fetch(url);
    expect(await response.text()).toBe('secret');
    expect(response.headers.get('content-disposition')).toContain('name.txt');
    expect((await fetch(url.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(403);
  });
});

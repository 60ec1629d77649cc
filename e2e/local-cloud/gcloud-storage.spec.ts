import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { foreignClient, type ForeignClient, withInstalled } from '../support/foreign-client.js';
import { LocalCloudProcess } from '../support/local-cloud.js';

const bucket = 'gs://outhaul-local-files';

// One call of these tools takes seconds on a busy machine.
jest.setTimeout(300_000);

withInstalled('gcloud', () => {
  let cloud: LocalCloudProcess;
  let storage: ForeignClient;
  let tree: string;
  const binary = randomBytes(9_000_000);
  beforeAll(async () => {
    cloud = await LocalCloudProcess.start('--no-samples');
    storage = foreignClient(cloud, 'gcloud', ['storage'], {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${cloud.url}/storage/v1/`,
      CLOUDSDK_STORAGE_GS_XML_ENDPOINT_URL: cloud.url,
    });
    tree = join(cloud.folder, 'tree');
    mkdirSync(join(tree, 'sub'), { recursive: true });
    writeFileSync(join(tree, 'a.txt'), 'hello\n');
    writeFileSync(join(tree, 'b.txt'), 'world\n');
    // Above gcloud's limit of 8 MiB: a resumable upload, and a download in pieces.
    writeFileSync(join(tree, 'sub', 'c.bin'), binary);
  });
  afterAll(() => cloud?.stop());

  it('copies, lists, reads, hashes, composes, moves, syncs, measures, signs and removes', async () => {
    await storage('cp', '-r', tree, `${bucket}/g/`);
    const back = join(cloud.folder, 'back.bin');
    const [buckets, names, text, hash, size] = await Promise.all([
      storage('ls'),
      storage('ls', '-r', `${bucket}/g/**`),
      storage('cat', `${bucket}/g/tree/a.txt`),
      storage('hash', `${bucket}/g/tree/a.txt`),
      storage('du', '-s', `${bucket}/g`),
      storage('cp', `${bucket}/g/tree/sub/c.bin`, back),
    ]);
    expect(buckets.split('\n')).toContain(`${bucket}/`);
    expect(names.trim().split('\n')).toEqual([
      `${bucket}/g/tree/a.txt`,
      `${bucket}/g/tree/b.txt`,
      `${bucket}/g/tree/sub/c.bin`,
    ]);
    expect(text).toBe('hello\n');
    expect(hash).toContain('crc32c_hash: NT3Yvg==');
    expect(hash).toContain('md5_hash: sZRqySSS0jR8YjW00mERhA==');
    expect(size).toContain('9000012');
    expect(readFileSync(back).equals(binary)).toBe(true);

    await Promise.all([
      storage(
        'objects',
        'compose',
        `${bucket}/g/tree/a.txt`,
        `${bucket}/g/tree/b.txt`,
        `${bucket}/g/ab.txt`,
      ),
      storage('rsync', '-r', tree, `${bucket}/synced`),
      storage('cp', `${bucket}/g/tree/a.txt`, `${bucket}/g/to-move.txt`),
    ]);
    const [joined, signed] = await Promise.all([
      storage('cat', `${bucket}/g/ab.txt`),
      storage(
        'sign-url',
        `--private-key-file=${join(cloud.dataDir, 'service-account.json')}`,
        '--duration=10m',
        '--format=value(signed_url)',
        `${bucket}/g/ab.txt`,
      ),
      storage('mv', `${bucket}/g/to-move.txt`, `${bucket}/g/moved.txt`),
      // Nothing is new, so nothing is copied.
      storage('rsync', '-r', tree, `${bucket}/synced`),
    ]);
    expect(joined).toBe('hello\nworld\n');
    expect(await (await fetch(signed.trim())).text()).toBe('hello\nworld\n');
    expect((await fetch(signed.trim().replace(/ab\.txt/, 'moved.txt'))).status).toBe(403);
    await Promise.all([
      storage('rm', '-r', `${bucket}/g`),
      storage('rm', '-r', `${bucket}/synced`),
    ]);
    expect((await storage('ls', bucket)).trim()).toBe('');
  });

  it('makes, changes, describes and deletes a bucket', async () => {
    await storage('buckets', 'create', 'gs://made-by-gcloud', '--location=EU');
    await storage('buckets', 'update', 'gs://made-by-gcloud', '--versioning');
    const described = await storage('buckets', 'describe', 'gs://made-by-gcloud');
    expect(described).toMatch(/location: EU[^]*versioning_enabled: true/);
    await storage('buckets', 'delete', 'gs://made-by-gcloud');
  });
});

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalCloud } from './local-cloud.js';
import { call, startTestCloud, type TestCloud, upload } from './testing/with-cloud.js';

describe('local cloud', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startTestCloud();
  });
  afterEach(() => cloud.dispose());

  it('has its two buckets from the first start', async () => {
    const { body } = await call(cloud, 'GET', '/storage/v1/b?project=outhaul-local');
    expect((body['items'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'outhaul-local-files',
      'outhaul-local-records',
    ]);
  });

  it('keeps objects over a restart', async () => {
    const { body: before } = await upload(cloud, 'outhaul-local-files', 'a/b', 'hello');
    cloud = await cloud.restart();
    const after = await call(cloud, 'GET', '/storage/v1/b/outhaul-local-files/o/a%2Fb');
    expect(after.body['generation']).toBe(before['generation']);
    const media = await fetch(`${cloud.url}/storage/v1/b/outhaul-local-files/o/a%2Fb?alt=media`);
    expect(await media.text()).toBe('hello');
  });

  it('refuses a second local cloud on the same folder', async () => {
    await expect(startLocalCloud({ dataDir: cloud.dataDir })).rejects.toThrow(/in use/);
  });

  describe('with a damaged journal', () => {
    const journal = (): string => join(cloud.dataDir, 'storage', 'journal.log');
    beforeEach(async () => {
      await upload(cloud, 'outhaul-local-files', 'first', '1');
      await upload(cloud, 'outhaul-local-files', 'second', '2');
      await cloud.close();
    });

    it('cuts off a line that was being written when the process died', async () => {
      await writeFile(journal(), '0badc0de {"kind":"obj', { flag: 'a' });
      cloud = await startTestCloud({ dataDir: cloud.dataDir });
      for (const name of ['first', 'second'])
        expect(
          (await call(cloud, 'GET', `/storage/v1/b/outhaul-local-files/o/${name}`)).status,
        ).toBe(200);
    });

    it('does not start when acknowledged lines are damaged, and says where', async () => {
      const intact = await readFile(journal());
      const damaged = Buffer.from(intact);
      damaged[intact.indexOf('first')] = 0x46;
      await writeFile(journal(), damaged);
      await expect(startLocalCloud({ dataDir: cloud.dataDir })).rejects.toThrow(
        /journal\.log is damaged at byte \d+/,
      );
      await writeFile(journal(), intact);
      cloud = await startTestCloud({ dataDir: cloud.dataDir });
      expect((await call(cloud, 'GET', '/storage/v1/b/outhaul-local-files/o/first')).status).toBe(
        200,
      );
    });
  });

  it('takes over the lock of a process that died', async () => {
    await cloud.close();
    await writeFile(
      join(cloud.dataDir, 'lock'),
      JSON.stringify({ pid: 4_194_300, startedAt: '1' }),
    );
    cloud = await startTestCloud({ dataDir: cloud.dataDir });
    expect((await call(cloud, 'GET', '/storage/v1/b/outhaul-local-files')).status).toBe(200);
  });

  it('writes a service account key file that only its owner can read', async () => {
    const path = join(cloud.dataDir, 'service-account.json');
    const key = JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
    expect(key['token_uri']).toBe(`${cloud.url}/token`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('answers unknown paths and methods with Google’s error JSON', async () => {
    const missing = await call(cloud, 'GET', '/storage/v1/nothing/here');
    expect(missing.status).toBe(404);
    expect(missing.body).toMatchObject({ error: { code: 404, errors: [{ reason: 'notFound' }] } });
    expect((await call(cloud, 'DELETE', '/storage/v1/b')).status).toBe(404);
  });

  it('says which methods a path has', async () => {
    const answer = await call(cloud, 'OPTIONS', '/storage/v1/b');
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS']);
  });
});

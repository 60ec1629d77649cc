import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { foreignClient, type ForeignClient, withInstalled } from '../support/foreign-client.js';
import { LocalCloudProcess } from '../support/local-cloud.js';

const bucket = 'gs://outhaul-local-files';

// One call of these tools takes seconds on a busy machine.
jest.setTimeout(300_000);

withInstalled('gsutil', () => {
  let cloud: LocalCloudProcess;
  let gsutil: ForeignClient;
  beforeAll(async () => {
    cloud = await LocalCloudProcess.start('--no-samples');
    // gsutil always speaks TLS: the same port answers it.
    gsutil = foreignClient(
      cloud,
      'gsutil',
      [
        'Credentials:gs_json_host=127.0.0.1',
        `Credentials:gs_json_port=${cloud.port}`,
        'Boto:https_validate_certificates=False',
        `GSUtil:state_dir=${join(cloud.folder, 'gsutil')}`,
        'GSUtil:software_update_check_period=0',
      ].flatMap((option) => ['-o', option]),
    );
  });
  afterAll(() => cloud?.stop());

  it('copies in parallel, lists, shows, reads, composes and removes', async () => {
    const tree = join(cloud.folder, 'tree');
    mkdirSync(join(tree, 'sub'), { recursive: true });
    const binary = randomBytes(300_000);
    writeFileSync(join(tree, 'a.txt'), 'hello\n');
    writeFileSync(join(tree, 'b.txt'), 'world\n');
    writeFileSync(join(tree, 'sub', 'c.bin'), binary);
    await gsutil('-m', 'cp', '-r', tree, `${bucket}/s/`);
    const back = join(cloud.folder, 'back.bin');
    const [names, stat] = await Promise.all([
      gsutil('ls', '-r', `${bucket}/s/**`),
      gsutil('stat', `${bucket}/s/tree/a.txt`),
      gsutil('cp', `${bucket}/s/tree/sub/c.bin`, back),
      gsutil('compose', `${bucket}/s/tree/a.txt`, `${bucket}/s/tree/b.txt`, `${bucket}/s/ab.txt`),
    ]);
    expect(names.trim().split('\n')).toEqual(
      expect.arrayContaining([`${bucket}/s/tree/a.txt`, `${bucket}/s/tree/sub/c.bin`]),
    );
    expect(stat).toMatch(/Hash \(crc32c\): +NT3Yvg==/);
    expect(readFileSync(back).equals(binary)).toBe(true);
    expect(await gsutil('cat', `${bucket}/s/ab.txt`)).toBe('hello\nworld\n');
    await gsutil('-m', 'rm', '-r', `${bucket}/s`);
    expect((await gsutil('ls')).trim().split('\n')).toContain(`${bucket}/`);
    expect(await gsutil('ls', bucket)).toBe('');
  });
});

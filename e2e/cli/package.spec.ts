import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8')) as {
  version: string;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-package-'));
  // A folder to verify; its one file is "123456789", whose CRC32C is known.
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files/a.txt'), '123456789');
  writeFileSync(
    join(folder, 'files/manifest.json'),
    JSON.stringify({ version: 1, files: [{ name: 'a.txt', sizeBytes: 9, crc32c: '4waSgw==' }] }),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in the empty folder, with nothing of this workspace in its environment. */
function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: { PATH: '', HOME: folder, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function expectWhole(program: string, before: readonly string[]): void {
  expect(run(program, [...before, '--version'])).toEqual({
    status: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
  expect(run(program, [...before, 'verify', 'files'])).toMatchObject({
    status: 0,
    stdout: '✓ 1 file, 9 B: every byte as the manifest says\n',
  });
  writeFileSync(join(folder, 'files/a.txt'), '123456780');
  expect(run(program, [...before, 'verify', 'files']).status).toBe(5);
  expect(run(program, [...before, 'login', '--server', 'http://127.0.0.1:1']).status).toBe(6);
  expect(run(program, [...before, 'completion', 'fish']).stdout).toContain('max-cost');
  // Without a service: the core and Google's libraries are there, and the first word is about credentials.
  expect(
    run(program, [...before, 'datasets', '--direct', '--project', 'my-project']),
  ).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('gcloud auth application-default login'),
  });
}

it('runs from its npm package, in an empty folder', () => {
  const packed = spawnSync('npm', ['pack', join(root, 'dist/apps/cli'), '--silent'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, npm_config_cache: join(folder, 'cache') },
  });
  expect([packed.status, packed.stdout]).toEqual([0, `outhaul-${version}.tgz\n`]);
  spawnSync('tar', ['-xzf', `outhaul-${version}.tgz`], { cwd: folder });
  const installed = join(folder, 'node_modules/outhaul');
  mkdirSync(dirname(installed), { recursive: true });
  cpSync(join(folder, 'package'), installed, { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // What npm would fetch beside it; there is no network in a test.
  for (const name of Object.keys(dependencies))
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
    });
  expect(readdirSync(join(installed, 'schemas')).sort()).toEqual(['commands.json', 'openapi.json']);
  expectWhole(process.execPath, [join(installed, 'bin/outhaul.mjs')]);
});

const isBuildable = process.platform === 'linux' && process.arch === 'x64';
(isBuildable ? it : it.skip)('runs as one executable, with nothing beside it', () => {
  const built = spawnSync(process.execPath, ['apps/cli/sea/build.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(built.status).toBe(0);
  const alone = join(folder, 'outhaul');
  cpSync(join(root, 'dist/apps/cli-sea/outhaul'), alone);
  expectWhole(alone, []);
});

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes SUPPORT.md: the local cloud prints what it serves. */
const root = join(import.meta.dirname, '..');
const node = (...args) => {
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
};

node('libs/local-cloud/build.mjs');
writeFileSync(join(root, 'SUPPORT.md'), node('dist/libs/local-cloud/main.mjs', 'support'));

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runTargets } from './run.mjs';

/** `npm run conformance -- --project P --bucket B`: builds the kit when it has changed, and runs it. */
const root = join(import.meta.dirname, '..');
runTargets(['build'], ['conformance'], { quiet: true });
const { status, signal } = spawnSync(
  process.execPath,
  [join(root, 'dist/apps/conformance/main.mjs'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));

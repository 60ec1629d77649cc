import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * `node tools/soak.mjs [COUNT] [FIRST_SEED]`: exports under drawn faults, many more than `npm test` has time for. It needs a
 * build. A seed that fails is printed; run it again alone with COUNT 1.
 */
const [count = '5000', firstSeed = '1000'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ['node_modules/jest/bin/jest.js', '-c', 'e2e/jest.config.cjs', '-w', '1', 'fault-schedules'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, OUTHAUL_SCHEDULES: count, OUTHAUL_FIRST_SEED: firstSeed },
  },
);
process.exit(status ?? 1);

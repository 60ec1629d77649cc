import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

it('shows its options when one is wrong', () => {
  const start = join(__dirname, 'start.mjs');
  const { status, stderr } = spawnSync(process.execPath, [start, '--prot', '1'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([2, expect.stringContaining('--skip-export')]);
  expect(stderr).not.toContain('    at ');
});

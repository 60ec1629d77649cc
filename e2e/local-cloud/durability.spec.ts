import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LocalCloudProcess } from '../support/local-cloud.js';
import { RunningProcess } from '../support/running-process.js';

/** Runs a benchmark's own program for a shorter time: `npm run bench NAME` has the long one. */
async function soak(name: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(__dirname, `../../tools/bench/${name}.mjs`),
    ...args,
  ]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('the local cloud', () => {
  it('gives every precondition one winner, and reads everything back, under 200 clients', async () => {
    const result = await soak('local-cloud-storm', '--seconds', '6');
    expect(result).toMatchObject({ wrongObjects: 0, wrongRaces: 0, strangeAnswers: [] });
    expect(result['contested']).toBeGreaterThan(0);
    expect(result['readBack']).toBeGreaterThan(100);
  });

  it('loses nothing that it has acknowledged when it is killed', async () => {
    const result = await soak('local-cloud-kills', '--rounds', '3');
    expect(result).toMatchObject({ rounds: 3, lost: [] });
    const counts = result['counts'] as Record<string, number>;
    expect(Object.values(counts).every((count) => count > 0)).toBe(true);
  });

  it('refuses a second process on its folder, and lets one take over after a SIGKILL', async () => {
    const cloud = await LocalCloudProcess.start('--no-samples');
    const second = RunningProcess.start('dist/libs/local-cloud/main.mjs', [
      ...['--port', '0', '--data', cloud.dataDir, '--no-samples'],
    ]);
    await expect(second).rejects.toThrow(/in use by another local cloud/);
    await cloud.kill();
    await cloud.startAgain();
    expect((await fetch(`${cloud.url}/storage/v1/b/outhaul-local-files`)).status).toBe(200);
    await cloud.stop();
  });
});

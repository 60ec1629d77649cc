import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalCloudProcess } from './local-cloud.js';

/** A command line tool that is not ours, pointed at the local cloud by its own options and nothing else. */
export type ForeignClient = (...args: string[]) => Promise<string>;

/** The tests of a tool; where it is not installed, one that says so. */
export function withInstalled(program: string, body: () => void): void {
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const { error } = version;
  if (!error) describe(program, body);
  else
    it(`${program} is not installed here: nothing was run`, () => {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOENT');
    });
}

/** Resolves to what the tool printed on stdout; rejects with everything it printed when it fails. */
export function foreignClient(
  cloud: LocalCloudProcess,
  program: string,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ForeignClient {
  const home = join(cloud.folder, 'home');
  mkdirSync(home, { recursive: true });
  const whole = {
    PATH: process.env['PATH'],
    HOME: home,
    CLOUDSDK_CONFIG: join(home, 'gcloud'),
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_PROJECT: 'outhaul-local',
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    ...env,
  };
  return (...args) =>
    new Promise((resolve, reject) => {
      execFile(
        program,
        [...options, ...args],
        { env: whole, timeout: 100_000, maxBuffer: 64 << 20 },
        (error, stdout, stderr) => {
          if (error)
            reject(new Error(`${program} ${args.join(' ')}: ${error.code}\n${stdout}\n${stderr}`));
          else resolve(stdout);
        },
      );
    });
}

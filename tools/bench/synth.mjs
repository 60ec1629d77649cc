import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareStack, stackFolder } from '../stack.mjs';

export const name = 'synth';
export const title = 'Synthesis of the prod example (median of 5)';

const rounds = 5;

/** Time and memory of a synthesis, and whether `cdktf synth` writes the same bytes. */
export async function run(report) {
  const env = { ...prepareStack(join(stackFolder, 'config/prod.json')), CI: '1' };
  const home = mkdtempSync(join(tmpdir(), 'outhaul-cdktf-'));
  const measured = Array.from({ length: rounds }, () => synthesize(env));
  const ours = readStack();
  const cli = spawnSync('cdktf', ['synth'], {
    cwd: stackFolder,
    env: { ...env, CDKTF_HOME: home, CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1' },
    encoding: 'utf8',
  });
  rmSync(home, { recursive: true, force: true });
  if (cli.status !== 0) throw new Error(`cdktf synth ended with ${cli.status}:\n${cli.stderr}`);
  report.limit(
    'node dist/main.js',
    measured.map(({ ms }) => ms),
    1_000,
    'ms',
  );
  report.limit(
    'its resident memory at most',
    measured.map(({ mib }) => mib),
    150,
    'MiB',
  );
  report.limit('bytes in which cdktf synth differs', differences(ours, readStack()), 0, '');
}

/** Runs the compiled stack; it tells its peak of memory when it ends. */
function synthesize(env) {
  const tellPeak =
    "process.on('exit',()=>require('node:fs').writeSync(3,String(process.resourceUsage().maxRSS)))";
  const startedAt = performance.now();
  const { status, output, stderr } = spawnSync(
    process.execPath,
    [
      '--no-deprecation',
      '--import',
      `data:text/javascript,import{createRequire}from'node:module';const require=createRequire('/');${encodeURIComponent(tellPeak)}`,
      'dist/main.js',
    ],
    { cwd: stackFolder, env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ms = performance.now() - startedAt;
  if (status !== 0) throw new Error(`Synthesis ended with ${status}:\n${stderr}`);
  return { ms, mib: Number(output[3]) / 1024 };
}

const readStack = () => readFileSync(join(stackFolder, 'cdktf.out/stacks/outhaul/cdk.tf.json'));

function differences(one, other) {
  let count = Math.abs(one.length - other.length);
  for (let index = 0; index < Math.min(one.length, other.length); index += 1)
    if (one[index] !== other[index]) count += 1;
  return count;
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const name = 'start';
export const title = 'From the command to the first answer (median of 5; of commands 15, in turns)';

const rounds = 5;
const commandRounds = 15;
const root = join(import.meta.dirname, '../..');

/** Warm `npm start -- --once`, boot of the bundled service, and the CLI. */
export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-bench-'));
  const options = [...(await freePorts()), '--data', join(folder, 'cloud')];
  try {
    const once = () => time('npm', ['start', '--silent', '--', '--once', ...options]);
    once();
    report.limit('npm start -- --once, warm', repeat(once), 15_000, 'ms');
    await withServers(options, folder, async (apiUrl, cloudUrl, boots) => {
      report.limit('boot of the bundled service', boots, 500, 'ms');
      const cli = join(root, 'apps/cli/bin/outhaul.mjs');
      const own = { OUTHAUL_SERVER: apiUrl, XDG_CONFIG_HOME: folder };
      const direct = { ...directSettings(cloudUrl), XDG_CONFIG_HOME: folder };
      const times = inTurns({
        bare: () => time(process.execPath, ['-e', '0']),
        version: () => time(process.execPath, [cli, '--version']),
        datasets: () => time(process.execPath, [cli, 'datasets'], own),
        direct: () => time(process.execPath, [cli, 'datasets', '--direct'], direct),
      });
      const bare = ['node -e 0', times.bare, 'ms'];
      report.rival('outhaul --version', times.version, ...bare, 1.5);
      report.limit('outhaul datasets, warm API', times.datasets, 300, 'ms');
      report.rival('outhaul datasets, warm API', times.datasets, ...bare);
      report.rival('outhaul datasets --direct, no API', times.direct, ...bare);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function repeat(measure) {
  return Array.from({ length: rounds }, measure);
}

/** Measures one after the other, round by round, so that a busy moment hits them all; what comes before the first round warms up. */
function inTurns(measures) {
  const times = {};
  for (let round = -1; round < commandRounds; round += 1)
    for (const [what, measure] of Object.entries(measures)) {
      const ms = measure();
      if (round >= 0) (times[what] ??= []).push(ms);
    }
  return times;
}

/** Without a service the command asks the local cloud itself; in open mode any token will do. */
const directSettings = (cloudUrl) => ({
  OUTHAUL_TOKEN: 'bench',
  OUTHAUL_PROJECT: 'outhaul-local',
  OUTHAUL_BIGQUERY_ENDPOINT: cloudUrl,
  OUTHAUL_STORAGE_ENDPOINT: cloudUrl,
});

function time(program, args, env = {}) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return performance.now() - startedAt;
}

async function freePorts() {
  const ports = [];
  for (const option of ['--port', '--cloud-port']) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push(option, String(server.address().port));
    server.close();
    await once(server, 'close');
  }
  return ports;
}

/** Boots the service `rounds` times over one local cloud and leaves the last one running for `use`. */
async function withServers([, port, , cloudPort], folder, use) {
  const cloudUrl = `http://127.0.0.1:${cloudPort}`;
  const data = join(folder, 'cloud');
  const cloud = start('dist/libs/local-cloud/main.mjs', ['--port', cloudPort, '--data', data]);
  await once(cloud, 'message');
  const boots = [];
  let api;
  try {
    for (let round = 0; round < rounds; round++) {
      if (api) await end(api);
      const startedAt = performance.now();
      api = start('dist/apps/api/main.mjs', [], {
        PORT: port,
        OUTHAUL_PROJECT: 'outhaul-local',
        OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
        OUTHAUL_AUTH: 'service-account',
        OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
        OUTHAUL_BIGQUERY_ENDPOINT: cloudUrl,
        OUTHAUL_STORAGE_ENDPOINT: cloudUrl,
        OUTHAUL_CREDENTIALS_FILE: join(data, 'service-account.json'),
        OUTHAUL_LOG_LEVEL: 'error',
      });
      await once(api, 'message');
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
      if (!answer.ok) throw new Error(`The service answered ${answer.status}.`);
      boots.push(performance.now() - startedAt);
    }
    await use(`http://127.0.0.1:${port}`, cloudUrl, boots);
  } finally {
    if (api) await end(api);
    await end(cloud);
  }
}

function start(file, args, env = {}) {
  return spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function end(child) {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

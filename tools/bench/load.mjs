import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldingProxy } from './holding-proxy.mjs';

export const name = 'load';
export const title = 'The service under load, beside the local cloud on the same processors';

const exports = 50;
const watchers = 2_000;
const perSecond = 500;
const seconds = 10;
const root = join(import.meta.dirname, '../..');

/** Watchers by SSE, status requests at a constant rate, and the memory that it takes. */
export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-load-'));
  const data = join(folder, 'cloud');
  const cloud = start('dist/libs/local-cloud/main.mjs', ['--port', '0', '--data', data], []);
  const [{ url: cloudUrl }] = await once(cloud, 'message');
  const proxy = await HoldingProxy.start(cloudUrl);
  const api = start('dist/apps/api/main.mjs', [], imageFlags(), {
    ...imageMemory(),
    PORT: '0',
    OUTHAUL_PROJECT: 'outhaul-local',
    OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
    OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
    OUTHAUL_BIGQUERY_ENDPOINT: proxy.url,
    OUTHAUL_STORAGE_ENDPOINT: proxy.url,
    OUTHAUL_CREDENTIALS_FILE: join(data, 'service-account.json'),
    OUTHAUL_AUTH: 'service-account',
  });
  const [{ port }] = await once(api, 'message');
  const url = `http://127.0.0.1:${port}`;
  const idle = residentMib(api.pid);
  try {
    const ids = await startExports(url);
    const crowd = watchAll(url, ids);
    await until(() => crowd.open === watchers, 'all watchers are connected');
    const watched = residentMib(api.pid);
    proxy.polls = [];
    await pause(5_000);
    const ours = [api.pid, cloud.pid, process.pid];
    const before = cpuMs(api.pid);
    const othersBefore = othersMs(ours);
    const beganAt = performance.now();
    const latencies = await askStatus(url, ids);
    const perRequest = (cpuMs(api.pid) - before) / latencies.length;
    const others = (othersMs(ours) - othersBefore) / (performance.now() - beganAt);
    const memory = residentMib(api.pid);
    const polls = proxy.mostPollsPerSecond();
    proxy.holds = false;
    await until(() => crowd.ended === watchers, 'all watchers have seen the end');
    report.limit(
      `watchers who have missed the end, of ${watchers}`,
      watchers - crowd.succeeded,
      0,
      '',
    );
    report.limit('most polls of one export within a second', polls, 1, '');
    report.limit(`resident memory with ${watchers} watchers`, memory, 200, 'MiB');
    report.limit(`${perSecond} status requests/s: p99`, percentile(latencies, 0.99), 50, 'ms');
    report.note(`${perSecond} status requests/s: p50`, percentile(latencies, 0.5), 'ms');
    report.note('events that the watchers have got', crowd.events, '');
    report.note('processor time per status request', perRequest, 'ms');
    report.note('processors kept from it by others meanwhile', others, '');
    report.note('resident memory before the first request', idle, 'MiB');
    report.note('with watchers, before status requests', watched, 'MiB');
    report.note('most memory that it ever had', peakMib(api.pid), 'MiB');
  } finally {
    proxy.stop();
    await end(api);
    await end(cloud);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startExports(url) {
  const ids = [];
  for (let index = 0; index < exports; index += 1) {
    const answer = await fetch(`${url}/api/v1/export`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        source: { type: 'table', dataset: 'samples', table: 'airports' },
        format: 'csv',
      }),
    });
    if (answer.status !== 202) throw new Error(`An export was refused: ${await answer.text()}`);
    ids.push((await answer.json()).id);
  }
  return ids;
}

/** Opens the streams; each watcher is one connection of its own. */
function watchAll(url, ids) {
  const crowd = { open: 0, events: 0, ended: 0, succeeded: 0 };
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  for (let index = 0; index < watchers; index += 1) {
    get(`${url}/api/v1/status/${ids[index % exports]}/events`, { agent }, (answer) => {
      let last = '';
      let isOpen = false;
      answer.setEncoding('utf8');
      answer.on('data', (text) => {
        crowd.events += text.split('\ndata: ').length - 1;
        last = (last + text).slice(-4_000);
        if (!isOpen && text.includes('data: ')) {
          isOpen = true;
          crowd.open += 1;
        }
      });
      answer.on('close', () => {
        crowd.ended += 1;
        if (/"outcome":\{"state":"succeeded"/.test(last)) crowd.succeeded += 1;
      });
    });
  }
  return crowd;
}

/** Sends at a constant rate; a latency counts from the moment at which its request was due. */
async function askStatus(url, ids) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies = [];
  const total = perSecond * seconds;
  const beganAt = performance.now();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - beganAt) / 1000) * perSecond));
    for (; sent < due; sent += 1) {
      const dueAt = beganAt + (sent / perSecond) * 1000;
      get(`${url}/api/v1/status/${ids[sent % exports]}`, { agent }, (answer) => {
        answer.resume();
        answer.on('end', () => {
          if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
          latencies.push(performance.now() - dueAt);
        });
      });
    }
    await pause(2);
  }
  await until(() => latencies.length === total, 'all status requests are answered');
  return latencies;
}

const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];

const fieldOf = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) /
  1024;
const residentMib = (pid) => fieldOf(pid, 'VmRSS');
const peakMib = (pid) => fieldOf(pid, 'VmHWM');

/** Processor time that a process has used; the kernel counts in hundredths of a second. */
function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Processor time of all processes but these, and what the machine's host has kept for others. */
function othersMs(pids) {
  const [user, nice, system, _idle, _waiting, _irq, _softIrq, stolen] = /^cpu +(.*)$/m
    .exec(readFileSync('/proc/stat', 'utf8'))[1]
    .split(' ')
    .map(Number);
  const all = (user + nice + system + stolen) * 10;
  return all - pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(isSo, what) {
  const giveUpAt = performance.now() + 120_000;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`It did not come to this: ${what}.`);
    await pause(20);
  }
}

/** What the image gives to Node. */
const imageFlags = () =>
  JSON.parse(/^CMD (.*)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))[1]).slice(0, -1);

/** The setting of malloc that the image has. */
const imageMemory = () => ({
  MALLOC_ARENA_MAX: /MALLOC_ARENA_MAX=(\d+)/.exec(
    readFileSync(join(root, 'Dockerfile'), 'utf8'),
  )[1],
});

function start(file, args, flags, env = {}) {
  return spawn(process.execPath, [...flags, join(root, file), ...args], {
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const name = 'auth';
export const title =
  'Cost of authentication on a warm request (500 requests each, one connection, medians of 5)';

const root = join(import.meta.dirname, '../..');
const requests = 500;
const rounds = 5;
const limitMs = 1;

/**
 * The service itself with its permissions enforced, against the local cloud. A warm request of somebody who is known is
 * held against the same process's route that asks for nobody; what is left is the cost of knowing them.
 */
export async function run(report) {
  const folder = mkdtempSync(join(tmpdir(), 'outhaul-bench-auth-'));
  const children = [];
  try {
    const cloud = await start(
      'dist/libs/local-cloud/main.mjs',
      [...['--port', '0', '--data', join(folder, 'data'), '--enforce', '--no-samples']],
      {},
      children,
    );
    const { clientId, clientSecret } = cloud.openIdClient;
    const api = await start(
      'dist/apps/api/main.mjs',
      [],
      {
        PORT: '0',
        OUTHAUL_PROJECT: 'outhaul-local',
        OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
        OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
        OUTHAUL_BIGQUERY_ENDPOINT: cloud.url,
        OUTHAUL_STORAGE_ENDPOINT: cloud.url,
        OUTHAUL_CREDENTIALS_FILE: join(folder, 'data/service-account.json'),
        OUTHAUL_CLIENT_IDS: 'outhaul-cli',
        OUTHAUL_TOKENINFO_ENDPOINT: `${cloud.url}/tokeninfo`,
        OUTHAUL_OIDC_ISSUER: cloud.url,
        OUTHAUL_OIDC_CLIENT_ID: clientId,
        OUTHAUL_OIDC_CLIENT_SECRET: clientSecret,
        OUTHAUL_OIDC_PARAMETERS: 'access_type=offline',
        OUTHAUL_SESSION_SECRETS: 'a session secret of the benchmark only',
        OUTHAUL_REQUESTS_PER_MINUTE: '0',
        OUTHAUL_LOG_LEVEL: 'warn',
      },
      children,
    );
    const port = api.port;
    const bearer = { Authorization: `Bearer ${await mint(cloud.url)}` };
    const cookie = { Cookie: await signIn(`http://127.0.0.1:${port}`) };
    const kinds = {
      nobody: () => timeEach(port, '/healthz', {}),
      bearer: () => timeEach(port, '/api/v1/me', bearer),
      cookie: () => timeEach(port, '/api/v1/me', cookie),
    };
    for (const warm of Object.values(kinds)) await warm();
    const times = { nobody: [], bearer: [], cookie: [] };
    for (let round = 0; round < rounds; round += 1)
      for (const [kind, measure] of Object.entries(kinds)) times[kind].push(await measure());
    report.note('a request that asks for nobody', median(times.nobody), 'ms');
    const over = (kind) => times[kind].map((ms, round) => Math.max(0, ms - times.nobody[round]));
    report.limit('more with an access token', over('bearer'), limitMs, 'ms');
    report.limit('more with the session cookie', over('cookie'), limitMs, 'ms');
  } finally {
    for (const child of children.reverse()) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];

async function start(file, args, env, children) {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  const [ready] = await once(child, 'message');
  return ready;
}

async function mint(cloudUrl) {
  const answer = await fetch(`${cloudUrl}/_local/tokens`, {
    method: 'POST',
    body: JSON.stringify({ email: 'exporter@outhaul.test' }),
    headers: { 'Content-Type': 'application/json' },
  });
  return (await answer.json()).access_token;
}

/** Signs in as a browser would, and answers the session's cookie. */
async function signIn(apiUrl) {
  const jar = new Map();
  let target = new URL('/auth/sign-in', apiUrl);
  let form;
  for (let hop = 0; hop < 12; hop += 1) {
    const answer = await fetch(target, {
      method: form ? 'POST' : 'GET',
      body: form,
      redirect: 'manual',
      headers: {
        Cookie: [...jar].map((pair) => pair.join('=')).join('; '),
        ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) jar.set(key, value);
      else jar.delete(key);
    }
    if (jar.has('outhaul-session')) return `outhaul-session=${jar.get('outhaul-session')}`;
    const location = answer.headers.get('location');
    form = location ? undefined : 'email=exporter%40outhaul.test';
    if (location) target = new URL(location, target);
    await answer.body?.cancel();
  }
  throw new Error('the sign-in did not come to an end');
}

/** Mean of many requests one after the other on one connection, ms. */
async function timeEach(port, path, headers) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const once = () =>
    new Promise((resolve, reject) =>
      request({ host: '127.0.0.1', port, path, headers, agent }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode}`));
        answer.resume().once('end', resolve);
      })
        .once('error', reject)
        .end(),
    );
  const startedAt = performance.now();
  for (let count = 0; count < requests; count += 1) await once();
  const ms = (performance.now() - startedAt) / requests;
  agent.destroy();
  return ms;
}

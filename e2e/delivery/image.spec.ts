import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess } from '../support/running-process.js';

const root = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'outhaul-image-'));
const app = join(folder, 'app');
let cloud: RunningProcess;
let port: number;
let service: ReturnType<typeof spawn>;
let output = '';

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, 'apps/api/stage-image.mjs'), app]);
  // As in the image: the program may not change itself.
  execFileSync('chmod', ['-R', 'a-w', app]);
  cloud = await RunningProcess.start('dist/libs/local-cloud/main.mjs', [
    '--port',
    '0',
    '--data',
    join(folder, 'data'),
  ]);
  service = spawn(process.execPath, ['main.mjs'], {
    cwd: app,
    // Nothing of this repository and none of its settings; as nobody where that is possible.
    env: {
      PORT: '0',
      OUTHAUL_PROJECT: 'outhaul-local',
      OUTHAUL_FILES_BUCKETS: 'outhaul-local-files',
      OUTHAUL_RECORDS_BUCKET: 'outhaul-local-records',
      OUTHAUL_AUTH: 'service-account',
      OUTHAUL_BIGQUERY_ENDPOINT: cloud.ready.url,
      OUTHAUL_STORAGE_ENDPOINT: cloud.ready.url,
      OUTHAUL_CREDENTIALS_FILE: join(folder, 'data/service-account.json'),
      OUTHAUL_CONSOLE_DIR: join(app, 'console'),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  service.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  service.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  port = await new Promise((resolve, reject) => {
    service.once('message', (ready) => resolve((ready as { port: number }).port));
    service.once('exit', () => reject(new Error(`it ended at its start:\n${output}`)));
  });
});
afterAll(async () => {
  service.kill('SIGTERM');
  await cloud.end();
  execFileSync('chmod', ['-R', 'u+w', app]);
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);

it('holds the bundle, the console and the licences, and nothing else', () => {
  expect(readdirSync(app).sort()).toEqual([
    'LICENSE',
    'console',
    'console.LEGAL.txt',
    'docs',
    'main.mjs',
    'main.mjs.LEGAL.txt',
  ]);
  const everything = readdirSync(app, { recursive: true, encoding: 'utf8' });
  expect(
    everything.filter((name) => /node_modules|\.map$|duckdb|\.node$|\.ts$/.test(name)),
  ).toEqual([]);
  const bytes = everything.reduce((sum, name) => sum + statSync(join(app, name)).size, 0);
  expect(bytes).toBeLessThan(25_000_000);
});

it('exports a table, with nothing but its own files', async () => {
  const answer = await ask('/api/v1/export', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      source: { type: 'table', dataset: 'samples', table: 'movies' },
      format: 'parquet',
      columns: [{ name: 'title' }],
    }),
  });
  const { id } = (await answer.json()) as { id: string };
  expect(answer.status).toBe(202);
  const events = await (await ask(`/api/v1/status/${id}/events`)).text();
  expect(events).toContain('"state":"succeeded"');
});

it('still checks what it is sent: no validator was lost in the bundle', async () => {
  const answer = await ask('/api/v1/export', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ source: { type: 'table' }, format: 'xml', colour: 'red' }),
  });
  const { faults } = (await answer.json()) as { faults: { field: string }[] };
  expect(answer.status).toBe(400);
  expect(faults.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['format', 'colour', 'source.dataset']),
  );
  expect((await ask('/api/v1/export?pageSize=none')).status).toBe(400);
});

it.each([
  ['/', 'text/html'],
  ['/api/docs/', 'text/html'],
  ['/api/docs/swagger-ui-bundle.js', 'text/javascript'],
  ['/api/openapi.json', 'application/json'],
  ['/api/health', 'application/json'],
])('serves %s', async (path, type) => {
  const answer = await ask(path);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining(type),
  ]);
});

it('tells which release it is', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(await (await ask('/healthz')).json()).toEqual({ status: 'alive', version });
  const told = spawnSync(process.execPath, ['main.mjs', '--version'], {
    cwd: app,
    encoding: 'utf8',
    env: {},
  });
  expect([told.status, told.stdout.trim()]).toEqual([0, version]);
});

it('writes nothing beside itself', () => {
  chmodSync(app, 0o755);
  expect(readdirSync(app)).toHaveLength(6);
});

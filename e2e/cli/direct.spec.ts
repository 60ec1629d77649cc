import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Export, type ExportRequest } from '@outhaul/api-client';
import { CutLine } from '../support/cut-line';
import { directSettings } from '../support/direct-settings';
import { LocalCloudProcess } from '../support/local-cloud';
import { OwnBucket } from '../support/own-bucket';
import { type Finished, runCli } from '../support/running-process';
import { whileJobsAreSlow } from '../support/slow-jobs';

/** The command without a service: there is the local cloud alone, which enforces permissions. */
const outhaul = join(__dirname, '../../apps/cli/bin/outhaul.mjs');
const project = 'outhaul-local';
const exporter = 'exporter@outhaul.test';

let cloud: LocalCloudProcess;
let bucket: OwnBucket;
let home: string;
let token: string;
let settings: Readonly<Record<string, string>>;
beforeAll(async () => {
  cloud = await LocalCloudProcess.start('--enforce', '--write-limit');
  bucket = await OwnBucket.make(cloud, 'emils-bucket', [`user:${exporter}`]);
  home = mkdtempSync(join(tmpdir(), 'outhaul-direct-'));
  settings = await directSettings(cloud.url, { bucket: bucket.name, email: exporter });
  token = settings['OUTHAUL_TOKEN'] ?? '';
});
afterAll(async () => {
  await cloud.stop();
  rmSync(home, { recursive: true, force: true });
});

const env = (more: Readonly<Record<string, string>> = {}) => ({
  HOME: home,
  XDG_CONFIG_HOME: join(home, 'config'),
  XDG_STATE_HOME: join(home, 'state'),
  NO_COLOR: '1',
  ...settings,
  ...more,
});
const direct = (...args: string[]): Promise<Finished> => runCli([...args, '--direct'], env());
const jobsPath = `/bigquery/v2/projects/${project}/jobs?allUsers=true`;
const lines = (text: string) => text.split('\n').filter(Boolean);

it('shows the catalog with nothing but credentials and a project', async () => {
  const bare = env({ OUTHAUL_BUCKET: '' });
  const datasets = await runCli(['datasets', '--direct'], bare);
  expect(datasets).toMatchObject({ code: 0, stdout: expect.stringContaining('samples') });
  expect((await direct('tables', 'samples')).stdout).toContain('samples.airports');
  expect((await direct('show', 'samples.airports')).stdout).toContain('iata');
  expect(lines((await direct('preview', 'samples.airports', '--rows', '3')).stdout)).toHaveLength(
    4,
  );
  const none = await runCli(['exports', '--direct'], bare);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('OUTHAUL_BUCKET') });
});

it.each([
  ['parquet', '.parquet', []],
  ['csv', '.csv', ['--single']],
])('exports a table as %s into a folder, and every byte is right', async (format, end, more) => {
  const folder = join(home, `airports-${format}`);
  const args = ['export', 'samples.airports', '-f', format, ...more, '--download', folder];
  expect(await direct(...args)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('3,376 rows in 1 file'),
  });
  expect(readdirSync(folder).filter((name) => name.endsWith(end))).toHaveLength(1);
  expect(await direct('verify', folder)).toMatchObject({ code: 0 });
});

it('shows the plan of a dry run, and makes nothing', async () => {
  const before = await bucket.names();
  const { code, stdout } = await direct('export', 'samples.orders', '-f', 'parquet', '--dry-run');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^engine +extract: /)]);
  expect(stdout).toContain(`gs://${bucket.name}/exports/`);
  expect(await bucket.names()).toEqual(before);
});

it('streams rows into a pipe', async () => {
  const { code, stdout } = await direct('export', 'samples.airports', '-f', 'csv', '-o', '-');
  expect([code, lines(stdout).length]).toEqual([0, 3_377]);
  expect(stdout).toMatch(/^iata,name,/);
});

it('exports a query’s answer', async () => {
  const query = 'SELECT iata, city FROM samples.airports WHERE state = "TX"';
  const { code, stdout } = await direct('export', '--query', query, '-f', 'jsonl', '-o', '-');
  expect([code, JSON.parse(lines(stdout)[0] ?? '')]).toEqual([0, expect.objectContaining({})]);
});

it('masks by a key of one’s own, writes spreadsheets, and compares fingerprints', async () => {
  const folder = join(home, 'masked');
  const args = [
    ...['export', 'samples.airports', '-f', 'xlsx', '--columns', 'iata,city'],
    ...['--mask', 'city=sha256', '--verify', 'fingerprint', '--download', folder],
  ];
  const keyed = env({ OUTHAUL_MASK_KEY: 'a-mask-key-of-thirty-two-letters' });
  expect(await runCli([...args, '--direct'], keyed)).toMatchObject({ code: 0 });
  expect(readdirSync(folder).filter((name) => name.endsWith('.xlsx'))).toHaveLength(1);
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({
    verified: { sourceFingerprint: expect.any(String) },
  });
  expect(manifest).not.toContain('a-mask-key');
  expect(await direct(...args)).toMatchObject({ code: 2 });
});

it('goes on with an export whose command was killed', async () => {
  const record = await whileJobsAreSlow(cloud.url, async () => {
    const child = spawn(
      process.execPath,
      [outhaul, 'export', 'samples.flights', '-f', 'csv', '--single', '--wait', '--direct'],
      { env: { PATH: process.env['PATH'], ...env() }, stdio: 'ignore' },
    );
    const found = await untilJobRuns(child);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    return found;
  });
  expect((await recordOf(record.id)).outcome).toBeUndefined();

  const watched = await direct('status', record.id, '--watch');
  expect(watched).toMatchObject({ code: 0, stderr: expect.stringContaining('✓ verify') });
  expect((await recordOf(record.id)).outcome).toMatchObject({ state: 'succeeded', files: 1 });
  const folder = join(home, 'flights');
  expect(await direct('download', record.id, folder)).toMatchObject({ code: 0 });
  expect(await direct('verify', folder)).toMatchObject({ code: 0 });
});

it('goes on when Google was away for a while', async () => {
  const line = await CutLine.lay(cloud.port);
  const away = { OUTHAUL_BIGQUERY_ENDPOINT: line.url, OUTHAUL_STORAGE_ENDPOINT: line.url };
  const child = spawn(
    process.execPath,
    [outhaul, 'export', 'samples.flights', '-f', 'csv', '--single', '--wait', '--direct'],
    {
      env: { PATH: process.env['PATH'], ...env(away) },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const { id } = await untilJobRuns(child);
  await line.cut();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await line.mend();
  expect([await ended, said]).toEqual([0, expect.stringContaining('verified')]);
  expect((await recordOf(id)).outcome).toMatchObject({ state: 'succeeded' });
  await line.cut();
});

it('lists, shows, cancels, retries and removes', async () => {
  const { started, cancelled, id } = await whileJobsAreSlow(cloud.url, async () => {
    const begun = await direct('export', 'samples.flights', '-f', 'csv', '--single');
    const its = begun.stdout.trim();
    return { started: begun, id: its, cancelled: await direct('cancel', its) };
  });
  expect(started.stderr).toContain(`outhaul status ${id} --watch --direct`);
  expect([cancelled.code, cancelled.stdout]).toEqual([0, `${id}  cancelled\n`]);
  expect((await bucket.names(`exports/${id}/`)).length).toBe(0);
  expect(await direct('retry', id)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('only a failed one'),
  });
  expect((await direct('exports', '--state', 'cancelled')).stdout).toContain(id);
  expect(await direct('status', id)).toMatchObject({ code: 0 });
  expect(await direct('rm', id)).toMatchObject({ code: 0 });
  for (const more of [[], ['--watch']])
    expect(await direct('status', id, ...more)).toMatchObject({ code: 3 });
});

it('goes on with nobody’s record but one’s own', async () => {
  const args = ['export', 'samples.airports', '-f', 'csv', '--wait'];
  const id = (await direct(...args)).stdout.trim();
  const elsewhere = { XDG_STATE_HOME: join(home, 'elsewhere') };
  const foreign = await runCli(['status', id, '--direct'], env(elsewhere));
  expect([foreign.code, foreign.stderr]).toEqual([4, expect.stringContaining('record.key')]);
  const key = readFileSync(join(home, 'state/outhaul/record.key'), 'utf8').trim();
  const taken = env({ ...elsewhere, OUTHAUL_RECORD_KEY: key });
  expect(await runCli(['status', id, '--watch', '--direct'], taken)).toMatchObject({ code: 0 });

  // Whoever may write in the bucket changes what would run as somebody else.
  const changed = JSON.stringify({ ...(await recordOf(id)), outcome: undefined });
  const name = encodeURIComponent(`outhaul-records/exports/${id}.json`);
  const upload = `/upload/storage/v1/b/${bucket.name}/o?uploadType=media&name=${name}`;
  await bucket.call('POST', upload, changed);
  const jobs = async () => (await bucket.call('GET', jobsPath)).text();
  const before = await jobs();
  for (const more of [[], ['--watch']])
    expect(await direct('status', id, ...more)).toMatchObject({
      stderr: expect.stringContaining('somebody has changed it'),
    });
  expect(await jobs()).toBe(before);
});

it('cancels on the first Ctrl-C', () =>
  whileJobsAreSlow(cloud.url, async () => {
    const child = spawn(
      process.execPath,
      [outhaul, 'export', 'samples.flights', '-f', 'csv', '--single', '--wait', '--direct'],
      { env: { PATH: process.env['PATH'], ...env() }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const { id } = await untilJobRuns(child);
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, said]).toEqual([130, expect.stringContaining('was cancelled')]);
    expect((await recordOf(id)).outcome).toMatchObject({ state: 'cancelled' });
  }));

it('refuses what Google refuses, with the command that mends it', async () => {
  const table = await direct('export', 'restricted.salaries', '-f', 'csv');
  expect([table.code, table.stderr]).toEqual([
    4,
    expect.stringMatching(/You lack bigquery\.tables\.getData .*\n {2}bq add-iam-policy-binding/),
  ]);
  const other = await OwnBucket.make(cloud, 'adas-bucket', ['user:admin@outhaul.test']);
  const args = ['export', 'samples.airports', '-f', 'csv', '--wait', '--bucket', other.name];
  const refused = await direct(...args);
  expect([refused.code, refused.stderr]).toEqual([
    4,
    expect.stringContaining('storage.objects.create'),
  ]);
  expect(await direct('doctor', '--bucket', other.name)).toMatchObject({ code: 1 });
  // The mend is what it says: the same command works after it.
  const mends = [...refused.stderr.matchAll(/--member='([^']+)' --role='([^']+)'/g)];
  expect(mends.length).toBeGreaterThan(0);
  await other.grant(...mends.map(([, member = '', role = '']) => ({ role, members: [member] })));
  expect(await direct(...args)).toMatchObject({ code: 0 });
  expect(await direct('doctor', '--bucket', other.name)).toMatchObject({ code: 0 });
  expect(await direct('exports', '--bucket', 'no-such-bucket')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('gcloud storage buckets create'),
  });
});

it('says who one is, and by which credentials', async () => {
  const file = join(cloud.dataDir, 'service-account.json');
  const fromFile = env({ OUTHAUL_TOKEN: '', OUTHAUL_PROJECT: '' });
  const byFile = await runCli(['whoami', '--direct'], {
    ...fromFile,
    GOOGLE_APPLICATION_CREDENTIALS: file,
  });
  expect([byFile.code, byFile.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^outhaul-service@.*\nby Application Default Credentials .*\n.*outhaul-local/,
    ),
  ]);
  const fake = join(home, 'gcloud');
  writeFileSync(fake, `#!/bin/sh\necho ${token}\n`);
  chmodSync(fake, 0o700);
  const byGcloud = await runCli(['whoami', '--direct'], {
    ...env({ OUTHAUL_TOKEN: '' }),
    PATH: `${home}:/bin:/usr/bin`,
  });
  expect(byGcloud.stdout).toMatch(/^exporter@outhaul\.test\nby gcloud\n/);
  rmSync(fake);
  const nobody = await runCli(['whoami', '--direct'], {
    ...env({ OUTHAUL_TOKEN: '' }),
    PATH: '/bin',
  });
  expect([nobody.code, nobody.stderr]).toEqual([
    4,
    expect.stringContaining('gcloud auth application-default login'),
  ]);
});

it('says why there is no access review, activity, audit or login, and what there is', async () => {
  const auditFile = join(home, 'state/outhaul/audit.jsonl');
  const expected: [string[], string][] = [
    [['access', 'review'], '--server URL'],
    [['activity'], auditFile],
    [['audit', 'verify'], auditFile],
    [['login'], 'gcloud auth application-default login'],
    [['logout'], 'gcloud auth application-default'],
  ];
  for (const [args, mend] of expected)
    expect(await direct(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(mend),
    });
});

it('notes each decision as a line that only this user may read', async () => {
  const file = join(home, 'state/outhaul/audit.jsonl');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const events = lines(readFileSync(file, 'utf8')).map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  expect(events).toContainEqual(
    expect.objectContaining({ who: exporter, action: 'export.start', decision: 'allow' }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ action: 'export.start', decision: 'deny' }),
  );
  expect(readFileSync(file, 'utf8')).not.toContain(token);
});

it('is switched on by a setting, or by the environment; --server goes before both', async () => {
  const others = env({
    XDG_CONFIG_HOME: join(home, 'other'),
    OUTHAUL_PROJECT: '',
    OUTHAUL_BUCKET: '',
  });
  const run = (...args: string[]) => runCli(args, others);
  for (const [name, value] of [
    ['direct', 'on'],
    ['project', project],
    ['bucket', `gs://${bucket.name}`],
  ])
    expect(await run('config', name ?? '', value ?? '')).toMatchObject({ code: 0 });
  expect(await run('exports')).toMatchObject({ code: 0 });
  expect(await run('exports', '--server', 'http://127.0.0.1:1')).toMatchObject({ code: 6 });
  expect(await run('exports', '--server', 'http://x', '--direct')).toMatchObject({ code: 2 });
  const byEnvironment = await runCli(
    ['exports'],
    env({ OUTHAUL_DIRECT: '1', OUTHAUL_SERVER: 'http://127.0.0.1:1' }),
  );
  expect(byEnvironment).toMatchObject({ code: 0 });
  expect(await runCli(['exports', '--bucket', 'b'], env())).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--bucket goes with --direct'),
  });
});

it('never sends credentials over a line that others can read', async () => {
  const seen = join(home, 'asked');
  const fake = join(home, 'gcloud');
  writeFileSync(fake, `#!/bin/sh\ntouch "${seen}"\necho token\n`);
  chmodSync(fake, 0o700);
  const open = env({ OUTHAUL_TOKEN: '', OUTHAUL_STORAGE_ENDPOINT: 'http://storage.invalid' });
  const { code } = await runCli(['exports', '--direct'], { ...open, PATH: `${home}:/bin` });
  expect([code, existsSync(seen)]).toEqual([2, false]);
  rmSync(fake);
});

type RecordLike = Pick<Export, 'id' | 'steps' | 'outcome'> & { readonly request: ExportRequest };

async function recordOf(id: string): Promise<RecordLike> {
  const name = encodeURIComponent(`outhaul-records/exports/${id}.json`);
  const answer = await bucket.call('GET', `/storage/v1/b/${bucket.name}/o/${name}?alt=media`);
  return (await answer.json()) as RecordLike;
}

/** The newest export's record, once BigQuery works for it. */
async function untilJobRuns(child: ChildProcess): Promise<RecordLike> {
  const known = new Set(await bucket.names('outhaul-records/exports/'));
  for (let tries = 0; tries < 2_000 && child.exitCode === null; tries += 1) {
    const fresh = (await bucket.names('outhaul-records/exports/')).find((name) => !known.has(name));
    const id = /exports\/(x\w+)\.json$/.exec(fresh ?? '')?.[1];
    const record = id === undefined ? undefined : await recordOf(id);
    if (record?.steps.some(({ state }) => state === 'running')) return record;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('no job of a new export was seen');
}

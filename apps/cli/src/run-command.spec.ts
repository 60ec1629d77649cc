import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from './config.js';
import { runCommand } from './run-command.js';
import { useFakeService } from './testing/fake-service.js';

const { answers, written, run } = useFakeService();

it('prints a list as a table, or as JSON', async () => {
  answers['GET /api/v1/datasets'] = [
    200,
    { items: [{ project: 'p', dataset: 'samples', location: 'US' }] },
  ];
  expect(await run('datasets')).toBe(0);
  expect(written.stdout).toBe('DATASET  LOCATION  PROJECT\nsamples  US        p\n');
  written.stdout = '';
  expect(await run('datasets', '--json')).toBe(0);
  expect(JSON.parse(written.stdout)).toEqual([
    { project: 'p', dataset: 'samples', location: 'US' },
  ]);
});

it('says whose exports they are when those of others are asked for, and that there are more', async () => {
  const item = { id: 'x1', owner: 'a@b', state: 'failed', source: 'd.t', format: 'csv' };
  answers['GET /api/v1/export'] = [
    200,
    { items: [{ ...item, createdAt: '2026-01-02T03:04:05Z' }], nextPageToken: 'n' },
  ];
  expect(await run('exports', '--limit', '1')).toBe(0);
  expect(written.stdout).not.toContain('a@b');
  expect(written.stderr).toContain('there are more: --limit N');
  expect(await run('exports', '--owner', 'all', '--limit', '1')).toBe(0);
  expect(written.stdout).toMatch(/x1 +a@b +failed/);
});

it.each([
  [404, 3],
  [403, 4],
  [401, 4],
  [400, 2],
  [500, 1],
])(
  'answers a refusal of %d with exit code %d, its detail and its mend',
  async (status, exitCode) => {
    answers['GET /api/v1/status/x'] = [
      status,
      { code: 'c', detail: 'It is not there.', fix: 'Look elsewhere.', status, requestId: 'req-9' },
    ];
    expect(await run('status', 'x')).toBe(exitCode);
    expect(written.stderr).toBe('✗ It is not there.\n  Look elsewhere.\n  (request req-9)\n');
  },
);

it('says how to reach a service when none answers', async () => {
  expect(await run('datasets', '--server', 'http://127.0.0.1:1')).toBe(6);
  expect(written.stderr).toContain('No Outhaul answers at http://127.0.0.1:1.');
});

it('says so for a download, too', async () => {
  expect(await run('download', 'x', '--server', 'http://127.0.0.1:1')).toBe(6);
  answers['GET /api/v1/download/x'] = [
    409,
    { code: 'c', detail: 'It has not ended.', status: 409 },
  ];
  expect(await run('download', 'x')).toBe(2);
  expect(written.stderr).toContain('It has not ended.');
});

it('suggests the command that was meant', async () => {
  expect(await run('exprot')).toBe(2);
  expect(written.stderr).toContain('Did you mean export?');
});

describe('config', () => {
  const home = mkdtempSync(join(tmpdir(), 'outhaul-config-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const config = () => parseConfig({ XDG_CONFIG_HOME: home });

  it('keeps the server for later commands, readable by its owner only', async () => {
    expect(await runCommand(['config', 'server', 'https://outhaul.test/'], config(), '1')).toBe(0);
    expect(config().server).toBe('https://outhaul.test');
    expect(statSync(config().settingsFile ?? '').mode & 0o777).toBe(0o600);
    expect(parseConfig({ XDG_CONFIG_HOME: home, OUTHAUL_SERVER: 'http://x' }).server).toBe(
      'http://x',
    );
    expect(await runCommand(['config', 'server', '--unset'], config(), '1')).toBe(0);
    expect(config().server).toBe('http://127.0.0.1:8080');
  });

  it('refuses what is no setting and no address', async () => {
    expect(await runCommand(['config', 'sever', 'x'], config(), '1')).toBe(2);
    expect(written.stderr).toContain('There is: server');
    expect(await runCommand(['config', 'server', 'ftp://x'], config(), '1')).toBe(2);
  });
});

it('checks the service and the caller', async () => {
  answers['GET /readyz'] = [200, {}];
  answers['GET /api/v1/me'] = [200, { email: 'a@b', permissions: ['exports.create'] }];
  answers['GET /api/v1/datasets'] = [200, { items: [{ dataset: 'd' }] }];
  expect(await run('doctor')).toBe(0);
  expect(written.stdout).toMatch(/✓ who you are: a@b, may export\n✓ the catalog: 1 dataset\n/);
  answers['GET /api/v1/me'] = [200, { email: 'a@b', permissions: [] }];
  expect(await run('doctor')).toBe(1);
  expect(written.stdout).toContain('✗ who you are: a@b may not export');
});

it.each(['bash', 'zsh', 'fish'])('completes every command for %s', async (shell) => {
  expect(await run('completion', shell)).toBe(0);
  for (const word of ['export', 'verify', 'doctor', 'max-cost', 'jsonl'])
    expect(written.stdout).toContain(word);
  const lineOf = (command: string, word: string) =>
    new RegExp(String.raw`\b${command}\b.*\b${word}\b`);
  expect(written.stdout).toMatch(lineOf('access', 'review'));
  expect(written.stdout).toMatch(lineOf('config', 'server direct project bucket'));
});

it('refuses a shell it does not know', async () => {
  expect(await run('completion', 'tcsh')).toBe(2);
});

describe('access review', () => {
  const grant = {
    resource: { kind: 'dataset', project: 'p', dataset: 'd' },
    role: 'roles/bigquery.dataViewer',
    member: 'user:=cmd@x.test',
    gives: ['read data'],
    unused: true,
    removeBy: 'bq remove-iam-policy-binding, then wait',
  };
  beforeEach(() => {
    const used = {
      ...grant,
      member: 'user:b@x.test',
      unused: false,
      lastExportAt: '2026-01-02T03:04:05Z',
    };
    answers['GET /api/v1/access'] = [
      200,
      { grants: [grant, used], unread: [{ kind: 'bucket', bucket: 'b' }] },
    ];
  });

  it('shows who may what, and says what could not be reviewed', async () => {
    expect(await run('access', 'review')).toBe(0);
    expect(written.stdout).toMatch(/p\.d +user:b@x\.test .*2026-01-02 03:04:05 +no/);
    expect(written.stderr).toContain('gs://b may not be read by you');
    expect(written.stderr).toContain('1 of 2 unused for 90 days');
  });

  it('writes CSV, and one JSON document a grant', async () => {
    expect(await run('access', 'review', '--unused', '--csv')).toBe(0);
    expect(written.stdout.split('\n').slice(1)).toEqual([
      'p.d,user:=cmd@x.test,roles/bigquery.dataViewer,read data,never,yes,"bq remove-iam-policy-binding, then wait"',
      '',
    ]);
    written.stdout = '';
    expect(await run('access', 'review', '--unused', '--json')).toBe(0);
    expect(JSON.parse(written.stdout)).toEqual(grant);
  });
});

it('exports a dataset as a set, waits for it, and names the tables that failed', async () => {
  const table = (name: string, state: string) => ({
    table: { project: 'p', dataset: 'd', table: name },
    exportId: `x-${name}`,
    kind: 'table',
    state,
    ...(state === 'failed' ? { error: { code: 'c', message: 'It is too wide.' } } : {}),
  });
  const set = {
    id: 's1',
    state: 'partial',
    totals: { tables: 2, succeeded: 1, failed: 1, rows: 0, files: 0, bytes: 0 },
    tables: [table('a', 'succeeded'), table('b', 'failed')],
  };
  answers['POST /api/v1/export-sets'] = [202, set];
  answers['GET /api/v1/export-sets/s1'] = [200, { ...set, outcome: { state: 'partial' } }];
  expect(await run('export', '--dataset', 'd', '-f', 'csv')).toBe(0);
  expect(written.stdout).toBe('s1\n');
  expect(await run('export', '--dataset', 'd', '-f', 'csv', '--wait')).toBe(1);
  expect(written.stderr).toContain('✗ d.b: It is too wide.');
  expect(written.stderr).toContain('1 of 2 tables are there');
  for (const args of [
    ['d.a', '--dataset', 'd'],
    ['d.a', 'd.b', '--pattern', 'x*'],
    ['d.a', '--concurrency', '2'],
    ['d.a', 'd.b', '-o', '-'],
    ['d.a', 'd.b', '--partition', '20260101'],
  ])
    expect(await run('export', ...args, '-f', 'csv')).toBe(2);
});

it('has an example in the help of every command', async () => {
  const { makeProgram } = await import('./program.js');
  const { commands } = makeProgram(parseConfig({ XDG_CONFIG_HOME: '/nowhere' }), '1');
  const names = commands.map((command) => command.name()).filter((name) => name !== 'local');
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    written.stdout = '';
    expect(await run(name, '--help')).toBe(0);
    expect(written.stdout).toMatch(new RegExp(`Example:\\n {2}.*outhaul ${name}`));
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsWithSchema, schemaFaults } from '../support/command-schemas.js';
import { directSettings } from '../support/direct-settings.js';
import { type Finished, runCli } from '../support/running-process.js';
import { whileJobsAreSlow } from '../support/slow-jobs.js';
import { localSigningKey, WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
let home: string;
let id = '';
/** Every command whose output has been held against its schema. */
const tried = new Set<string>();
beforeAll(async () => {
  system = await WholeSystem.start({ OUTHAUL_SIGNING_KEY_VERSION: localSigningKey });
  home = mkdtempSync(join(tmpdir(), 'outhaul-json-'));
  ({ id } = await system.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'parquet',
  }));
  await system.untilEnded(id);
});
afterAll(async () => {
  await system?.stop();
  rmSync(home, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<Finished> =>
  runCli([...args, '--json'], {
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    OUTHAUL_SERVER: system.url,
  });

/** The same without the service: the command works by itself. */
const direct = async (...args: string[]): Promise<Finished> =>
  runCli([...args, '--json', '--direct'], {
    HOME: home,
    ...(await directSettings(system.cloudUrl)),
  });

type Call = [string, () => readonly string[]];

/** What there is with a service and without one. */
const everywhere: Call[] = [
  ['datasets', () => ['datasets']],
  ['tables', () => ['tables', 'samples']],
  ['show', () => ['show', 'samples.orders']],
  ['preview', () => ['preview', 'samples.airports', '--rows', '3']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv', '--dry-run']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv', '--download', join(home, 'e')]],
  ['export', () => ['export', '--dataset', 'samples', '-f', 'parquet', '--dry-run']],
  [
    'export',
    () => [
      ...['export', '--dataset', 'samples', '--pattern', 'airp*', '-f', 'csv'],
      ...['--download', join(home, 'set')],
    ],
  ],
  ['exports', () => ['exports']],
  ['export', () => ['export', 'samples.airports', '-f', 'csv', '--wait']],
  ['status', () => ['status', id]],
  ['status', () => ['status', id, '--watch']],
  ['download', () => ['download', id, join(home, 'files')]],
  ['verify', () => ['verify', join(home, 'files')]],
  ['doctor', () => ['doctor']],
  ['config', () => ['config']],
  ['whoami', () => ['whoami']],
];

const atService: Call[] = [
  ['activity', () => ['activity', '--limit', '5']],
  ['audit', () => ['audit', 'verify']],
  ['signing-key', () => ['signing-key']],
  ['logout', () => ['logout']],
];

it.each([...everywhere, ...atService])('writes of %s what its schema says', async (name, args) => {
  const { code, stdout, stderr } = await cli(...args());
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(schemaFaults(name, stdout)).toEqual([]);
  tried.add(name);
});

describe('without a service', () => {
  beforeAll(async () => {
    const { stdout } = await direct('export', 'samples.airports', '-f', 'parquet', '--wait');
    ({ id } = JSON.parse(stdout) as { id: string });
    for (const folder of ['files', 'e', 'set'])
      rmSync(join(home, folder), { recursive: true, force: true });
  });

  it.each(everywhere)('writes of %s what its schema says', async (name, args) => {
    const { code, stdout, stderr } = await direct(...args());
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(schemaFaults(name, stdout)).toEqual([]);
  });

  it('writes of cancel and rm what their schemas say, and failures in JSON', async () => {
    const begun = await whileJobsAreSlow(system.cloudUrl, async () => {
      const started = await direct('export', 'samples.flights', '-f', 'csv');
      const { id: its } = JSON.parse(started.stdout) as { id: string };
      expect(schemaFaults('cancel', (await direct('cancel', its)).stdout)).toEqual([]);
      return its;
    });
    expect(schemaFaults('rm', (await direct('rm', begun)).stdout)).toEqual([]);
    const failed = await direct('status', begun);
    expect([failed.code, schemaFaults('failure', failed.stderr)]).toEqual([3, []]);
    expect(schemaFaults('failure', (await direct('activity')).stderr)).toEqual([]);
  });
});

it('writes of rm what its schema says', async () => {
  const { id: done } = await system.startExport({
    source: { type: 'table', dataset: 'samples', table: 'airports' },
    format: 'csv',
  });
  await system.untilEnded(done);
  expect(schemaFaults('rm', (await cli('rm', done)).stdout)).toEqual([]);
  tried.add('rm');
});

it('writes of cancel and retry what their schemas say', () =>
  whileJobsAreSlow(system.cloudUrl, async () => {
    const started = await system.startExport({
      source: { type: 'table', dataset: 'samples', table: 'flights' },
      format: 'csv',
    });
    const cancelled = await cli('cancel', started.id);
    expect([cancelled.code, schemaFaults('cancel', cancelled.stdout)]).toEqual([0, []]);
    const retried = await cli('retry', started.id);
    expect(schemaFaults('failure', retried.stderr)).toEqual([]);
    ['cancel', 'retry'].forEach((name) => tried.add(name));
  }));

it.each([
  ['show', 'samples.nothing'],
  ['status', '../x'],
  ['download', 'unknown'],
  ['verify', '/nowhere'],
  ['export', 'not a table', '-f', 'csv'],
])('tells the failure of %s %s in JSON, on standard error only', async (...args) => {
  const { code, stdout, stderr } = await cli(...args);
  expect([code === 0, stdout]).toEqual([false, '']);
  expect(schemaFaults('failure', stderr)).toEqual([]);
});

it('has a schema for every command that there is', async () => {
  const { stdout } = await runCli(['--help'], {});
  const listed = [...stdout.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*)\b.*/gm)].map(
    ([, name]) => name ?? '',
  );
  expect(listed.length).toBeGreaterThan(15);
  const withoutDocuments = ['completion', 'local', 'help'];
  const missing = listed.filter(
    (name) => !withoutDocuments.includes(name) && !commandsWithSchema.includes(name),
  );
  expect(missing).toEqual([]);
  // The first two need people: login.spec.ts.
  const elsewhere = ['login', 'access', 'failure', 'exportOrSet'];
  expect(
    commandsWithSchema.filter((name) => !tried.has(name) && !elsewhere.includes(name)),
  ).toEqual([]);
});

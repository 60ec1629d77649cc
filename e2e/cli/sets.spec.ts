import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ExportSet } from '@outhaul/api-client';
import { schemaFaults } from '../support/command-schemas.js';
import { directSettings } from '../support/direct-settings.js';
import { runCli } from '../support/running-process.js';
import { whileJobsAreSlow } from '../support/slow-jobs.js';
import { WholeSystem } from '../support/whole-system.js';

const outhaul = join(__dirname, '../../apps/cli/bin/outhaul.mjs');

let system: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.start();
});
afterAll(() => system.stop());

const cli = (...args: string[]) => system.cli(...args);
const setOf = (text: string) => JSON.parse(text.split('\n')[0] ?? '') as ExportSet;

it('exports a list of tables at one instant, each into a folder of its own', async () => {
  const folder = join(system.folder, 'list');
  const tables = ['samples.airports', 'samples.orders'];
  const done = await cli('export', ...tables, '-f', 'jsonl', '--download', folder);
  expect(done).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('✓ samples.airports: 3,376 rows in 1 file'),
  });
  expect(readdirSync(join(folder, 'samples')).sort()).toEqual(['airports', 'orders']);
  for (const table of ['airports', 'orders'])
    expect(await cli('verify', join(folder, 'samples', table))).toMatchObject({ code: 0 });
});

it('shows what a pattern would export, and what that costs, and runs nothing', async () => {
  const before = (await cli('exports', '--sets', '--json')).stdout;
  const dataset = 'outhaul-local.samples';
  const args = ['export', '--dataset', dataset, '--pattern', 'air*', '-f', 'csv', '--dry-run'];
  const { code, stdout } = await cli(...args);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^tables +1\n/)]);
  expect(stdout).toMatch(/cost +free\n/);
  expect(stdout).toContain('  samples.airports  extract  3,376 rows');
  expect((await cli('exports', '--sets', '--json')).stdout).toBe(before);
});

it('lists, shows, downloads and removes a set by its id', async () => {
  const args = ['--dataset', 'samples', '--pattern', 'airports', '-f', 'csv', '--wait', '--json'];
  const { id } = setOf((await cli('export', ...args)).stdout);
  const listed = await cli('exports', '--sets', '--json');
  expect([schemaFaults('exports', listed.stdout), listed.stdout]).toEqual([
    [],
    expect.stringContaining(id),
  ]);
  expect((await cli('exports', '--sets')).stdout).toMatch(
    new RegExp(`${id} +succeeded +samples\\.airports +csv +1/1`),
  );
  const members = JSON.parse((await cli('exports', '--set', id, '--json')).stdout) as object[];
  expect(members).toMatchObject([{ set: id, source: 'samples.airports' }]);
  for (const more of [[], ['--watch']]) {
    const shown = await cli('status', id, ...more, '--json');
    expect([shown.code, schemaFaults('status', shown.stdout)]).toEqual([0, []]);
  }
  expect((await cli('status', id)).stdout).toContain('✓ samples.airports: 3,376 rows');
  const folder = join(system.folder, 'by-id');
  expect(await cli('download', id, folder)).toMatchObject({ code: 0 });
  expect(await cli('verify', join(folder, 'samples/airports'))).toMatchObject({ code: 0 });
  const removed = await cli('rm', id, '--json');
  expect([removed.code, schemaFaults('rm', removed.stdout)]).toEqual([0, []]);
  expect(await cli('status', id)).toMatchObject({ code: 3 });
});

it('cancels a set by its id, and takes up again what failed of one', async () => {
  const { id, cancelled } = await whileJobsAreSlow(system.cloudUrl, async () => {
    const begun = setOf(
      (await cli('export', '--dataset', 'samples', '-f', 'csv', '--json')).stdout,
    );
    return { id: begun.id, cancelled: await cli('cancel', begun.id, '--json') };
  });
  expect([cancelled.code, schemaFaults('cancel', cancelled.stdout)]).toEqual([0, []]);
  expect(await cli('status', id, '--watch')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('was cancelled'),
  });
  // Nested columns do not go into CSV: some of the samples are refused.
  const partial = await cli('export', 'samples.airports', 'samples.orders', '-f', 'csv', '--wait');
  expect([partial.code, partial.stderr]).toEqual([
    1,
    expect.stringMatching(/✗ samples\.orders: .*\n[^]*1 of 2 tables are there/),
  ]);
  const [, failed = ''] = /outhaul retry (s\w+)/.exec(partial.stderr) ?? [];
  const retried = await cli('retry', failed, '--json');
  expect([retried.code, schemaFaults('retry', retried.stdout)]).toEqual([0, []]);
});

/** Begins a set that waits, and answers when it stands. */
async function beginWaiting() {
  const args = ['export', '--dataset', 'samples', '--exclude', 'orders', '-f', 'parquet', '--wait'];
  const known = new Set((await sets()).map(({ id }) => id));
  const child = spawn(process.execPath, [outhaul, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: system.folder,
      OUTHAUL_SERVER: system.url,
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let id: string | undefined;
  while (id === undefined && child.exitCode === null)
    id = (await sets()).find((each) => !known.has(each.id))?.id;
  return { child, ended, id: id ?? '', said: () => said };
}

const sets = async () => (await system.client.GET('/api/v1/export-sets')).data?.items ?? [];
const stateOf = async (id: string) =>
  (await system.client.GET('/api/v1/export-sets/{id}', { params: { path: { id } } })).data?.state;

it('cancels the set on the first Ctrl-C', () =>
  whileJobsAreSlow(system.cloudUrl, async () => {
    const { child, ended, id, said } = await beginWaiting();
    child.kill('SIGINT');
    expect([await ended, said()]).toEqual([130, expect.stringContaining(`${id} was cancelled`)]);
    expect(said().match(/Cancelling the set/g)).toHaveLength(1);
    expect(await stateOf(id)).toBe('cancelled');
  }));

it('ends at once on the second', () =>
  whileJobsAreSlow(system.cloudUrl, async () => {
    const { child, ended, said } = await beginWaiting();
    child.kill('SIGINT');
    while (!said().includes('Cancelling')) await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGINT');
    expect([await ended, said()]).toEqual([130, expect.not.stringContaining('was cancelled')]);
  }));

it('does the same without a service', async () => {
  const folder = join(system.folder, 'direct');
  const env = {
    HOME: system.folder,
    OUTHAUL_DIRECT: '1',
    ...(await directSettings(system.cloudUrl)),
  };
  const tables = ['samples.airports', 'samples.orders'];
  const done = await runCli(['export', ...tables, '-f', 'avro', '--download', folder], env);
  expect([done.code, done.stderr]).toEqual([0, expect.stringContaining('✓ samples.orders')]);
  const [, begun = ''] = /(s\w{19})/.exec(
    (await runCli(['export', ...tables, '-f', 'avro'], env)).stdout,
  ) ?? [''];
  expect(await runCli(['status', begun, '--watch'], env)).toMatchObject({ code: 0 });
  expect(await runCli(['rm', begun], env)).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
});

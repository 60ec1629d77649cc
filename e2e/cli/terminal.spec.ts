import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directSettings } from '../support/direct-settings.js';
import { whileJobsAreSlow } from '../support/slow-jobs.js';
import { WholeSystem } from '../support/whole-system.js';

const root = join(__dirname, '../..');
const outhaul = join(root, 'apps/cli/bin/outhaul.mjs');

let system: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.start();
});
afterAll(() => system.stop());

const environment = () => ({
  PATH: process.env['PATH'],
  HOME: system.folder,
  OUTHAUL_SERVER: system.url,
  NO_COLOR: '1',
});

it('streams rows into a pipe, and nothing else', async () => {
  const finished = await system.cli('export', 'samples.airports', '-f', 'csv', '-o', '-');
  expect(finished.code).toBe(0);
  const lines = finished.stdout.split('\n');
  expect(lines[0]).toBe('iata,name,city,state,country,latitude,longitude');
  expect(lines.filter(Boolean)).toHaveLength(3_377);
});

it('ends quietly when the reader has had enough', () => {
  const { status, stdout, stderr } = spawnSync(
    'sh',
    [
      '-c',
      `"${process.execPath}" "${outhaul}" export samples.flights -f jsonl -o - --quiet | head -n 1`,
    ],
    { encoding: 'utf8', env: environment() },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toHaveProperty('origin');
});

it('finds an altered byte in a downloaded folder', async () => {
  const folder = join(system.folder, 'airports');
  await system.cli('export', 'samples.airports', '-f', 'parquet', '--download', folder);
  expect(await system.cli('verify', folder)).toMatchObject({ code: 0 });
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.parquet')) ?? '');
  const content = readFileSync(file);
  content[1_000] = (content[1_000] ?? 0) ^ 1;
  writeFileSync(file, content);
  expect(await system.cli('verify', folder)).toMatchObject({
    code: 5,
    stdout: expect.stringContaining('CRC32C'),
  });
});

it('exports into the same folder again, and replaces what is there when it is told to', async () => {
  const place = { cwd: system.folder, env: environment(), encoding: 'utf8' as const };
  const run = (...more: string[]) =>
    spawnSync(
      process.execPath,
      [outhaul, 'export', 'samples.movies', '-f', 'csv', '--download', 'again dir', ...more],
      place,
    );
  expect(run().status).toBe(0);
  const { status, stderr } = run('--quiet');
  expect([status, stderr]).toEqual([5, expect.stringContaining('manifest.json exists')]);
  const [, mend = ''] = /Replace what is there: outhaul (.*)\n/.exec(stderr) ?? [];
  expect(mend).toMatch(/^download x\w+ 'again dir' --overwrite$/);
  const mended = spawnSync('sh', ['-c', `"${process.execPath}" "${outhaul}" ${mend}`], place);
  expect(mended.status).toBe(0);
  expect(run('--overwrite', '--quiet')).toMatchObject({ status: 0, stderr: '' });
});

it('goes on when nobody reads its progress any more', () => {
  const told = spawnSync(
    'sh',
    [
      '-c',
      `{ "${process.execPath}" "${outhaul}" export samples.airports -f csv --download unread 2>&1 >/dev/null; echo $? >code; } | head -n 1`,
    ],
    { cwd: system.folder, encoding: 'utf8', env: environment() },
  );
  expect(told.stdout.split('\n')).toHaveLength(2);
  expect(readFileSync(join(system.folder, 'code'), 'utf8')).toBe('0\n');
  expect(readdirSync(join(system.folder, 'unread'))).toContain('manifest.json');
});

it('says when standard output cannot be written', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${outhaul}" datasets > /dev/full`],
    { encoding: 'utf8', env: environment() },
  );
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^✗ Standard output cannot be/)]);
});

it('shows how the local cloud is started when an option is wrong', async () => {
  const { code, stderr } = await system.cli('local', '--prot', '1');
  expect([code, stderr]).toEqual([2, expect.stringContaining('outhaul local load FILE')]);
  expect(stderr).not.toContain('    at ');
});

it('finds everything in order', async () => {
  const { code, stdout } = await system.cli('doctor');
  expect(stdout).toContain('may export');
  expect(code).toBe(0);
});

it('cancels the export on the first Ctrl-C', () =>
  whileJobsAreSlow(system.cloudUrl, async () => {
    const child = spawn(
      process.execPath,
      [outhaul, 'export', 'samples.flights', '-f', 'csv', '--wait', '--json'],
      { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    let id = '';
    while (id === '') {
      const { data } = await system.client.GET('/api/v1/export', {
        params: { query: { state: 'running' } },
      });
      id = data?.items.find(({ format }) => format === 'csv')?.id ?? '';
    }
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, said]).toEqual([130, expect.stringContaining('was cancelled')]);
    expect((await system.untilEnded(id)).outcome?.state).toBe('cancelled');
  }));

/** The guide on a pseudo-terminal: keys are pressed when a question is on the screen. */
function onTerminal(folder: string, flag: string, place: Readonly<Record<string, string>>) {
  const { OUTHAUL_SERVER: _server, ...bare } = environment();
  mkdirSync(folder);
  const child = spawn(
    'script',
    ['-qec', `stty cols 100 rows 40; "${process.execPath}" "${outhaul}" ${flag}`, '/dev/null'],
    {
      cwd: folder,
      env: { ...bare, ...place, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const code = new Promise((resolve) => child.once('exit', resolve));
  let screen = '';
  child.stdout.on('data', (text: Buffer) => (screen += text.toString()));
  return {
    answer: async (question: string, keys: string): Promise<void> => {
      const startedAt = Date.now();
      while (!screen.includes(question)) {
        if (Date.now() - startedAt > 20_000) throw new Error(`no "${question}" in:\n${screen}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      screen = '';
      child.stdin.write(keys);
      await new Promise((resolve) => setTimeout(resolve, 100));
    },
    ended: async () => ({ code: await code, screen }),
  };
}

it.each([
  ['with a service', ''],
  ['without one', '--direct'],
])('leads a person on a terminal from a dataset to files, %s', async (_how, flag) => {
  const folder = join(system.folder, `guided${flag}`);
  const place = flag
    ? await directSettings(system.cloudUrl)
    : { OUTHAUL_SERVER: environment().OUTHAUL_SERVER };
  const { answer, ended } = onTerminal(folder, flag, place);
  await answer('Dataset', 'samples');
  await answer('samples', '\r');
  await answer('Table', 'airp');
  await answer('airports', '\r');
  await answer('Format', '\r');
  await answer('Run it?', '\r');
  await answer('Download into', '\r');
  expect(await ended()).toEqual({
    code: 0,
    screen: expect.stringContaining('every checksum right'),
  });
  expect(readdirSync(join(folder, 'airports'))).toContain('manifest.json');
});

it('asks for the format again when the table cannot be that, and tells an id before it stops', async () => {
  const place = { OUTHAUL_SERVER: environment().OUTHAUL_SERVER };
  const { answer, ended } = onTerminal(join(system.folder, 'nested'), '', place);
  const down = '\u001b[B';
  await answer('Dataset', 'samples');
  await answer('samples', '\r');
  await answer('Table', 'orders');
  await answer('orders', '\r');
  await answer('Format', down);
  await answer('CSV', '\r');
  await answer('One file', '\r');
  await answer('CSV cannot hold nested values', '\r');
  await answer('Run it?', '\r');
  await answer('Download into', '\u0003');
  expect(await ended()).toEqual({
    code: 130,
    screen: expect.stringMatching(/outhaul download x\w+/),
  });
});

it('never asks when it is not on a terminal', async () => {
  const { code, stdout } = await system.cli();
  expect(code).toBe(0);
  expect(stdout).toContain('Usage: outhaul');
});

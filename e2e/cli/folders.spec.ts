import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WholeSystem } from '../support/whole-system.js';

/** What lies in a folder is what was exported, neither more nor less. */
let system: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.start({}, ['--shard-bytes', '60000']);
});
afterAll(() => system.stop());

const cli = (...args: string[]) => system.cli(...args);
const rowFiles = (folder: string) => readdirSync(folder).filter((name) => /\.csv$/.test(name));

it('keeps nothing of an earlier export that the new one has not, with --overwrite', async () => {
  const folder = join(system.folder, 'nightly');
  const args = ['export', 'samples.airports', '-f', 'csv', '--overwrite', '--download', folder];
  expect(await cli(...args)).toMatchObject({ code: 0 });
  const before = rowFiles(folder);
  expect(before.length).toBeGreaterThan(1);
  writeFileSync(join(folder, 'mine.csv'), 'iata\n');
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  const again = await cli(...args, '--where', "state = 'TX'");
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('deleted') });
  expect(rowFiles(folder)).toHaveLength(2);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['mine.csv', 'notes.txt']));
  // What Outhaul did not write it does not delete, but a reader of the folder would read it.
  expect(await cli('verify', folder)).toMatchObject({
    code: 5,
    stdout: '✗ mine.csv: it is not in the manifest\n',
  });
  rmSync(join(folder, 'mine.csv'));
  expect(await cli('verify', folder)).toMatchObject({ code: 0 });
});

it('downloads the other tables of a set when one fails, and verifies nothing that is missing', async () => {
  const folder = join(system.folder, 'all');
  mkdirSync(join(folder, 'samples/airports'), { recursive: true });
  writeFileSync(join(folder, 'samples/airports/manifest.json'), '{}');
  const tables = ['samples.airports', 'samples.movies', 'samples.weather'];
  const first = await cli('export', ...tables, '-f', 'parquet', '--download', folder);
  const [, goOn = ''] =
    /Replace what is there: outhaul (download \S+ .*)\n/.exec(first.stderr) ?? [];
  expect([first.code, goOn]).toEqual([5, expect.stringMatching(/all --overwrite$/)]);
  expect(first.stderr).toContain('1 of 3 tables could not be downloaded.');
  expect(await cli('verify', join(folder, 'samples/movies'))).toMatchObject({ code: 0 });
  expect(await cli('verify', folder)).toMatchObject({ code: 5 });
  expect(await cli(...goOn.split(' '))).toMatchObject({ code: 0 });
  expect(await cli('verify', folder)).toMatchObject({ code: 0 });
  rmSync(join(folder, 'samples/weather'), { recursive: true });
  expect(await cli('verify', folder)).toMatchObject({
    code: 5,
    stdout: '✗ samples/weather: the table is missing\n',
  });
});

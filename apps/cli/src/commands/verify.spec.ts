import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32c, encodeCrc32c } from '@outhaul/transfer';
import { verifyFolder } from './verify.js';

let folder: string;
let written: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outhaul-verify-'));
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  writeFileSync(join(folder, 'a.csv'), 'x\n1\n');
  manifest({});
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const options = { json: false, quiet: false, color: false };

function manifest(change: object, place = folder, more: object = {}): void {
  const file = {
    name: 'a.csv',
    sizeBytes: 4,
    crc32c: encodeCrc32c(crc32c(Buffer.from('x\n1\n'))),
    ...change,
  };
  const text = JSON.stringify({ version: 1, ...more, files: [file] });
  writeFileSync(join(place, 'manifest.json'), text);
}

it('finds a folder whole', async () => {
  await verifyFolder(folder, options);
  expect(written).toBe('✓ 1 file, 4 B: every byte as the manifest says\n');
});

it.each([
  ['an altered byte', () => writeFileSync(join(folder, 'a.csv'), 'x\n2\n'), 'CRC32C'],
  ['a cut file', () => writeFileSync(join(folder, 'a.csv'), 'x\n'), '2 bytes instead of 4'],
  ['a missing file', () => rmSync(join(folder, 'a.csv')), 'missing'],
])('finds %s', async (_what, harm, said) => {
  harm();
  await expect(verifyFolder(folder, options)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('1 of 1 file'),
  });
  expect(written).toContain(said);
});

it('says each file in JSON', async () => {
  await verifyFolder(folder, { ...options, json: true });
  expect(JSON.parse(written)).toEqual({ name: 'a.csv', ok: true });
});

it.each([
  ['no manifest', () => rmSync(join(folder, 'manifest.json')), 'no manifest.json'],
  ['no JSON', () => writeFileSync(join(folder, 'manifest.json'), '{'), 'not JSON'],
  ['another version', () => writeFileSync(join(folder, 'manifest.json'), '{}'), 'version 1'],
  ['a name outside', () => manifest({ name: '../a.csv' }), 'outside'],
  ['a size that is none', () => manifest({ sizeBytes: 'x' }), 'without name'],
])('refuses a folder with %s', async (_what, harm, said) => {
  harm();
  await expect(verifyFolder(folder, options)).rejects.toThrow(said);
});

describe('a folder that holds more than the manifest says', () => {
  it.each(['b.csv', 'deeper/b.csv'])(
    'is not verified with %s, which a reader would read',
    async (name) => {
      mkdirSync(join(folder, 'deeper'));
      writeFileSync(join(folder, name), 'x\n1\n');
      await expect(verifyFolder(folder, options)).rejects.toMatchObject({ exitCode: 5 });
      expect(written).toBe(`✗ ${name}: it is not in the manifest\n`);
    },
  );

  it('is verified with files of another kind', async () => {
    for (const name of ['notes.txt', 'b.parquet', 'load.sql'])
      writeFileSync(join(folder, name), '');
    await verifyFolder(folder, options);
    expect(written).toContain('✓ 1 file');
  });
});

describe('the folder of a set', () => {
  let set: string;
  const part = (table: string) => join(set, 'samples', table);
  const setManifest = (change: object = {}) =>
    writeFileSync(
      join(set, 'set-manifest.json'),
      JSON.stringify({
        version: 1,
        tables: ['a', 'b'].map((table) => ({
          table: `p.samples.${table}`,
          state: 'succeeded',
          exportId: `x${table}`,
          ...change,
        })),
      }),
    );
  beforeEach(() => {
    set = join(folder, 'set of mine');
    for (const table of ['a', 'b']) {
      mkdirSync(part(table), { recursive: true });
      writeFileSync(join(part(table), 'a.csv'), 'x\n1\n');
      manifest({}, part(table), { exportId: `x${table}` });
    }
    setManifest();
  });

  it('is verified table by table, and says what to fetch again', async () => {
    await verifyFolder(set, options);
    expect(written).toBe('✓ 2 files, 8 B: every byte as the manifest says\n');
    writeFileSync(join(part('a'), 'a.csv'), 'x\n2\n');
    await expect(verifyFolder(set, options)).rejects.toMatchObject({
      exitCode: 5,
      fix: `Fetch again: outhaul download xa '${part('a')}' --overwrite`,
    });
    expect(written).toContain('✗ samples/a/a.csv: ');
  });

  it.each<[string, () => void, string]>([
    [
      'a table is missing',
      () => rmSync(part('b'), { recursive: true }),
      'samples/b: the table is missing',
    ],
    [
      'a table has no manifest',
      () => rmSync(join(part('b'), 'manifest.json')),
      'samples/b: the table is missing',
    ],
    [
      'a table is of another export',
      () => manifest({}, part('b'), { exportId: 'x0' }),
      'samples/b/manifest.json: it is of export x0, not xb',
    ],
    [
      'a table’s manifest was changed',
      () => setManifest({ manifestCrc32c: 'AAAAAA==' }),
      'samples/a/manifest.json: it is not the one of the set',
    ],
    [
      'it holds a table of another set',
      () => {
        mkdirSync(part('c'));
        manifest({}, part('c'));
      },
      'samples/c: it is not of this set',
    ],
    [
      'the set’s manifest is missing',
      () => rmSync(join(set, 'set-manifest.json')),
      'set-manifest.json: it is missing',
    ],
  ])('is not verified when %s', async (_what, harm, said) => {
    harm();
    await expect(verifyFolder(set, options)).rejects.toMatchObject({ exitCode: 5 });
    expect(written).toContain(`✗ ${said}`);
  });

  it('needs no tables that were not exported', async () => {
    rmSync(part('b'), { recursive: true });
    writeFileSync(
      join(set, 'set-manifest.json'),
      JSON.stringify({
        version: 1,
        tables: [
          { table: 'p.samples.a', state: 'succeeded', exportId: 'xa' },
          { table: 'p.samples.b', state: 'failed', exportId: 'xb' },
        ],
      }),
    );
    await verifyFolder(set, options);
    expect(written).toContain('✓ 1 file');
  });
});

it.each(['x; rm -rf ~', '--server=https://evil.example', '$(id)'])(
  'puts no id of a manifest into a command to paste that is none: %s',
  async (exportId) => {
    manifest({ crc32c: 'AAAAAA==' }, folder, { exportId });
    await expect(verifyFolder(folder, options)).rejects.toMatchObject({
      fix: expect.stringContaining('outhaul download ID '),
    });
  },
);

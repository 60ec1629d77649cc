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

it('holds each table of a set against the manifest in its own folder, and says what to fetch again', async () => {
  const part = join(folder, 'set of mine', 'samples', 'a');
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'a.csv'), 'x\n1\n');
  manifest({}, part, { exportId: 'x9' });
  const set = join(folder, 'set of mine');
  await verifyFolder(set, options);
  expect(written).toBe('✓ 1 file, 4 B: every byte as the manifest says\n');
  writeFileSync(join(part, 'a.csv'), 'x\n2\n');
  await expect(verifyFolder(set, options)).rejects.toMatchObject({
    exitCode: 5,
    fix: `Fetch again: outhaul download x9 '${part}' --overwrite`,
  });
  expect(written).toContain('✗ samples/a/a.csv: ');
});

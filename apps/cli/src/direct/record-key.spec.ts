import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordKeyOf } from './record-key.js';

const home = mkdtempSync(join(tmpdir(), 'outhaul-key-'));
afterAll(() => rmSync(home, { recursive: true }));

it('makes a key once, for its owner’s eyes only', () => {
  const recordKeyFile = join(home, 'state', 'record.key');
  const key = recordKeyOf({ recordKeyFile });
  expect(key).toMatch(/^[\w-]{43}$/);
  expect(recordKeyOf({ recordKeyFile })).toBe(key);
  expect(readFileSync(recordKeyFile, 'utf8').trim()).toBe(key);
  expect(statSync(recordKeyFile).mode & 0o777).toBe(0o600);
});

it('takes the key that is given, and none that is short', () => {
  const recordKeyFile = join(home, 'short.key');
  const recordKey = 'x'.repeat(32);
  expect(recordKeyOf({ recordKey, recordKeyFile })).toBe(recordKey);
  expect(() => recordKeyOf({ recordKey: 'x', recordKeyFile })).toThrow('OUTHAUL_RECORD_KEY');
  writeFileSync(recordKeyFile, '');
  expect(() => recordKeyOf({ recordKeyFile })).toThrow('short.key');
});

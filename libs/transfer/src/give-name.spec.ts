import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveName } from './give-name.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'give-name-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

it('gives a free name, and takes the temporary one away', () => {
  writeFileSync(at('temporary'), 'new');
  giveName(at('temporary'), at('name'), false);
  expect(readFileSync(at('name'), 'utf8')).toBe('new');
  expect(existsSync(at('temporary'))).toBe(false);
});

it.each([
  ['keeps what has the name already', false, 'old'],
  ['replaces it when told to', true, 'new'],
])('%s', (_what, replace, left) => {
  writeFileSync(at('temporary'), 'new');
  writeFileSync(at('name'), 'old');
  const give = (): void => giveName(at('temporary'), at('name'), replace);
  if (replace) give();
  else expect(give).toThrow(/is a different file/);
  expect(readFileSync(at('name'), 'utf8')).toBe(left);
});

// A folder stands for any file on a disk without hard links: a link to it cannot be made, but its name can be changed.
it('does the same where no hard link can be made', () => {
  mkdirSync(at('temporary'));
  giveName(at('temporary'), at('name'), false);
  expect(existsSync(at('name'))).toBe(true);
  mkdirSync(at('temporary'));
  expect(() => giveName(at('temporary'), at('name'), false)).toThrow(/is a different file/);
  expect(existsSync(at('temporary'))).toBe(true);
});

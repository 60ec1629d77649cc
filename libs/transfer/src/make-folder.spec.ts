import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder.js';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'make-folder-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('makes what is missing, and takes what is there', () => {
  for (const folder of ['a/b/c', 'a/b', 'a/b/c/d/../e']) {
    makeFolder(join(root, folder));
    expect(existsSync(join(root, folder))).toBe(true);
  }
});

it('says what is no folder', () => {
  writeFileSync(join(root, 'file'), '');
  for (const folder of ['file', 'file/below/it'])
    expect(() => makeFolder(join(root, folder))).toThrow(`${join(root, 'file')} is not a folder.`);
});

it('follows a link to a folder', () => {
  makeFolder(join(root, 'real'));
  symlinkSync('real', join(root, 'link'));
  makeFolder(join(root, 'link/below'));
  expect(existsSync(join(root, 'real/below'))).toBe(true);
});

const hasProc = existsSync('/proc/self');
(hasProc ? it : it.skip)('ends where the system takes no folders', () => {
  expect(() => makeFolder('/proc/self/nope/below')).toThrow(/\/proc\/self\/nope/);
});

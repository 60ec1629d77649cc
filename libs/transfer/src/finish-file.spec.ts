import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FinishedFile, finishFile, type FinishingFailure } from './finish-file.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'finish-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function finished(name: string, replace = false): FinishedFile {
  const temporary = at(`${name}.part`);
  writeFileSync(temporary, 'new');
  return { descriptor: openSync(temporary, 'r+'), temporary, path: at(name), replace };
}

const finish = (files: FinishedFile[]): FinishingFailure[] =>
  files.flatMap((file) => finishFile(file, true) ?? []);

describe('finishes files', () => {
  it('and gives them their names', () => {
    const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
    expect(finish(names.map((name) => finished(name)))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
    expect(readFileSync(at('file-7'), 'utf8')).toBe('new');
  });

  it.each([
    ['keeps what has a name already', false, 'old', 'EEXIST'],
    ['replaces it when told to', true, 'new', undefined],
  ])('and %s', (_what, replace, left, code) => {
    writeFileSync(at('name'), 'old');
    const failures = finish([finished('name', replace), finished('other')]);
    expect(failures.map((failure) => failure.code)).toEqual(code ? [code] : []);
    expect(readFileSync(at('name'), 'utf8')).toBe(left);
    expect(readFileSync(at('other'), 'utf8')).toBe('new');
  });

  // A folder stands for any file on a disk without hard links: a link to it cannot be made, but its name can be changed.
  it('and does the same where no hard link can be made', () => {
    const beginFolder = (name: string): FinishedFile => {
      const file = finished(name);
      rmSync(file.temporary);
      mkdirSync(file.temporary);
      return file;
    };
    expect(finish([beginFolder('name')])).toEqual([]);
    expect(finish([beginFolder('name')])).toMatchObject([{ code: 'EEXIST' }]);
    expect(readdirSync(folder).sort()).toEqual(['name', 'name.part']);
  });
});

import fs, {
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
import { type FinishedFile, finishFiles, type FinishingFailure } from './finish-files.js';
import { FinishingThread } from './finishing-thread.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'finish-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function finished(name: string, replace = false): FinishedFile {
  const temporary = at(`${name}.part`);
  writeFileSync(temporary, 'new');
  return { descriptor: openSync(temporary, 'r+'), temporary, path: at(name), replace };
}

/** As it is done on the spot, and in the thread. */
const ways: [string, (files: FinishedFile[]) => Promise<FinishingFailure[]>][] = [
  ['on the spot', async (files) => finishFiles(fs, files, true)],
  [
    'in a thread',
    async (files) => {
      const failures: FinishingFailure[] = [];
      const thread = new FinishingThread(true, 8, () => undefined);
      for (const file of files)
        await thread.add(file, (failure) => failure && failures.push(failure));
      await thread.end();
      return failures;
    },
  ],
];

describe.each(ways)('finishes files %s', (_way, finish) => {
  it('and gives them their names', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `file-${index}`);
    expect(await finish(names.map((name) => finished(name)))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
    expect(readFileSync(at('file-7'), 'utf8')).toBe('new');
  });

  it.each([
    ['keeps what has a name already', false, 'old', 'EEXIST'],
    ['replaces it when told to', true, 'new', undefined],
  ])('and %s', async (_what, replace, left, code) => {
    writeFileSync(at('name'), 'old');
    const failures = await finish([finished('name', replace), finished('other')]);
    expect(failures.map((failure) => failure.code)).toEqual(code ? [code] : []);
    expect(readFileSync(at('name'), 'utf8')).toBe(left);
    expect(readFileSync(at('other'), 'utf8')).toBe('new');
  });

  // A folder stands for any file on a disk without hard links: a link to it cannot be made, but its name can be changed.
  it('and does the same where no hard link can be made', async () => {
    const beginFolder = (name: string): FinishedFile => {
      const file = finished(name);
      rmSync(file.temporary);
      mkdirSync(file.temporary);
      return file;
    };
    expect(await finish([beginFolder('name')])).toEqual([]);
    expect(await finish([beginFolder('name')])).toMatchObject([{ code: 'EEXIST' }]);
    expect(readdirSync(folder).sort()).toEqual(['name', 'name.part']);
  });
});

it('fails what is left when the thread ends too early', async () => {
  const thread = new FinishingThread(true, 8, () => undefined);
  const { worker } = thread as unknown as { worker: { terminate(): Promise<number> } };
  const failure = new Promise((resolve) => thread.add(finished('name'), resolve));
  await worker.terminate();
  expect(await failure).toMatchObject({ message: expect.stringContaining('has ended') });
  expect(thread.isBroken).toBe(true);
  await thread.end();
});

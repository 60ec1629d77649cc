import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ObjectRecord } from './object-record.js';
import { openObject } from './send-object.js';

describe('openObject', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outhaul-objects-'));
    await writeFile(join(folder, 'new'), 'new');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const store = { pathOf: ({ file }: Pick<ObjectRecord, 'file'>) => join(folder, file) };
  const inTurn = (...files: string[]) => {
    const left = files.map((file) => ({ file }) as ObjectRecord);
    return (): ObjectRecord => {
      const next = left.shift();
      if (!next) throw new Error('not there');
      return next;
    };
  };

  it('takes the new generation when the one it found has been replaced meanwhile', async () => {
    const { object, handle } = await openObject(store, inTurn('old', 'new'));
    await handle.close();
    expect(object.file).toBe('new');
  });

  it('says so when the object has been deleted meanwhile', async () => {
    await expect(openObject(store, inTurn('old'))).rejects.toThrow('not there');
  });

  it('does not look for ever for a file that is lost', async () => {
    await expect(openObject(store, inTurn('lost', 'lost'))).rejects.toThrow('ENOENT');
  });
});

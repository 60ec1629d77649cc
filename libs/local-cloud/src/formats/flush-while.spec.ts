import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { flushWhile } from './flush-while.js';

describe('flushWhile', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flush-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Writes files for a while, and takes one away under the eyes of who flushes them. */
  async function write(): Promise<string> {
    for (let index = 0; index < 30; index++) {
      await appendFile(join(folder, `data_${index}.txt`), 'x'.repeat(1000));
      await wait(20);
      if (index === 15) await rm(join(folder, 'data_15.txt'));
    }
    return 'written';
  }

  it('gives what the work gives', async () => {
    expect(await flushWhile(folder, write())).toBe('written');
  });

  it('fails as the work fails, also where there is no folder', async () => {
    const failing = wait(300).then(() => Promise.reject(new Error('cut off')));
    await expect(flushWhile(join(folder, 'missing'), failing)).rejects.toThrow('cut off');
  });
});

import { appendFile, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DuckDatabase } from './duck-database.js';
import { type LoggedRecord, RecordLog } from './record-log.js';

describe('the log of records', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'record-log-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const quickFile = () => join(folder, 'records.log');
  const movingFile = () => join(folder, 'records.log.moving');
  /** There is no file for a moment when it is moved away. */
  const quickSize = async () => (await stat(quickFile()).catch(() => ({ size: Infinity }))).size;
  const job = (key: string, value: unknown = { key }): LoggedRecord => ({
    kind: 'job',
    key,
    value,
  });

  /** Opens the log for the work, and closes it. */
  async function withLog<T>(
    work: (log: RecordLog, records: readonly LoggedRecord[]) => Promise<T>,
    mostQuickBytes?: number,
  ): Promise<T> {
    const database = await DuckDatabase.open(folder, []);
    const { log, records } = await RecordLog.open(database, mostQuickBytes);
    try {
      return await work(log, records);
    } finally {
      await log.close();
      await database.close();
    }
  }

  const keysNow = () =>
    withLog(async (_log, records) => records.map(({ key, value }) => [key, value]));

  it('moves quick entries into the database while it runs, and loses none', async () => {
    await withLog(async (log) => {
      await Promise.all(
        Array.from({ length: 2000 }, async (_unused, index) => {
          await log.appendQuickly([job(`a${index % 1000}`, { index })]);
          if (index % 100 === 0) await wait(1);
        }),
      );
      for (let tries = 0; (await quickSize()) > 10_000 && tries < 500; tries++) await wait(10);
      expect(await quickSize()).toBeLessThanOrEqual(10_000);
      await log.appendQuickly([job('last'), { kind: 'job', key: 'a0', value: undefined }]);
    }, 10_000);
    const now = new Map((await keysNow()) as [string, { index: number }][]);
    expect(now.size).toBe(1000);
    expect(now.has('a0')).toBe(false);
    for (let index = 1; index < 1000; index++)
      expect(now.get(`a${index}`)).toEqual({ index: index + 1000 });
  });

  it('finds what was on its way when the process died', async () => {
    await withLog((log) => log.appendQuickly([job('old'), job('changed', 1)]));
    await rename(quickFile(), movingFile());
    const { length } = await readFile(movingFile());
    expect(length).toBeGreaterThan(0);
    await withLog(async (log, records) => {
      expect(records.map(({ key }) => key)).toEqual(['old', 'changed']);
      await log.appendQuickly([job('changed', 2)]);
    });
    await expect(stat(movingFile())).rejects.toThrow('ENOENT');
    expect(await keysNow()).toEqual([
      ['old', { key: 'old' }],
      ['changed', 2],
    ]);
  });

  it('takes entries twice that were moved just before the death', async () => {
    await withLog((log) => log.appendQuickly([job('a', 1)]));
    const first = await readFile(quickFile());
    expect(await keysNow()).toEqual([['a', 1]]);
    await withLog((log) => log.appendQuickly([job('a', 2)]));
    await appendFile(movingFile(), first);
    expect(await keysNow()).toEqual([['a', 2]]);
  });
});

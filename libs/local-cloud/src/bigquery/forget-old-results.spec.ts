import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ShiftableClock } from '../clock.js';
import { personalDataset } from '../identity/personal-dataset.js';
import { Catalog } from './catalog.js';
import { DuckDatabase } from './duck-database.js';
import { forgetOldResults, forgetRegularly } from './forget-old-results.js';
import { RecordLog } from './record-log.js';
import { TableStore } from './table-store.js';

it('drops the results of queries whose day is over, for good, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'old-results-'));
  const clock = new ShiftableClock();
  const open = async () => {
    const database = await DuckDatabase.open(folder, []);
    const { log, records } = await RecordLog.open(database);
    return { database, log, catalog: new Catalog(database, log, clock, records) };
  };
  const { database, log, catalog } = await open();
  const tables = new TableStore(catalog);
  const nowMs = clock.nowMs();
  const mine = personalDataset('ada@example.com');
  for (const datasetId of [mine, 'd'])
    await catalog.commit({
      datasets: [
        {
          projectId: 'p',
          datasetId,
          location: 'US',
          createdMs: nowMs,
          modifiedMs: nowMs,
          settings: {},
        },
      ],
    });
  const write = (datasetId: string, tableId: string, expiresMs: number) =>
    tables.replace(
      { projectId: 'p', datasetId, tableId },
      {
        kind: 'TABLE',
        schema: [{ name: 'x', type: 'INTEGER' }],
        settings: { expirationTime: String(expiresMs) },
      },
      { sql: 'SELECT 1 AS x' },
    );
  for (let index = 0; index < 30; index++) await write(mine, `old${index}`, nowMs - 1);
  await write(mine, 'fresh', nowMs + 60_000);
  // Of other tables time travel still reaches the rows.
  await write('d', 'old', nowMs - 1);

  expect(await forgetOldResults(catalog)).toBe(30);
  expect(await forgetOldResults(catalog)).toBe(0);
  const physical = await database.withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'data'`,
    );
    return Number(reader.getRows()[0]?.[0]);
  });
  expect(physical).toBe(2);
  await log.close();
  await database.close();

  const again = await open();
  expect(
    again.catalog
      .allTables()
      .map(({ tableId }) => tableId)
      .sort(),
  ).toEqual(['fresh', 'old']);
  const stop = forgetRegularly(again.catalog, 5, () => undefined);
  clock.shiftMs = 61_000;
  for (let tries = 0; again.catalog.allTables().length > 1 && tries < 1000; tries++) await wait(5);
  await stop();
  expect(again.catalog.allTables().map(({ tableId }) => tableId)).toEqual(['old']);
  await again.log.close();
  await again.database.close();
  await rm(folder, { recursive: true });
});

import { isPersonalDataset } from '../identity/personal-dataset.js';
import { type Catalog } from './catalog.js';
import { physicalName } from './table-rows.js';

/** Drops the results of queries whose day is over, rows and all: nobody can name them any more. Returns their number. */
export async function forgetOldResults(catalog: Catalog): Promise<number> {
  const nowMs = catalog.clock.nowMs();
  const old = catalog
    .allTables()
    .filter(
      ({ datasetId, settings }) =>
        isPersonalDataset(datasetId) && Number(settings['expirationTime']) <= nowMs,
    );
  if (old.length === 0) return 0;
  await catalog.commit({ removedTables: old }, async (connection) => {
    for (const storage of old.flatMap(({ storages }) => storages))
      if (!storage.rows) await connection.run(`DROP TABLE IF EXISTS ${physicalName(storage)}`);
  });
  return old.length;
}

/** Does so again and again until the answer is called, which waits for what is under way: a process that runs for weeks does not grow by each query. */
export function forgetRegularly(
  catalog: Catalog,
  everyMs: number,
  note: (line: string) => void,
): () => Promise<void> {
  let turn: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    turn = turn
      .then(() => forgetOldResults(catalog))
      .catch((error: unknown) => note(`old results could not be forgotten: ${String(error)}`));
  }, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await turn;
  };
}

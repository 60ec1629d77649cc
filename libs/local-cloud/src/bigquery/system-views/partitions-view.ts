import { type BigQueryContext } from '../bigquery-context.js';
import { type TableRecord, type TableStatistics, type TableStorage } from '../catalog-records.js';
import { duckdbTypeOf, quoteName } from '../duckdb-type.js';
import { partitionIdSql } from '../partitions.js';
import {
  bornColumn,
  goneColumn,
  leavesOf,
  partitionStartColumn,
  physicalName,
  pseudoColumnsOf,
  rowsOf,
  statisticsSql,
  storageAt,
} from '../table-rows.js';
import { bufferOf, managedFilter, withoutBuffer } from '../streaming-buffer.js';
import { totalBytes } from '../table-statistics.js';
import { nameCells, nameColumns, type Row, type SystemView, visibleTables } from './system-view.js';

/** What has not changed for 90 days is in long-term storage. */
const longTermMs = 90 * 24 * 60 * 60 * 1000;

/** INFORMATION_SCHEMA.PARTITIONS: how much lies in each partition, and when it was last changed. */
export const partitionsView: SystemView = {
  columns: [
    ...nameColumns,
    ['partition_id', 'STRING'],
    ['total_rows', 'INTEGER'],
    ['total_logical_bytes', 'INTEGER'],
    ['last_modified_time', 'TIMESTAMP'],
    ['storage_tier', 'STRING'],
  ],
  rows: async (context, caller, scope) => {
    const rows: Row[] = [];
    for (const table of visibleTables(context, caller, scope))
      rows.push(...(await partitionsOf(context, table)));
    return rows;
  },
};

/** One row per partition; a table without partitions has a single one, whose id is NULL. */
async function partitionsOf(context: BigQueryContext, table: TableRecord): Promise<Row[]> {
  const storage = storageAt(table);
  if (!storage) return [];
  const buffer = await bufferOf(context, table);
  const partitionId = partitionIdSql(table);
  const rowOf = (id: string | null, statistics: TableStatistics, modifiedMs: number): Row => ({
    ...nameCells(table),
    partition_id: id,
    total_rows: statistics.rowCount,
    total_logical_bytes: totalBytes(statistics),
    last_modified_time: { timestampMs: modifiedMs },
    storage_tier: context.clock.nowMs() - modifiedMs < longTermMs ? 'ACTIVE' : 'LONG_TERM',
  });
  if (!partitionId) {
    const all = await context.tables.statistics(table);
    return [rowOf(null, buffer ? withoutBuffer(all, buffer) : all, table.modifiedMs)];
  }
  const filter = managedFilter(storage, context.catalog);
  const sizes = statisticsSql(
    leavesOf(table.schema),
    `${rowsOf(storage, { filter, pseudo: pseudoColumnsOf(storage) })} GROUP BY ALL`,
  );
  const changes = await lastChanges(context, storage, partitionId, filter);
  const reader = await context.database.withConnection((connection) =>
    connection.runAndReadAll(sizes.replace('SELECT ', `SELECT ${partitionId} AS id, `)),
  );
  const sorted = reader.getRows().map(([id, rowCount, ...bytes]) => {
    const columnBytes = Object.fromEntries(bytes.map((size, index) => [index, Number(size)]));
    const statistics = { rowCount: Number(rowCount), columnBytes };
    return rowOf(String(id), statistics, changes.get(String(id)) ?? storage.fromMs);
  });
  // The buffer's rows are in no partition yet: beside rows that lie outside all ranges this can be a second row.
  return buffer
    ? [...sorted, rowOf('__UNPARTITIONED__', buffer.statistics, buffer.oldestEntryMs)]
    : sorted;
}

/** When each partition last got or lost a row, by the lifetimes of its rows, of those that are gone too. */
async function lastChanges(
  { database }: BigQueryContext,
  storage: TableStorage,
  partitionId: string,
  filter = 'true',
): Promise<ReadonlyMap<string, number>> {
  if (storage.rows) return new Map();
  const now = storage.changes.length;
  const last = `greatest(coalesce(${bornColumn}, 0), CASE WHEN ${goneColumn} <= ${now} THEN ${goneColumn} ELSE 0 END)`;
  const pseudo = pseudoColumnsOf(storage).map(
    ({ name, type }) =>
      `, ${partitionStartColumn}::${duckdbTypeOf({ name, type })} AS ${quoteName(name)}`,
  );
  const reader = await database.withConnection((connection) =>
    connection.runAndReadAll(
      `SELECT ${partitionId}, max(${last}) FROM (SELECT *${pseudo.join('')} FROM ${physicalName(storage)}) WHERE coalesce(${bornColumn}, 0) <= ${now} AND ${filter} GROUP BY ALL`,
    ),
  );
  return new Map(
    reader
      .getRows()
      .map(([id, change]) => [String(id), storage.changes[Number(change) - 1] ?? storage.fromMs]),
  );
}

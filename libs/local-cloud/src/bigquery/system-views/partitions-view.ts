import { type BigQueryContext } from '../bigquery-context.js';
import { type TableRecord, type TableStorage } from '../catalog-records.js';
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
import { nameCells, nameColumns, type Row, type SystemView, visibleTables } from './system-view.js';

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
  const tail = { last_modified_time: { timestampMs: table.modifiedMs }, storage_tier: 'ACTIVE' };
  const partitionId = partitionIdSql(table);
  if (!partitionId) {
    const { rowCount, columnBytes } = await context.tables.statistics(table);
    const bytes = Object.values(columnBytes).reduce((sum, size) => sum + size, 0);
    return [
      {
        ...nameCells(table),
        partition_id: null,
        total_rows: rowCount,
        total_logical_bytes: bytes,
        ...tail,
      },
    ];
  }
  const sizes = statisticsSql(
    leavesOf(table.schema),
    `${rowsOf(storage, { pseudo: pseudoColumnsOf(storage) })} GROUP BY ALL`,
  );
  const changes = await lastChanges(context, storage, partitionId);
  const reader = await context.database.withConnection((connection) =>
    connection.runAndReadAll(sizes.replace('SELECT ', `SELECT ${partitionId} AS id, `)),
  );
  return reader.getRows().map(([id, rowCount, ...bytes]) => ({
    ...nameCells(table),
    partition_id: String(id),
    total_rows: Number(rowCount),
    total_logical_bytes: bytes.reduce<number>((sum, size) => sum + Number(size), 0),
    ...tail,
    last_modified_time: { timestampMs: changes.get(String(id)) ?? storage.fromMs },
  }));
}

/** When each partition last got or lost a row, by the lifetimes of its rows, of those that are gone too. */
async function lastChanges(
  { database }: BigQueryContext,
  storage: TableStorage,
  partitionId: string,
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
      `SELECT ${partitionId}, max(${last}) FROM (SELECT *${pseudo.join('')} FROM ${physicalName(storage)}) WHERE coalesce(${bornColumn}, 0) <= ${now} GROUP BY ALL`,
    ),
  );
  return new Map(
    reader
      .getRows()
      .map(([id, change]) => [String(id), storage.changes[Number(change) - 1] ?? storage.fromMs]),
  );
}

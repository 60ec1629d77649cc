import { type BigQueryContext } from '../bigquery-context.js';
import { type TableRecord } from '../catalog-records.js';
import { partitionIdSql } from '../partitions.js';
import { leavesOf, pseudoColumnsOf, rowsOf, statisticsSql, storageAt } from '../table-rows.js';
import { nameCells, nameColumns, type Row, type SystemView, visibleTables } from './system-view.js';

/** INFORMATION_SCHEMA.PARTITIONS: how much lies in each partition. */
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
  const reader = await context.database.withConnection((connection) =>
    connection.runAndReadAll(sizes.replace('SELECT ', `SELECT ${partitionId} AS id, `)),
  );
  return reader.getRows().map(([id, rowCount, ...bytes]) => ({
    ...nameCells(table),
    partition_id: String(id),
    total_rows: Number(rowCount),
    total_logical_bytes: bytes.reduce<number>((sum, size) => sum + Number(size), 0),
    ...tail,
  }));
}

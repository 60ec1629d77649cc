import { type DuckDBConnection } from '@duckdb/node-api';
import { type TableStatistics } from './catalog-records.js';
import { type BigQueryField } from './schema.js';
import { leavesOf, statisticsSql } from './table-rows.js';

/** The figures of a table without rows. */
export const emptyStatistics = (schema: readonly BigQueryField[]): TableStatistics => ({
  rowCount: 0,
  columnBytes: Object.fromEntries(leavesOf(schema).map(({ path }) => [path, 0])),
});

/** Counts and weighs the rows of a relation. */
export async function measure(
  connection: DuckDBConnection,
  schema: readonly BigQueryField[],
  relation: string,
): Promise<TableStatistics> {
  if (schema.length === 0) return emptyStatistics(schema);
  const leaves = leavesOf(schema);
  const reader = await connection.runAndReadAll(statisticsSql(leaves, relation));
  const [rowCount, ...sizes] = (reader.getRows()[0] ?? []).map(Number);
  return {
    rowCount: rowCount ?? 0,
    columnBytes: Object.fromEntries(leaves.map(({ path }, index) => [path, sizes[index] ?? 0])),
  };
}

export const totalBytes = ({ columnBytes }: TableStatistics): number =>
  Object.values(columnBytes).reduce((sum, size) => sum + size, 0);

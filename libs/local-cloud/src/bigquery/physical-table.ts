import { type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import { invalid } from './bigquery-errors.js';
import { type TableStorage } from './catalog-records.js';
import { quoteName } from './duckdb-type.js';
import {
  bornColumn,
  goneColumn,
  partitionStartColumn,
  physicalColumns,
  physicalName,
} from './table-rows.js';

/** A query whose columns are those of the table, in its order. */
export interface RowSource {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
  /** The last column is the start of each row's partition by ingestion time. */
  readonly hasPartitionStarts?: true;
  /** SQL of the start of the partition by ingestion time that all rows go to; otherwise their own, or that of now. */
  readonly partitionStart?: string;
}

/** The table of DuckDB that holds a storage's rows. */
export async function createPhysical(
  connection: DuckDBConnection,
  storage: TableStorage,
): Promise<void> {
  await connection.run(`CREATE TABLE ${physicalName(storage)} (${physicalColumns(storage)})`);
}

/**
 * Inserts the source's rows as born by `change`, the number of a change of the table. Returns their number. `nowMs` says
 * to which partition by ingestion time they go.
 */
export async function insertRows(
  connection: DuckDBConnection,
  storage: TableStorage,
  source: RowSource,
  { change, nowMs }: { readonly change: number; readonly nowMs: number },
): Promise<number> {
  if (storage.schema.length === 0) return 0;
  const columns = storage.schema.map(({ name }) => quoteName(name)).join(', ');
  const given = source.hasPartitionStarts ? `${columns}, ${partitionStartColumn}` : columns;
  const own = source.hasPartitionStarts
    ? partitionStartColumn
    : `date_trunc('${storage.ingestion}', make_timestamp(${nowMs} * 1000))`;
  const [more, start] = storage.ingestion
    ? [`, ${partitionStartColumn}`, `, ${source.partitionStart ?? own}`]
    : ['', ''];
  const result = await connection.run(
    // Columns that were added later stand behind those two in the physical table.
    `INSERT INTO ${physicalName(storage)} (${columns}, ${bornColumn}, ${goneColumn}${more}) SELECT ${columns}, ${change}, NULL${start} FROM (${source.sql}) AS source(${given})`,
    [...(source.parameters ?? [])] as DuckDBValue[],
  );
  await requireFilled(connection, storage, change);
  return result.rowsChanged;
}

/** REQUIRED columns hold no NULL. */
async function requireFilled(
  connection: DuckDBConnection,
  storage: TableStorage,
  change: number,
): Promise<void> {
  for (const { name, mode } of storage.schema) {
    if (mode !== 'REQUIRED') continue;
    const reader = await connection.runAndReadAll(
      `SELECT 1 FROM ${physicalName(storage)} WHERE ${bornColumn} = ${change} AND ${quoteName(name)} IS NULL LIMIT 1`,
    );
    if (reader.currentRowCount > 0) throw invalid(`Required field ${name} cannot be null`);
  }
}

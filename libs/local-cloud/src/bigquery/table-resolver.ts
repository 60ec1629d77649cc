import { type Caller } from '../identity/caller.js';
import { notImplemented } from '../http/cloud-error.js';
import { type ResolvedTable, type TableName } from '../googlesql/translate.js';
import { tableResource } from './bigquery-context.js';
import { invalid, queryDenied, tableId, tableNotFound } from './bigquery-errors.js';
import { type Catalog } from './catalog.js';
import { type TableRecord } from './catalog-records.js';
import { type KeptRow } from './kept-rows.js';
import { partitionFilter } from './partitions.js';
import { type DecoratedTable } from './table-name.js';
import { pseudoColumnsOf, rowsOf, storageAt } from './table-rows.js';

/** Default length of time travel: seven days. */
export const timeTravelMs = 7 * 24 * 60 * 60 * 1000;

/** The rows of a native table now or at an instant, all of it or one partition. Throws 404 or 400. */
export function resolveNativeTable(
  catalog: Catalog,
  { name, partitionId, asOfMs }: DecoratedTable,
  withPseudoColumns = false,
): ResolvedTable & { readonly table: TableRecord; readonly kept: readonly KeptRow[] | undefined } {
  const table =
    asOfMs === undefined
      ? catalog.table(name)
      : (catalog.findTableOrGhost(name) ?? catalog.table(name));
  if (table.kind !== 'TABLE')
    throw notImplemented(`reading ${tableId(name)} (${table.kind}) as a native table`);
  if (asOfMs !== undefined && asOfMs < catalog.clock.nowMs() - timeTravelMs)
    throw invalid(
      `Invalid snapshot time ${asOfMs} for Table ${tableId(name)}@${asOfMs}. Cannot read before ${catalog.clock.nowMs() - timeTravelMs}`,
    );
  const storage = storageAt(table, asOfMs);
  if (!storage) {
    if (asOfMs !== undefined && table.storages.length > 0)
      throw invalid(
        `Invalid snapshot time ${asOfMs} for Table ${tableId(name)}@${asOfMs}. Cannot read before ${table.storages[0]?.fromMs}`,
      );
    throw tableNotFound(name);
  }
  const filter = partitionId === undefined ? undefined : partitionFilter(table, partitionId);
  const pseudo = withPseudoColumns ? pseudoColumnsOf(storage) : [];
  return {
    table,
    schema: storage.schema,
    relation: rowsOf(storage, { asOfMs, filter, pseudo }),
    ...(pseudo.length > 0 ? { pseudo } : {}),
    kept: storage.rows,
  };
}

/** Throws BigQuery's 403 unless the caller may read the table's rows. */
export function requireReadable(caller: Caller, name: TableName): void {
  if (!caller.can('bigquery.tables.getData', tableResource(name))) throw queryDenied(name);
}

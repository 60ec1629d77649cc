import { type Caller } from '../identity/caller.js';
import { notImplemented } from '../http/cloud-error.js';
import { type ResolvedTable, type TableName } from '../googlesql/translate.js';
import { tableResource } from './bigquery-context.js';
import { queryDenied, tableId, tableNotFound } from './bigquery-errors.js';
import { type Catalog } from './catalog.js';
import { hasOwnRows, type TableRecord } from './catalog-records.js';
import { type KeptRow } from './kept-rows.js';
import { partitionFilter } from './partitions.js';
import { type DecoratedTable } from './table-name.js';
import { managedFilter } from './streaming-buffer.js';
import { pseudoColumnsOf, rowsOf, storageAt } from './table-rows.js';
import { cannotReadBefore, requireInstant } from './time-travel.js';

/**
 * The rows of a native table now or at an instant, all of it or one partition; `managed` leaves out what lies in the
 * streaming buffer. Throws 404 or 400.
 */
export function resolveNativeTable(
  catalog: Catalog,
  { name, partitionId, asOfMs }: DecoratedTable,
  withPseudoColumns = false,
  rows: 'all' | 'managed' = 'all',
): ResolvedTable & {
  readonly table: TableRecord;
  readonly kept: readonly KeptRow[] | undefined;
  readonly lacksBuffer: boolean;
} {
  const table =
    asOfMs === undefined
      ? catalog.table(name)
      : (catalog.findTableOrGhost(name) ?? catalog.table(name));
  if (!hasOwnRows(table.kind))
    throw notImplemented(`reading ${tableId(name)} (${table.kind}) as a native table`);
  if (asOfMs !== undefined) {
    const dataset = catalog.findDataset(name.projectId, name.datasetId);
    requireInstant(name, dataset, asOfMs, catalog.clock.nowMs());
  }
  const storage = storageAt(table, asOfMs);
  if (!storage) {
    const [first] = table.storages;
    if (asOfMs !== undefined && first) throw cannotReadBefore(name, asOfMs, first.fromMs);
    throw tableNotFound(name);
  }
  const managed = rows === 'managed' ? managedFilter(storage, catalog) : undefined;
  const inPartition = partitionId === undefined ? undefined : partitionFilter(table, partitionId);
  const filter =
    [inPartition, managed].filter((each) => each !== undefined).join(' AND ') || undefined;
  const pseudo = withPseudoColumns ? pseudoColumnsOf(storage) : [];
  return {
    table,
    schema: storage.schema,
    relation: rowsOf(storage, { asOfMs, filter, pseudo }),
    ...(pseudo.length > 0 ? { pseudo } : {}),
    kept: storage.rows,
    lacksBuffer: managed !== undefined,
  };
}

/** Throws BigQuery's 403 unless the caller may read the table's rows. */
export function requireReadable(caller: Caller, name: TableName): void {
  if (!caller.can('bigquery.tables.getData', tableResource(name))) throw queryDenied(name);
}

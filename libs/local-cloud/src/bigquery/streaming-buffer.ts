import { type BigQueryContext } from './bigquery-context.js';
import { type Catalog } from './catalog.js';
import { type TableRecord, type TableStatistics, type TableStorage } from './catalog-records.js';
import { bornColumn, rowsOf, storageAt } from './table-rows.js';
import { measure } from './table-statistics.js';

/**
 * Rows of tabledata.insertAll lie in a streaming buffer for a while: queries see them at once, but what reads managed
 * storage does not (https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#dataavailability).
 */
export interface StreamingBuffer {
  readonly statistics: TableStatistics;
  readonly oldestEntryMs: number;
}

/** Numbers of the changes whose rows lie in the buffer now. */
export function bufferedChanges(
  { changes, streamed = [] }: TableStorage,
  { clock, streamingBufferMs }: Pick<Catalog, 'clock' | 'streamingBufferMs'>,
): number[] {
  const nowMs = clock.nowMs();
  return streamed.filter((change) => (changes[change - 1] ?? 0) + streamingBufferMs > nowMs);
}

/** A DuckDB condition that holds for the rows in managed storage; undefined when all are. */
export function managedFilter(storage: TableStorage, catalog: Catalog): string | undefined {
  const buffered = bufferedChanges(storage, catalog);
  return buffered.length > 0 ? `${bornColumn} NOT IN (${buffered.join(', ')})` : undefined;
}

/** What lies in a table's buffer; undefined when nothing does. */
export async function bufferOf(
  { catalog, database }: BigQueryContext,
  table: TableRecord,
): Promise<StreamingBuffer | undefined> {
  const storage = storageAt(table);
  const buffered = storage ? bufferedChanges(storage, catalog) : [];
  const [oldest] = buffered;
  if (!storage || oldest === undefined) return undefined;
  const filter = `${bornColumn} IN (${buffered.join(', ')})`;
  const statistics = await database.withConnection((connection) =>
    measure(connection, table.schema, rowsOf(storage, { filter })),
  );
  if (statistics.rowCount === 0) return undefined;
  return {
    statistics,
    oldestEntryMs: storage.changes[oldest - 1] ?? storage.fromMs,
  };
}

/** The figures of a table's rows in managed storage. */
export const withoutBuffer = (
  { rowCount, columnBytes }: TableStatistics,
  { statistics }: StreamingBuffer,
): TableStatistics => ({
  rowCount: rowCount - statistics.rowCount,
  columnBytes: Object.fromEntries(
    Object.entries(columnBytes).map(([path, size]) => [
      path,
      size - (statistics.columnBytes[path] ?? 0),
    ]),
  ),
});

import { type RequiredFilter, type ResolvedTable } from '../googlesql/translate.js';
import { type TableRecord } from './catalog-records.js';
import { type TimePartitioning } from './partitions.js';

/** The filter without which a partitioned table may not be queried, where the table demands one. */
export function requiredFilterOf(table: TableRecord): Pick<ResolvedTable, 'requiredFilters'> {
  const { settings } = table;
  const time = settings['timePartitioning'] as
    (TimePartitioning & { readonly requirePartitionFilter?: boolean }) | undefined;
  if (settings['requirePartitionFilter'] !== true && time?.requirePartitionFilter !== true)
    return {};
  const range = settings['rangePartitioning'] as { readonly field: string } | undefined;
  const field = time?.field ?? range?.field;
  const { projectId, datasetId, tableId } = table;
  const name = { projectId, datasetId, tableId };
  if (field !== undefined)
    return { requiredFilters: [{ table: name, columns: [field], by: [field] }] };
  return time ? { requiredFilters: [{ table: name, ...ingestionTime }] } : {};
}

/** As BigQuery names what a table partitioned by ingestion time can be filtered by. */
const ingestionTime: Omit<RequiredFilter, 'table'> = {
  columns: ['_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME'],
  by: ['_PARTITIONDATE', '_PARTITIONTIME'],
};

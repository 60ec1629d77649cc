import { type Partitioning } from '../table.js';
import { quoteIdentifier } from '../transform/quote.js';

/**
 * A condition that every row meets, for a table that cannot be queried without a filter on its partitions; undefined when
 * none is required. A predicate that only references the partitioning column is enough
 * (bigquery/docs/querying-partitioned-tables).
 */
export function everyPartition(partitioning: Partitioning | undefined): string | undefined {
  if (!partitioning?.requireFilter) return undefined;
  const { column } = partitioning;
  const name = column === undefined ? '_PARTITIONTIME' : `source_row.${quoteIdentifier(column)}`;
  return `${name} IS NULL OR ${name} IS NOT NULL`;
}

import { AppError } from '../errors.js';
import { type Partitioning, type TableMetadata, tableName } from '../table.js';
import { type PartitionChoice } from './choose-partitions.js';

/** One job's share of an export whose files lie in a folder for each partition. */
export interface PartitionFolder {
  /** `day=2026-01-01/` */
  readonly folder: string;
  readonly partition: string;
  /** Which rows are its. */
  readonly condition: string;
}

/** Each partition costs a job; an extract job is free, but a project has a number of them for a day. */
const mostFolders = 500;

/** The folders of the chosen partitions, named as Hive names them; throws when there is nothing to name. */
export function partitionFolders(
  table: TableMetadata | undefined,
  choice: PartitionChoice | undefined,
): readonly PartitionFolder[] {
  const refuse = (message: string, fix: string) =>
    new AppError('request-invalid', message, { field: 'partitionPrefix', fix });
  if (!table?.partitioning || !choice)
    throw refuse(
      `${table ? tableName(table.ref) : 'A query'} has no partitions to name folders after.`,
      'Leave `partitionPrefix` out.',
    );
  if (choice.each.length > mostFolders)
    throw refuse(
      `${choice.each.length} partitions are more than the ${mostFolders} folders of one export.`,
      'Ask for a range of partitions with `source.partition`.',
    );
  const { partitioning } = table;
  const key = (partitioning.column ?? 'partition').replace(/[^\p{L}\p{N}_]/gu, '_');
  return choice.each.map(({ id, condition }) => ({
    folder: `${key}=${valueOf(id, partitioning)}/`,
    partition: id,
    condition,
  }));
}

/** `20260102` → `2026-01-02`, `2026010213` → `2026-01-02T13`. */
function valueOf(id: string, { unit }: Partitioning): string {
  if (id === '__NULL__') return '__HIVE_DEFAULT_PARTITION__';
  if (unit === 'INTEGER' || !/^\d{4,10}$/.test(id)) return id;
  const date = [id.slice(0, 4), id.slice(4, 6), id.slice(6, 8)].filter(Boolean).join('-');
  return id.length > 8 ? `${date}T${id.slice(8)}` : date;
}

import { AppError } from '../errors.js';
import { type TableSource } from '../request/export-request.js';
import {
  type Partitioning,
  type PartitionSummary,
  tableName,
  type TableMetadata,
} from '../table.js';
import { findField } from '../schema.js';
import { quoteIdentifier } from '../transform/quote.js';

/** Which partitions are read: one by its decorator, or several by a condition. */
export interface PartitionChoice {
  /** Said to people and kept in the manifest, e.g. `20260101` or `20260101…20260131`. */
  readonly label: string;
  readonly single?: string;
  readonly condition: string;
  /** Each partition with the condition of its rows. */
  readonly each: readonly { readonly id: string; readonly condition: string }[];
  readonly rowCount: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Resolves the request's partition against those that the table has. */
export function choosePartitions(
  source: TableSource,
  table: TableMetadata,
  partitions: readonly PartitionSummary[],
  wantsAll = false,
): PartitionChoice | undefined {
  if (source.partition === undefined && !wantsAll) return undefined;
  const { partitioning } = table;
  const name = tableName(table.ref);
  if (!partitioning)
    throw refuse(name, `${name} is not partitioned.`, 'Leave `source.partition` out.');
  const chosen = partitions.filter((partition) =>
    isWanted(partition, source.partition, partitioning.unit),
  );
  const first = chosen[0];
  if (!first) {
    const newest = partitions
      .map(({ id }) => id)
      .sort()
      .at(-1);
    throw refuse(
      name,
      `${name} has no partition ${describe(source.partition)}.`,
      newest ? `Its newest partition is ${newest}.` : 'It has no partitions yet.',
    );
  }
  const each = chosen.map(({ id }) => ({ id, condition: conditionOf(id, partitioning, table) }));
  return {
    label: describe(source.partition),
    single: chosen.length === 1 ? first.id : undefined,
    condition: each.map(({ condition }) => condition).join(' OR '),
    each,
    rowCount: sum(chosen.map(({ rowCount }) => rowCount)),
    sizeBytes: sum(chosen.map(({ sizeBytes }) => sizeBytes)),
    modifiedMs: Math.max(...chosen.map(({ modifiedMs }) => modifiedMs)),
  };
}

function isWanted(
  partition: PartitionSummary,
  wanted: TableSource['partition'],
  unit: Partitioning['unit'],
): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'string') return partition.id === wanted;
  if ('changedSince' in wanted) return partition.modifiedMs > Date.parse(wanted.changedSince);
  return (
    compare(partition.id, wanted.from, unit) >= 0 && compare(partition.id, wanted.to, unit) <= 0
  );
}

/** Times compare as text, integers as numbers, negative ones too; not a number where the two are no match. */
function compare(id: string, bound: string, unit: Partitioning['unit']): number {
  if (unit === 'INTEGER') {
    if (!/^-?\d+$/.test(id) || !/^-?\d+$/.test(bound)) return Number.NaN;
    return Number(BigInt(id) - BigInt(bound));
  }
  if (!/^\d+$/.test(id)) return Number.NaN;
  if (id.length === bound.length) return id < bound ? -1 : id > bound ? 1 : 0;
  return Number(id) - Number(bound);
}

function conditionOf(id: string, partitioning: Partitioning, table: TableMetadata): string {
  const { column } = partitioning;
  if (column === undefined) {
    if (id === unpartitioned) return '_PARTITIONTIME IS NULL';
    const time = timestampOf(id, partitioning.unit);
    return `_PARTITIONTIME = TIMESTAMP '${time} UTC'`;
  }
  const quoted = quoteIdentifier(column);
  if (id === '__NULL__') return `${quoted} IS NULL`;
  if (id === unpartitioned && partitioning.unit !== 'INTEGER') throw notSortedYet(table);
  if (partitioning.unit === 'INTEGER') return integerCondition(quoted, id, table);
  const type = findField(table.fields, column)?.type ?? 'DATE';
  const literal = (time: string) =>
    type === 'DATE'
      ? `DATE '${time.slice(0, 10)}'`
      : `${type} '${time}${type === 'TIMESTAMP' ? ' UTC' : ''}'`;
  const start = timestampOf(id, partitioning.unit);
  const end = nextAfter(start, partitioning.unit);
  const from = `${quoted} >= ${literal(start)}`;
  return end === undefined ? from : `${from} AND ${quoted} < ${literal(end)}`;
}

/** What lies outside all ranges, or has been streamed in and is not sorted into its partition yet. */
const unpartitioned = '__UNPARTITIONED__';

/** An integer partition is named by the number it begins with; how far it goes is the table's own setting. */
function integerCondition(column: string, id: string, table: TableMetadata): string {
  const { interval, start, end } = table.partitioning ?? {};
  if (id === unpartitioned && start !== undefined && end !== undefined)
    return `(${column} < ${BigInt(start)} OR ${column} >= ${BigInt(end)})`;
  if (!/^-?\d+$/.test(id) || interval === undefined)
    throw refuse(
      tableName(table.ref),
      `Partition ${id} of ${tableName(table.ref)} can only be exported by itself.`,
      'Ask for this one partition, or filter by the column.',
    );
  return `${column} >= ${id} AND ${column} < ${BigInt(id) + BigInt(interval)}`;
}

const notSortedYet = (table: TableMetadata): AppError =>
  refuse(
    tableName(table.ref),
    `BigQuery has not sorted those rows of ${tableName(table.ref)} into their partitions yet: no query can name them.`,
    'Wait until it has, some minutes to an hour and a half, or filter by the column.',
  );

/** `2026010213` → `2026-01-02 13:00:00`; missing parts are the first. Ids hold digits only. */
function timestampOf(id: string, unit: Partitioning['unit']): string {
  const [year, month, day, hour] = [
    id.slice(0, 4),
    id.slice(4, 6) || '01',
    id.slice(6, 8) || '01',
    id.slice(8, 10) || '00',
  ];
  if (!/^\d{4,10}$/.test(id))
    throw new AppError('partition-not-found', `${id} is not a partition by ${unit}.`);
  return `${year}-${month}-${day} ${hour}:00:00`;
}

/**
 * Where the next partition starts; undefined after the year 9999. Bare comparisons with the column always let BigQuery skip
 * partitions; functions of it do not for each type.
 */
function nextAfter(start: string, unit: Partitioning['unit']): string | undefined {
  const [year = 0, month = 1, day = 1, hour = 0] = start.split(/[- :]/).map(Number);
  const plus = (of: Partitioning['unit']) => (unit === of ? 1 : 0);
  const next = new Date(0);
  next.setUTCFullYear(year + plus('YEAR'), month - 1 + plus('MONTH'), day + plus('DAY'));
  next.setUTCHours(hour + plus('HOUR'));
  if (next.getUTCFullYear() > 9_999) return undefined;
  return next.toISOString().slice(0, 19).replace('T', ' ');
}

function describe(partition: TableSource['partition']): string {
  if (partition === undefined) return 'all';
  if (typeof partition === 'string') return partition;
  return 'changedSince' in partition
    ? `changed since ${partition.changedSince}`
    : `${partition.from}…${partition.to}`;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

const refuse = (resource: string, message: string, fix: string): AppError =>
  new AppError('partition-not-found', message, { field: 'source.partition', resource, fix });

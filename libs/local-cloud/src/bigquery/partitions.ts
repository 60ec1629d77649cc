import { type TableName } from '../googlesql/translate.js';
import { invalid, tableId } from './bigquery-errors.js';
import { type IngestionUnit, type TableRecord } from './catalog-records.js';
import { quoteName } from './duckdb-type.js';
import { partitionStartColumn } from './table-rows.js';

export interface TimePartitioning {
  readonly type: string;
  readonly field?: string;
}

interface RangePartitioning {
  readonly field: string;
  readonly range: { readonly start: string; readonly end: string; readonly interval: string };
}

const units: Readonly<Record<string, { readonly unit: string; readonly pattern: string }>> = {
  HOUR: { unit: 'hour', pattern: '%Y%m%d%H' },
  DAY: { unit: 'day', pattern: '%Y%m%d' },
  MONTH: { unit: 'month', pattern: '%Y%m' },
  YEAR: { unit: 'year', pattern: '%Y' },
};

/** A DuckDB expression for the id of the partition of a row with its pseudo columns; undefined when the table has no partitions. */
export function partitionIdSql(table: TableRecord): string | undefined {
  const time = table.settings['timePartitioning'] as TimePartitioning | undefined;
  if (time) {
    const column = quoteName(time.field ?? '_PARTITIONTIME');
    return `coalesce(strftime(${column}, '${unitOf(time).pattern}'), '__NULL__')`;
  }
  const byRange = table.settings['rangePartitioning'] as RangePartitioning | undefined;
  if (byRange) {
    const column = quoteName(byRange.field);
    const [start, end, interval] = boundsOf(byRange);
    return `CASE WHEN ${column} IS NULL THEN '__NULL__' WHEN ${column} < ${start} OR ${column} >= ${end} THEN '__UNPARTITIONED__'
      ELSE (${start} + ((${column} - ${start}) // ${interval}) * ${interval})::VARCHAR END`;
  }
  return undefined;
}

/** A DuckDB condition that holds for the rows of one partition; 400 when there can be no such partition. */
export function partitionFilter(table: TableRecord, partitionId: string): string {
  const time = table.settings['timePartitioning'] as TimePartitioning | undefined;
  if (time) {
    if (!time.field) return `${partitionStartColumn} = ${partitionStartSql(table, partitionId)}`;
    const column = quoteName(time.field);
    if (partitionId === '__NULL__') return `${column} IS NULL`;
    if (partitionId === '__UNPARTITIONED__') return 'false';
    const start = startOf(partitionId, time.type);
    if (!start) throw invalidPartition(table, partitionId);
    const type = table.schema.find(({ name }) => name === time.field)?.type ?? 'DATE';
    const cast = type === 'DATE' ? 'DATE' : type === 'TIMESTAMP' ? 'TIMESTAMPTZ' : 'TIMESTAMP';
    const zone = type === 'TIMESTAMP' ? '+00' : '';
    return `${column} >= '${start}${zone}'::${cast} AND ${column} < ('${start}'::TIMESTAMP + INTERVAL 1 ${unitOf(time).unit})::${cast}`;
  }
  const expression = partitionIdSql(table);
  if (!expression || !/^(-?\d+|__NULL__|__UNPARTITIONED__)$/.test(partitionId))
    throw invalidPartition(table, partitionId);
  return `${expression} = '${partitionId}'`;
}

/** The start of a partition by time, as a TIMESTAMP of DuckDB; 400 when there can be no such partition. */
export function partitionStartSql(
  table: Pick<TableRecord, 'settings' | keyof TableName>,
  partitionId: string,
): string {
  const time = table.settings['timePartitioning'] as TimePartitioning;
  if (/^__(NULL|UNPARTITIONED)__$/.test(partitionId)) return 'NULL::TIMESTAMP';
  const start = startOf(partitionId, time.type);
  if (!start) throw invalidPartition(table, partitionId);
  return `TIMESTAMP '${start}'`;
}

/** The unit of partitions by ingestion time; undefined when a table's settings ask for none. */
export function ingestionUnitOf(
  settings: Readonly<Record<string, unknown>>,
): IngestionUnit | undefined {
  const time = settings['timePartitioning'] as TimePartitioning | undefined;
  if (!time || time.field) return undefined;
  unitOf(time);
  return time.type as IngestionUnit;
}

function startOf(partitionId: string, type: string): string | undefined {
  const lengths: Record<string, number> = { HOUR: 10, DAY: 8, MONTH: 6, YEAR: 4 };
  if (!/^\d+$/.test(partitionId) || partitionId.length !== lengths[type]) return undefined;
  const [year, month, day, hour] = [
    partitionId.slice(0, 4),
    partitionId.slice(4, 6) || '01',
    partitionId.slice(6, 8) || '01',
    partitionId.slice(8, 10) || '00',
  ];
  const start = `${year}-${month}-${day} ${hour}:00:00`;
  const parsed = new Date(`${start.replace(' ', 'T')}Z`);
  return Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== start.slice(0, 10)
    ? undefined
    : start;
}

function unitOf({ type }: TimePartitioning): { unit: string; pattern: string } {
  const unit = units[type];
  if (!unit) throw invalid(`Invalid value for timePartitioning.type: ${type}`);
  return unit;
}

function boundsOf({ range }: RangePartitioning): [bigint, bigint, bigint] {
  return [BigInt(range.start), BigInt(range.end), BigInt(range.interval)];
}

const invalidPartition = (table: TableName, partitionId: string) =>
  invalid(`Invalid partition ID "${partitionId}" for table ${tableId(table)}.`);

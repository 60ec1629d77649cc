import { type TableRecord, type TableStorage } from './catalog-records.js';
import { duckdbTypeOf, isRecord, quoteName } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';

/** Columns no BigQuery column can be called: `$` is not allowed in their names. */
export const bornColumn = quoteName('$from');
export const goneColumn = quoteName('$to');

export const physicalName = (storage: Pick<TableStorage, 'physical'>): string =>
  `data.${quoteName(storage.physical)}`;

/** The columns of `CREATE TABLE`, with the two that carry the rows' lifetimes. */
export const physicalColumns = (schema: readonly BigQueryField[]): string =>
  [
    ...schema.map((field) => `${quoteName(field.name)} ${duckdbTypeOf(field)}`),
    `${bornColumn} INTEGER`,
    `${goneColumn} INTEGER`,
  ].join(', ');

/** The storage that held the table's rows at an instant (default: now); undefined when there was none. */
export function storageAt(table: TableRecord, asOfMs?: number): TableStorage | undefined {
  if (asOfMs === undefined) {
    const last = table.storages.at(-1);
    return last?.toMs === undefined ? last : undefined;
  }
  return table.storages.findLast(
    ({ fromMs, toMs }) => fromMs <= asOfMs && (toMs === undefined || asOfMs < toMs),
  );
}

/**
 * A subquery with the rows a storage held: now, or at an instant. It is fixed by change numbers and not by what the
 * transaction happens to see, so that a job reads the rows of its instant however long it waited.
 */
export function rowsOf(storage: TableStorage, asOfMs?: number, filter?: string): string {
  const columns = storage.schema.map(({ name }) => quoteName(name)).join(', ');
  const conditions = filter ? [filter] : [];
  if (asOfMs !== undefined || storage.changes.length > 0) {
    const change = changeAt(storage, asOfMs);
    conditions.push(
      `${bornColumn} <= ${change}`,
      `(${goneColumn} IS NULL OR ${goneColumn} > ${change})`,
    );
  }
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return `(SELECT ${columns} FROM ${physicalName(storage)}${where})`;
}

/** How many changes had happened at the instant. */
export const changeAt = (storage: TableStorage, asOfMs?: number): number =>
  asOfMs === undefined
    ? storage.changes.length
    : storage.changes.filter((atMs) => atMs <= asOfMs).length;

/** Aggregates that give the number of rows and each column's logical bytes, in the schema's order. */
export const statisticsSql = (schema: readonly BigQueryField[], relation: string): string =>
  `SELECT count(*), ${schema
    .map((field) => `coalesce(sum(${sizeSql(quoteName(field.name), field)}), 0)::BIGINT`)
    .join(', ')} FROM ${relation}`;

const fixedSizes: Readonly<Record<string, number>> = {
  INTEGER: 8,
  INT64: 8,
  FLOAT: 8,
  FLOAT64: 8,
  BOOLEAN: 1,
  BOOL: 1,
  TIMESTAMP: 8,
  DATE: 8,
  TIME: 8,
  DATETIME: 8,
  NUMERIC: 16,
  BIGNUMERIC: 32,
  INTERVAL: 16,
  RANGE: 16,
};

/** Logical bytes of one value, as BigQuery bills them; NULL has none. */
function sizeSql(value: string, field: BigQueryField, depth = 0): string {
  if (field.mode === 'REPEATED') {
    const item = `x${depth}`;
    const size = sizeSql(item, { ...field, mode: 'NULLABLE' }, depth + 1);
    return `coalesce(list_sum(list_transform(${value}, lambda ${item}: ${size})), 0)`;
  }
  if (isRecord(field)) {
    const sizes = (field.fields ?? []).map((child) =>
      sizeSql(`${value}.${quoteName(child.name)}`, child, depth),
    );
    return `(${sizes.join(' + ') || '0'})`;
  }
  const fixed = fixedSizes[field.type];
  if (fixed !== undefined) return `(CASE WHEN ${value} IS NULL THEN 0 ELSE ${fixed} END)`;
  if (field.type === 'BYTES') return `coalesce(2 + octet_length(${value}), 0)`;
  if (field.type === 'GEOGRAPHY')
    return `coalesce(40 + 24 * (length(${value}) - length(replace(${value}, ',', ''))), 0)`;
  return `coalesce(2 + strlen(${value}::VARCHAR), 0)`;
}

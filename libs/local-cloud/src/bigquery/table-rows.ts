import { type TableRecord, type TableStorage } from './catalog-records.js';
import { duckdbTypeOf, isRecord, quoteName } from './duckdb-type.js';
import { keptRelation } from './kept-rows.js';
import { type BigQueryField } from './schema.js';

/** Columns no BigQuery column can be called: `$` is not allowed in their names. */
export const bornColumn = quoteName('$from');
export const goneColumn = quoteName('$to');
/** Of a table partitioned by ingestion time: the start of the row's partition. */
export const partitionStartColumn = quoteName('$at');

export const physicalName = (storage: Pick<TableStorage, 'physical'>): string =>
  `data.${quoteName(storage.physical)}`;

/** The columns of `CREATE TABLE`, with those that carry the rows' lifetimes and partitions. */
export const physicalColumns = ({ schema, ingestion }: TableStorage): string =>
  [
    ...schema.map((field) => `${quoteName(field.name)} ${duckdbTypeOf(field)}`),
    `${bornColumn} INTEGER`,
    `${goneColumn} INTEGER`,
    ...(ingestion ? [`${partitionStartColumn} TIMESTAMP`] : []),
  ].join(', ');

/** The columns that can be named in a query of the storage's rows, though no star brings them. */
export const pseudoColumnsOf = ({ ingestion }: TableStorage): BigQueryField[] => [
  ...(ingestion ? [{ name: '_PARTITIONTIME', type: 'TIMESTAMP' }] : []),
  ...(ingestion === 'DAY' ? [{ name: '_PARTITIONDATE', type: 'DATE' }] : []),
];

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

/** Which rows of a storage, and with which pseudo columns. */
export interface RowChoice {
  /** Default: now. */
  readonly asOfMs?: number;
  readonly filter?: string;
  readonly pseudo?: readonly BigQueryField[];
}

/**
 * A subquery with the rows a storage held: now, or at an instant. It is fixed by change numbers and not by what the
 * transaction happens to see, so that a job reads the rows of its instant however long it waited.
 */
export function rowsOf(
  storage: TableStorage,
  { asOfMs, filter, pseudo = [] }: RowChoice = {},
): string {
  if (storage.rows) {
    // Of a table partitioned by ingestion time there are none yet.
    if (!storage.ingestion) return keptRelation(storage.schema, storage.rows, filter);
    const nulls = pseudo.map(
      (field) => `, NULL::${duckdbTypeOf(field)} AS ${quoteName(field.name)}`,
    );
    return `(SELECT *${nulls.join('')} FROM ${keptRelation(storage.schema, [])})`;
  }
  const columns = [
    ...storage.schema.map(({ name }) => quoteName(name)),
    ...pseudo.map(
      (field) =>
        `CAST(${partitionStartColumn} AS ${duckdbTypeOf(field)}) AS ${quoteName(field.name)}`,
    ),
  ].join(', ');
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

/** A column without fields below it, by its dotted path, and SQL for its logical bytes in one row. */
export interface Leaf {
  readonly path: string;
  readonly sizeSql: string;
}

/** Every leaf of a schema. Queries are billed by the leaves they read. */
export const leavesOf = (schema: readonly BigQueryField[]): Leaf[] =>
  schema.flatMap((field) => leavesBelow(quoteName(field.name), field, field.name, 0));

function leavesBelow(value: string, field: BigQueryField, path: string, depth: number): Leaf[] {
  if (field.mode === 'REPEATED') {
    const item = `x${depth}`;
    return leavesBelow(item, { ...field, mode: 'NULLABLE' }, path, depth + 1).map((leaf) => ({
      path: leaf.path,
      sizeSql: `coalesce(list_sum(list_transform(${value}, lambda ${item}: ${leaf.sizeSql})), 0)`,
    }));
  }
  if (isRecord(field))
    return (field.fields ?? []).flatMap((child) =>
      leavesBelow(`${value}.${quoteName(child.name)}`, child, `${path}.${child.name}`, depth),
    );
  return [{ path, sizeSql: scalarSize(value, field) }];
}

/** Aggregates that give the number of rows and each leaf's logical bytes. */
export const statisticsSql = (leaves: readonly Leaf[], relation: string): string =>
  `SELECT ${['count(*)', ...leaves.map(({ sizeSql }) => `coalesce(sum(${sizeSql}), 0)::BIGINT`)].join(', ')} FROM ${relation}`;

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
function scalarSize(value: string, field: BigQueryField): string {
  const fixed = fixedSizes[field.type];
  if (fixed !== undefined) return `(CASE WHEN ${value} IS NULL THEN 0 ELSE ${fixed} END)`;
  if (field.type === 'BYTES') return `coalesce(2 + octet_length(${value}), 0)`;
  if (field.type === 'GEOGRAPHY')
    return `coalesce(40 + 24 * (length(${value}) - length(replace(${value}, ',', ''))), 0)`;
  return `coalesce(2 + strlen(${value}::VARCHAR), 0)`;
}

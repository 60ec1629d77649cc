import { CloudError } from '../http/cloud-error.js';
import { type TableName } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, datasetResource, tableResource } from './bigquery-context.js';
import { alreadyExists, invalid, tableId, tableNotFound } from './bigquery-errors.js';
import { type TableRecord } from './catalog-records.js';
import { duckdbTypeOf, quoteName } from './duckdb-type.js';
import { ingestionUnitOf, partitionFilter, partitionStartSql } from './partitions.js';
import { changeSchema } from './schema-change.js';
import { type BigQueryField } from './schema.js';
import { requirePartitioning } from './table-draft.js';
import { type DecoratedTable } from './table-name.js';
import { bornColumn, goneColumn, partitionStartColumn, physicalName } from './table-rows.js';
import { insertRows, type RowSource } from './physical-table.js';
import { type Runner } from './table-store.js';

export type WriteDisposition = 'WRITE_EMPTY' | 'WRITE_APPEND' | 'WRITE_TRUNCATE';

/** Where and how a job writes rows. */
export interface RowDestination {
  readonly table: DecoratedTable;
  readonly write: WriteDisposition;
  readonly mayCreate: boolean;
  /** Settings of a table that is created or truncated: partitioning, clustering, labels. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly mayAddColumns: boolean;
  readonly mayRelaxColumns: boolean;
}

/** Reads `writeDisposition`, `createDisposition` and `schemaUpdateOptions` of a job's configuration. */
export function readDestination(
  table: DecoratedTable,
  configuration: Readonly<Record<string, unknown>>,
  usual: WriteDisposition,
): RowDestination {
  const write = String(configuration['writeDisposition'] ?? usual);
  if (write !== 'WRITE_EMPTY' && write !== 'WRITE_APPEND' && write !== 'WRITE_TRUNCATE')
    throw invalid(`Invalid value for writeDisposition: ${write.slice(0, 60)}`);
  const create = String(configuration['createDisposition'] ?? 'CREATE_IF_NEEDED');
  if (create !== 'CREATE_IF_NEEDED' && create !== 'CREATE_NEVER')
    throw invalid(`Invalid value for createDisposition: ${create.slice(0, 60)}`);
  const updates = (configuration['schemaUpdateOptions'] ?? []) as readonly string[];
  const settings = Object.fromEntries(
    ['timePartitioning', 'rangePartitioning', 'clustering'].flatMap((name) =>
      configuration[name] ? [[name, configuration[name]]] : [],
    ),
  );
  const properties = (configuration['destinationTableProperties'] ?? {}) as Record<string, unknown>;
  return {
    table,
    write,
    mayCreate: create === 'CREATE_IF_NEEDED',
    settings: { ...settings, ...properties },
    mayAddColumns: updates.includes('ALLOW_FIELD_ADDITION'),
    mayRelaxColumns: updates.includes('ALLOW_FIELD_RELAXATION'),
  };
}

/** Throws 403 unless the caller may write there: create the table, or change its rows. */
export function requireDestination(
  { catalog }: BigQueryContext,
  caller: Caller,
  { table: { name } }: RowDestination,
): void {
  catalog.dataset(name.projectId, name.datasetId);
  if (catalog.findTable(name)) caller.require('bigquery.tables.updateData', tableResource(name));
  else caller.require('bigquery.tables.create', datasetResource(name.projectId, name.datasetId));
}

/** Writes the rows of a query with this schema. All of them become visible at once. Returns their number. */
export async function writeRows(
  context: BigQueryContext,
  destination: RowDestination,
  schema: readonly BigQueryField[],
  source: RowSource,
  run: Runner,
): Promise<number> {
  const { tables, catalog } = context;
  const { name, partitionId } = destination.table;
  const existing = catalog.findTable(name);
  if (existing && existing.kind !== 'TABLE')
    throw invalid(
      `${tableId(name)} is not allowed for this operation because it is currently a ${existing.kind}.`,
    );
  if (!existing) {
    if (!destination.mayCreate) throw tableNotFound(name);
    requirePartitioning(destination.settings, schema);
    return tables.replace(
      name,
      { kind: 'TABLE', schema, settings: destination.settings },
      partitionId === undefined
        ? source
        : inPartition(destination.settings, partitionId, name, source),
      run,
    );
  }
  if (partitionId !== undefined)
    return writePartition(context, destination, existing, schema, source, run);
  if (destination.write === 'WRITE_EMPTY' && (await tables.statistics(name)).rowCount > 0)
    throw alreadyExists(`Table ${tableId(name)}`);
  if (destination.write === 'WRITE_TRUNCATE') {
    const settings = { ...existing.settings, ...destination.settings };
    requirePartitioning(settings, schema);
    return tables.replace(name, { kind: 'TABLE', schema, settings }, source, run);
  }
  const table = await widen(context, destination, existing, schema);
  return tables.append(name, inTableOrder(table, schema, source), run);
}

/** Replaces or extends one partition; the rows must belong to it. */
async function writePartition(
  { tables, catalog }: BigQueryContext,
  { table: { name, partitionId = '' }, write }: RowDestination,
  existing: TableRecord,
  schema: readonly BigQueryField[],
  source: RowSource,
  run: Runner,
): Promise<number> {
  const filter = partitionFilter(existing, partitionId);
  const placed = inPartition(existing.settings, partitionId, name, source);
  let rowCount = 0;
  await tables.change(name, async (connection, storage, change) => {
    const relation = physicalName(storage);
    const isLive = `${goneColumn} IS NULL AND (${filter})`;
    if (write === 'WRITE_TRUNCATE')
      await connection.run(`UPDATE ${relation} SET ${goneColumn} = ${change} WHERE ${isLive}`);
    else if (write === 'WRITE_EMPTY') {
      const reader = await connection.runAndReadAll(
        `SELECT 1 FROM ${relation} WHERE ${isLive} LIMIT 1`,
      );
      if (reader.currentRowCount > 0) throw alreadyExists(`Table ${tableId(name)}$${partitionId}`);
    }
    const ordered = inTableOrder(catalog.table(name), schema, placed);
    rowCount = await run(connection, () =>
      insertRows(connection, storage, ordered, { change, nowMs: catalog.clock.nowMs() }),
    );
    const strays = await connection.runAndReadAll(
      `SELECT 1 FROM ${relation} WHERE ${bornColumn} = ${change} AND NOT coalesce(${filter}, false) LIMIT 1`,
    );
    if (strays.currentRowCount > 0)
      throw invalid(
        `Some rows belong to different partitions rather than destination partition ${name.tableId}$${partitionId}`,
      );
  });
  return rowCount;
}

/** The source's rows in one partition by ingestion time; other partitions are told by the rows' values. */
const inPartition = (
  settings: TableRecord['settings'],
  partitionId: string,
  name: TableName,
  source: RowSource,
): RowSource =>
  ingestionUnitOf(settings)
    ? { ...source, partitionStart: partitionStartSql({ ...name, settings }, partitionId) }
    : source;

async function widen(
  { tables }: BigQueryContext,
  { mayAddColumns, mayRelaxColumns }: RowDestination,
  existing: TableRecord,
  schema: readonly BigQueryField[],
): Promise<TableRecord> {
  if (existing.schema.length === 0)
    return tables.alter(existing, (before) => ({ ...before, schema }));
  const known = new Set(existing.schema.map(({ name }) => name.toLowerCase()));
  const added = schema.filter(({ name }) => !known.has(name.toLowerCase()));
  if (added.length > 0 && !mayAddColumns)
    throw invalid(
      `Provided Schema does not match Table ${tableId(existing)}. Cannot add fields (field: ${added[0]?.name})`,
    );
  const given = new Map(schema.map((field) => [field.name.toLowerCase(), field]));
  const kept = existing.schema.map((field) => {
    const source = given.get(field.name.toLowerCase());
    if (source && duckdbTypeOf(source) !== duckdbTypeOf(field) && source.type !== field.type)
      throw invalid(
        `Provided Schema does not match Table ${tableId(existing)}. Field ${field.name} has changed type from ${field.type} to ${source.type}`,
      );
    const relaxes = field.mode === 'REQUIRED' && mayRelaxColumns && source?.mode !== 'REQUIRED';
    return relaxes ? { ...field, mode: 'NULLABLE' as const } : field;
  });
  if (added.length === 0 && JSON.stringify(kept) === JSON.stringify(existing.schema))
    return existing;
  return tables.alter(existing, (before) => ({
    ...before,
    schema: changeSchema(existing, before.schema, [...kept, ...added]),
  }));
}

/** The source's columns by name, in the table's order; those it lacks are NULL. */
function inTableOrder(
  table: Pick<TableRecord, 'schema'>,
  schema: readonly BigQueryField[],
  source: RowSource,
): RowSource {
  const names = schema.map(({ name }) => quoteName(name)).join(', ');
  const columns = table.schema.map((field) => {
    const match = schema.find(({ name }) => name.toLowerCase() === field.name.toLowerCase());
    return match ? quoteName(match.name) : `CAST(NULL AS ${duckdbTypeOf(field)})`;
  });
  const start = source.hasPartitionStarts ? `, ${partitionStartColumn}` : '';
  return {
    ...source,
    sql: `SELECT ${columns.join(', ')}${start} FROM (${source.sql}) AS given(${names}${start})`,
  };
}

/** 409-free reading of a job's numbers: NaN is a client's mistake. */
export function readCount(value: unknown, field: string): number {
  const count = Number(value ?? 0);
  if (!Number.isInteger(count) || count < 0)
    throw new CloudError(
      400,
      'invalid',
      `Invalid value for ${field}: ${String(value).slice(0, 40)}`,
    );
  return count;
}

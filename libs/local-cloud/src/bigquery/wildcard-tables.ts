import { type ResolvedTable, type TableName } from '../googlesql/translate.js';
import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { tableResource } from './bigquery-context.js';
import { invalidQuery, queryDenied, tableId } from './bigquery-errors.js';
import { type Catalog } from './catalog.js';
import { type TableRecord } from './catalog-records.js';
import { guardColumns } from './column-guard.js';
import { duckdbTypeOf, quoteName, quoteText } from './duckdb-type.js';
import { findField, missing, readAs } from './read-as.js';
import { requiredFilterOf } from './required-filter.js';
import { type BigQueryField } from './schema.js';
import { resolveNativeTable } from './table-resolver.js';

const suffixField: BigQueryField = { name: '_TABLE_SUFFIX', type: 'STRING' };

/** Whether a name means all tables whose names start with it. */
export const isWildcard = ({ tableId: id }: TableName): boolean => id.endsWith('*');

/**
 * The union of the tables that match a wildcard, with the schema of the newest one. Throws 400 when none matches, when
 * one is no table, or when they do not go together, and 403 unless the caller may read every one of them (whether or not
 * the query keeps some out by `_TABLE_SUFFIX`).
 */
export function resolveWildcard(
  catalog: Catalog,
  caller: Caller,
  name: TableName,
  isAuthorized: boolean,
): ResolvedTable & { readonly matching: readonly TableRecord[] } {
  const prefix = name.tableId.slice(0, -1);
  const matching = catalog
    .tables(name.projectId, name.datasetId)
    .filter(({ tableId: id }) => id.startsWith(prefix));
  const isReadable = (table: TableName): boolean =>
    isAuthorized || caller.can('bigquery.tables.getData', tableResource(table));
  if (!(matching.length > 0 ? matching : [name]).every(isReadable)) throw queryDenied(name);
  requireTables(name, matching);
  const schema = schemaOf(matching);
  const refusals = new Map<string, Error>();
  const parts = matching.map((table) =>
    partOf(catalog, caller, table, { prefix, schema, refusals }),
  );
  return {
    relation: `(${parts.map(({ sql }) => sql).join(' UNION ALL ')})`,
    schema,
    pseudo: [...(parts[0]?.pseudo ?? []), suffixField],
    ...(refusals.size > 0 ? { refusals } : {}),
    requiredFilters: matching.flatMap((table) => requiredFilterOf(table).requiredFilters ?? []),
    matching,
  };
}

function requireTables(name: TableName, matching: readonly TableRecord[]): void {
  const [first] = matching;
  if (!first) throw invalidQuery(`${tableId(name)} does not match any table.`);
  const view = matching.find(({ kind }) => kind === 'VIEW' || kind === 'MATERIALIZED_VIEW');
  if (view)
    throw invalidQuery(`Views cannot be queried through prefix. First view ${tableId(view)}.`);
  const external = matching.find(({ kind }) => kind === 'EXTERNAL');
  if (external)
    throw invalidQuery(
      `External tables cannot be queried through prefix. First table ${tableId(external)}.`,
    );
  const guarded = matching.find(({ policies = [] }) => policies.length > 0);
  if (guarded)
    throw invalidQuery(
      `Tables with row access policies cannot be queried through prefix. First table ${tableId(guarded)}.`,
    );
  const flexible = matching.find(({ schema }) => hasFlexibleName(schema));
  if (flexible)
    throw invalidQuery(
      `Tables with flexible column names cannot be queried through prefix. First table ${tableId(flexible)}.`,
    );
  const other = matching.find((table) => shapeOf(table) !== shapeOf(first));
  if (other)
    throw invalidQuery(
      `Wildcard matched incompatible partitioning/clustering tables, first table ${tableId(first)}, first incompatible table ${tableId(other)}.`,
    );
}

/** Wildcard tables take letters, digits and underscores only (bigquery/docs/querying-wildcard-tables, limitations). */
const hasFlexibleName = (fields: readonly BigQueryField[]): boolean =>
  fields.some(
    ({ name, fields: children = [] }) =>
      !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || hasFlexibleName(children),
  );

/** How a table is partitioned and clustered; how long its partitions are kept does not matter. */
function shapeOf({ settings }: TableRecord): string {
  const { type, field } = (settings['timePartitioning'] ?? {}) as { type?: string; field?: string };
  const { fields } = (settings['clustering'] ?? {}) as { fields?: readonly string[] };
  return JSON.stringify([type, field?.toLowerCase(), settings['rangePartitioning'], fields]);
}

/** The schema of the table that was created last. */
const schemaOf = (tables: readonly TableRecord[]): readonly BigQueryField[] =>
  tables.reduce((newest, each) => (each.createdMs >= newest.createdMs ? each : newest)).schema;

interface Union {
  readonly prefix: string;
  readonly schema: readonly BigQueryField[];
  /** Collects what a query fails with that names a column which a table does not have as it should. */
  readonly refusals: Map<string, Error>;
}

function partOf(
  catalog: Catalog,
  caller: Caller,
  table: TableRecord,
  { prefix, schema, refusals }: Union,
): { readonly sql: string; readonly pseudo: readonly BigQueryField[] } {
  const native = resolveNativeTable(catalog, { name: table }, true);
  const guarded = guardColumns(caller, table, native);
  const columns = schema.map((field) => {
    const name = quoteName(field.name);
    const stored = findField(guarded.schema, field.name);
    try {
      const refusal = stored && guarded.refusals?.get(stored.name);
      if (refusal) throw refusal;
      return `${stored ? readAs(quoteName(stored.name), stored, field) : missing(field)} AS ${name}`;
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      refusals.set(field.name, error);
      return `CAST(NULL AS ${duckdbTypeOf(field)}) AS ${name}`;
    }
  });
  const { pseudo = [] } = guarded;
  const list = [
    ...columns,
    ...pseudo.map(({ name }) => quoteName(name)),
    `${quoteText(table.tableId.slice(prefix.length))} AS ${quoteName(suffixField.name)}`,
  ];
  return { sql: `SELECT ${list.join(', ')} FROM ${guarded.relation}`, pseudo };
}

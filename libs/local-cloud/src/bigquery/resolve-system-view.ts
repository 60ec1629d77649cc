import { notImplemented } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type ResolvedTable, type TableName } from '../googlesql/translate.js';
import { type BigQueryContext, datasetResource } from './bigquery-context.js';
import { duckdbTypeOf, quoteName, quoteText } from './duckdb-type.js';
import { columnsView } from './system-views/columns-view.js';
import { jobsView } from './system-views/jobs-view.js';
import { metaTables, metaTablesSummary } from './system-views/meta-tables.js';
import { partitionsView } from './system-views/partitions-view.js';
import { schemataView } from './system-views/schemata-view.js';
import { type Cell, type Row, type SystemView } from './system-views/system-view.js';
import { tableOptionsView } from './system-views/table-options-view.js';
import { tablesView, viewsView } from './system-views/tables-view.js';
import { type BigQueryField } from './schema.js';

const views: Readonly<Record<string, SystemView>> = {
  SCHEMATA: schemataView,
  TABLES: tablesView,
  VIEWS: viewsView,
  TABLE_OPTIONS: tableOptionsView,
  COLUMNS: columnsView,
  PARTITIONS: partitionsView,
  JOBS: jobsView,
};

/** What lies in every dataset besides. */
const metaTablesByName: Readonly<Record<string, SystemView>> = {
  __TABLES__: metaTables,
  __TABLES_SUMMARY__: metaTablesSummary,
};

/** Whether a table's name is that of a system view. */
export const isSystemView = ({ datasetId, tableId }: TableName): boolean =>
  /^INFORMATION_SCHEMA(\.|$)/i.test(tableId) ||
  /^INFORMATION_SCHEMA$/i.test(datasetId) ||
  tableId in metaTablesByName;

/**
 * A view of INFORMATION_SCHEMA, or one of the meta-tables that are older, made from the catalogue when it is asked for. `tableId` is `INFORMATION_SCHEMA.X` in a
 * dataset; where the dataset is `region-us` or INFORMATION_SCHEMA itself, it covers the project.
 */
export async function resolveSystemView(
  context: BigQueryContext,
  caller: Caller,
  name: TableName,
): Promise<ResolvedTable> {
  const viewName = name.tableId.replace(/^INFORMATION_SCHEMA\.?/i, '').toUpperCase();
  const view = metaTablesByName[name.tableId] ?? views[viewName];
  if (!view) throw notImplemented(`INFORMATION_SCHEMA.${viewName}`);
  const isProjectWide = /^(region-.*|INFORMATION_SCHEMA)$/i.test(name.datasetId);
  if (!isProjectWide) {
    context.catalog.dataset(name.projectId, name.datasetId);
    caller.require('bigquery.tables.list', datasetResource(name.projectId, name.datasetId));
  }
  const rows = await view.rows(context, caller, {
    ...name,
    datasetId: isProjectWide ? '' : name.datasetId,
  });
  const schema: BigQueryField[] = view.columns.map(([column, type]) => ({
    name: column,
    type,
    mode: 'NULLABLE',
  }));
  return { relation: valuesOf(schema, rows), schema };
}

function valuesOf(schema: readonly BigQueryField[], rows: readonly Row[]): string {
  const columns = schema.map(
    (field) =>
      `CAST(${quoteName(field.name)} AS ${duckdbTypeOf(field)}) AS ${quoteName(field.name)}`,
  );
  const names = schema.map(({ name }) => quoteName(name)).join(', ');
  const lines = rows.map(
    (row) => `(${schema.map(({ name }) => literal(row[name] ?? null)).join(', ')})`,
  );
  const values = lines.length > 0 ? lines.join(', ') : `(${schema.map(() => 'NULL').join(', ')})`;
  return `(SELECT ${columns.join(', ')} FROM (VALUES ${values}) AS v(${names})${lines.length > 0 ? '' : ' WHERE false'})`;
}

function literal(cell: Cell): string {
  if (cell === null) return 'NULL';
  if (typeof cell === 'string') return quoteText(cell);
  if (typeof cell === 'object') return `make_timestamptz(${cell.timestampMs}::BIGINT * 1000)`;
  return String(cell);
}

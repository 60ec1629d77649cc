import { type Caller } from '../../identity/caller.js';
import { type TableName } from '../../googlesql/translate.js';
import { type BigQueryContext, tableResource } from '../bigquery-context.js';
import { type TableRecord } from '../catalog-records.js';

export type Cell = string | number | boolean | null | { readonly timestampMs: number };
export type Row = Readonly<Record<string, Cell>>;

/** A view that is made from the catalogue when it is asked for. */
export interface SystemView {
  readonly columns: readonly (readonly [name: string, type: string])[];
  /** `scope` without a dataset is the whole project. */
  rows(context: BigQueryContext, caller: Caller, scope: TableName): Promise<Row[]> | Row[];
}

/** What the caller may see of the scope's tables and views. */
export const visibleTables = (
  { catalog }: BigQueryContext,
  caller: Caller,
  scope: TableName,
): TableRecord[] =>
  catalog
    .datasets(scope.projectId)
    .filter(({ datasetId }) => !datasetId.startsWith('_'))
    .filter(({ datasetId }) => scope.datasetId === '' || datasetId === scope.datasetId)
    .flatMap(({ projectId, datasetId }) => catalog.tables(projectId, datasetId))
    .filter((table) => caller.can('bigquery.tables.get', tableResource(table)));

export const nameColumns = [
  ['table_catalog', 'STRING'],
  ['table_schema', 'STRING'],
  ['table_name', 'STRING'],
] as const;

export const nameCells = (table: TableRecord): Row => ({
  table_catalog: table.projectId,
  table_schema: table.datasetId,
  table_name: table.tableId,
});

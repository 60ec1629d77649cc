import { notImplemented } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type ResolvedTable, type TableName } from '../googlesql/translate.js';
import {
  type BigQueryContext,
  datasetResource,
  projectResource,
  tableResource,
} from './bigquery-context.js';
import { type TableRecord } from './catalog-records.js';
import { duckdbTypeOf, quoteName, quoteText } from './duckdb-type.js';
import { partitionIdSql } from './partitions.js';
import { type BigQueryField } from './schema.js';
import { sqlTypeOf } from './sql-type.js';
import { leavesOf, rowsOf, statisticsSql, storageAt } from './table-rows.js';

type Cell = string | number | boolean | null | { readonly timestampMs: number };
type Row = Readonly<Record<string, Cell>>;

interface SystemView {
  readonly columns: readonly (readonly [name: string, type: string])[];
  rows(context: BigQueryContext, caller: Caller, scope: TableName): Promise<Row[]> | Row[];
}

/**
 * A view of INFORMATION_SCHEMA, made from the catalogue when it is asked for. `tableId` is `INFORMATION_SCHEMA.X` in a
 * dataset; where the dataset is `region-us` or INFORMATION_SCHEMA itself, it covers the project.
 */
export async function resolveInformationSchema(
  context: BigQueryContext,
  caller: Caller,
  name: TableName,
): Promise<ResolvedTable> {
  const viewName = name.tableId.replace(/^INFORMATION_SCHEMA\.?/i, '').toUpperCase();
  const view = views[viewName];
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

const visibleTables = (
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

const nameColumns = [
  ['table_catalog', 'STRING'],
  ['table_schema', 'STRING'],
  ['table_name', 'STRING'],
] as const;

const nameCells = (table: TableRecord): Row => ({
  table_catalog: table.projectId,
  table_schema: table.datasetId,
  table_name: table.tableId,
});

const tableTypes = {
  TABLE: 'BASE TABLE',
  VIEW: 'VIEW',
  MATERIALIZED_VIEW: 'MATERIALIZED VIEW',
  EXTERNAL: 'EXTERNAL',
} as const;

const views: Readonly<Record<string, SystemView>> = {
  SCHEMATA: {
    columns: [
      ['catalog_name', 'STRING'],
      ['schema_name', 'STRING'],
      ['creation_time', 'TIMESTAMP'],
      ['last_modified_time', 'TIMESTAMP'],
      ['location', 'STRING'],
    ],
    rows: ({ catalog }, caller, { projectId }) =>
      catalog
        .datasets(projectId)
        .filter(({ datasetId }) => !datasetId.startsWith('_'))
        .filter(({ datasetId }) =>
          caller.can('bigquery.datasets.get', datasetResource(projectId, datasetId)),
        )
        .map((dataset) => ({
          catalog_name: projectId,
          schema_name: dataset.datasetId,
          creation_time: { timestampMs: dataset.createdMs },
          last_modified_time: { timestampMs: dataset.modifiedMs },
          location: dataset.location,
        })),
  },
  TABLES: {
    columns: [
      ...nameColumns,
      ['table_type', 'STRING'],
      ['is_insertable_into', 'STRING'],
      ['is_typed', 'STRING'],
      ['creation_time', 'TIMESTAMP'],
    ],
    rows: (context, caller, scope) =>
      visibleTables(context, caller, scope).map((table) => ({
        ...nameCells(table),
        table_type: tableTypes[table.kind],
        is_insertable_into: table.kind === 'TABLE' ? 'YES' : 'NO',
        is_typed: 'NO',
        creation_time: { timestampMs: table.createdMs },
      })),
  },
  COLUMNS: {
    columns: [
      ...nameColumns,
      ['column_name', 'STRING'],
      ['ordinal_position', 'INTEGER'],
      ['is_nullable', 'STRING'],
      ['data_type', 'STRING'],
      ['is_hidden', 'STRING'],
      ['is_system_defined', 'STRING'],
      ['is_partitioning_column', 'STRING'],
      ['clustering_ordinal_position', 'INTEGER'],
    ],
    rows: (context, caller, scope) =>
      visibleTables(context, caller, scope).flatMap((table) =>
        table.schema.map((field, index) => ({
          ...nameCells(table),
          column_name: field.name,
          ordinal_position: index + 1,
          is_nullable: field.mode === 'REQUIRED' ? 'NO' : 'YES',
          data_type: sqlTypeOf(field),
          is_hidden: 'NO',
          is_system_defined: 'NO',
          is_partitioning_column: partitioningField(table) === field.name ? 'YES' : 'NO',
          clustering_ordinal_position: clusteringPosition(table, field.name),
        })),
      ),
  },
  PARTITIONS: {
    columns: [
      ...nameColumns,
      ['partition_id', 'STRING'],
      ['total_rows', 'INTEGER'],
      ['total_logical_bytes', 'INTEGER'],
      ['last_modified_time', 'TIMESTAMP'],
      ['storage_tier', 'STRING'],
    ],
    rows: async (context, caller, scope) => {
      const rows: Row[] = [];
      for (const table of visibleTables(context, caller, scope))
        rows.push(...(await partitionsOf(context, table)));
      return rows;
    },
  },
  JOBS: {
    columns: [
      ['creation_time', 'TIMESTAMP'],
      ['project_id', 'STRING'],
      ['user_email', 'STRING'],
      ['job_id', 'STRING'],
      ['job_type', 'STRING'],
      ['statement_type', 'STRING'],
      ['priority', 'STRING'],
      ['start_time', 'TIMESTAMP'],
      ['end_time', 'TIMESTAMP'],
      ['query', 'STRING'],
      ['state', 'STRING'],
      ['total_bytes_processed', 'INTEGER'],
      ['total_bytes_billed', 'INTEGER'],
      ['cache_hit', 'BOOLEAN'],
    ],
    rows: ({ jobs }, caller, { projectId }) => {
      caller.require('bigquery.jobs.listAll', projectResource(projectId));
      return jobs.list(projectId).map((job) => {
        const query = job.configuration['query'] as
          { query?: string; priority?: string } | undefined;
        const at = (ms: number | undefined): Cell =>
          ms === undefined ? null : { timestampMs: ms };
        return {
          creation_time: at(job.createdMs),
          project_id: job.projectId,
          user_email: job.userEmail,
          job_id: job.jobId,
          job_type: job.type,
          statement_type: (job.statistics['statementType'] as string | undefined) ?? null,
          priority: job.type === 'QUERY' ? (query?.priority ?? 'INTERACTIVE') : null,
          start_time: at(job.startedMs),
          end_time: at(job.endedMs),
          query: query?.query ?? null,
          state: job.state,
          total_bytes_processed: job.totalBytesProcessed ?? null,
          total_bytes_billed: Number(job.statistics['totalBytesBilled'] ?? 0),
          cache_hit: job.type === 'QUERY' ? false : null,
        };
      });
    },
  },
};

const partitioningField = ({ settings }: TableRecord): string | undefined =>
  (
    (settings['timePartitioning'] ?? settings['rangePartitioning']) as
      { field?: string } | undefined
  )?.field;

function clusteringPosition({ settings }: TableRecord, column: string): number | null {
  const { fields = [] } = (settings['clustering'] ?? {}) as { fields?: string[] };
  const index = fields.indexOf(column);
  return index < 0 ? null : index + 1;
}

/** One row per partition; a table without partitions has a single one, whose id is NULL. */
async function partitionsOf(context: BigQueryContext, table: TableRecord): Promise<Row[]> {
  const storage = storageAt(table);
  if (!storage) return [];
  const tail = { last_modified_time: { timestampMs: table.modifiedMs }, storage_tier: 'ACTIVE' };
  const partitionId = partitionIdSql(table);
  if (!partitionId) {
    const { rowCount, columnBytes } = await context.tables.statistics(table);
    const bytes = Object.values(columnBytes).reduce((sum, size) => sum + size, 0);
    return [
      {
        ...nameCells(table),
        partition_id: null,
        total_rows: rowCount,
        total_logical_bytes: bytes,
        ...tail,
      },
    ];
  }
  const sizes = statisticsSql(leavesOf(table.schema), `${rowsOf(storage)} GROUP BY ALL`);
  const reader = await context.database.withConnection((connection) =>
    connection.runAndReadAll(sizes.replace('SELECT ', `SELECT ${partitionId} AS id, `)),
  );
  return reader.getRows().map(([id, rowCount, ...bytes]) => ({
    ...nameCells(table),
    partition_id: String(id),
    total_rows: Number(rowCount),
    total_logical_bytes: bytes.reduce<number>((sum, size) => sum + Number(size), 0),
    ...tail,
  }));
}

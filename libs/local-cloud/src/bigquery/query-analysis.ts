import { type DuckDBValue } from '@duckdb/node-api';
import {
  type ScriptScope,
  type TableName,
  type TranslatedQuery,
  type TranslatedStatement,
} from '../googlesql/translate.js';
import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError } from './bigquery-errors.js';
import { refusalIn } from './column-guard.js';
import { type DatasetRecord, type TableRecord } from './catalog-records.js';
import { type ExternalDefinition } from './external-tables.js';
import { readQueryParameters } from './query-parameters.js';
import { QueryTables } from './query-tables.js';
import { requireFiltered, translate } from './query-translator.js';
import { leavesOf } from './table-rows.js';

export interface QueryAnalysis {
  readonly statement: TranslatedStatement;
  /** Logical bytes of the columns the query reads, and of the files of external tables. */
  readonly bytes: number;
  /** The planner's guess of the result's rows; undefined when nothing was planned. */
  readonly estimatedRows: number | undefined;
  /** Of the first table read; undefined when the query reads none. */
  readonly location: string | undefined;
  readonly datasets: readonly DatasetRecord[];
  readonly referencedTables: readonly TableName[];
  /** Whether it reads views of INFORMATION_SCHEMA, system tables or wildcard tables, also through a view. */
  readonly usesMetaTables: boolean;
}

export interface AnalysisSetting {
  readonly isDryRun: boolean;
  readonly script?: ScriptScope;
  /** The query of a view may lack filters that its tables demand: the queries over the view can have them. */
  readonly isOfView?: boolean;
}

/**
 * Translates a query with the caller's eyes and lets DuckDB plan it, so that mistakes show before anything runs. A query
 * of no table that will run at once is left to its run: it has no bytes to be weighed.
 */
export async function analyzeQuery(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
  { isDryRun, script, isOfView = false }: AnalysisSetting,
): Promise<QueryAnalysis> {
  const nowMs = context.clock.nowMs();
  const tables = new QueryTables(context, {
    caller,
    projectId,
    nowMs,
    tableDefinitions: (configuration['tableDefinitions'] ?? {}) as Record<
      string,
      ExternalDefinition
    >,
  });
  const defaultDataset = configuration['defaultDataset'] as
    { projectId?: string; datasetId: string } | undefined;
  const statement = await translate(String(configuration['query']), {
    defaultProject: projectId,
    ...(defaultDataset ? { defaultDataset: { projectId, ...defaultDataset } } : {}),
    parameters: readQueryParameters(configuration),
    nowMs,
    sessionUser: caller.email,
    ...(script ? { script } : {}),
    resolveTable: (name, asOfMs) => tables.resolve(name, asOfMs),
    evaluate: (sql, parameters) => evaluate(context, sql, parameters),
  });
  const query = queryOf(statement);
  if (query && !isOfView) await requireFiltered(query);
  const plan = query && (isDryRun || tables.areUsed) ? await explain(context, query) : undefined;
  const bytes = plan ? await bytesRead(context, plan, tables.natives) : 0;
  const datasets = [...tables.datasets];
  return {
    statement,
    bytes: bytes + tables.externalBytes,
    estimatedRows: plan && rowsGuessed(plan),
    location: datasets[0]?.location,
    datasets,
    referencedTables: [...tables.referenced.values()],
    usesMetaTables: tables.metaAreUsed,
  };
}

/** The value of a constant expression, as JSON holds it; DuckDB's failures are the query's. */
async function evaluate(
  { database }: BigQueryContext,
  sql: string,
  parameters: readonly unknown[],
): Promise<unknown> {
  try {
    return await database.withSharedConnection(async (connection) => {
      const reader = await connection.runAndReadAll(`SELECT ${sql}`, [
        ...parameters,
      ] as DuckDBValue[]);
      const value = reader.getRowsJS()[0]?.[0];
      return typeof value === 'bigint' ? Number(value) : value;
    });
  } catch (error) {
    throw asQueryError(error);
  }
}

/** The rows that a statement reads: those of a query, or those it inserts. */
function queryOf(statement: TranslatedStatement): TranslatedQuery | undefined {
  switch (statement.kind) {
    case 'query':
      return statement;
    case 'export-data':
      return statement.query;
    case 'change':
      return 'query' in statement.change ? statement.change.query : undefined;
  }
}

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, string | readonly string[]>>;
}

/** BigQuery bills the columns a query reads; DuckDB's plan names them. */
async function bytesRead(
  context: BigQueryContext,
  plan: readonly PlanNode[],
  tables: ReadonlyMap<string, TableRecord>,
): Promise<number> {
  const read = new Map<TableRecord, Set<string>>();
  for (const scan of scansOf(plan)) {
    const physical = String(scan.extra_info['Table'] ?? '')
      .split('.')
      .at(-1)
      ?.replaceAll('"', '');
    const table = tables.get(physical ?? '');
    if (!table) continue;
    const columns = read.get(table) ?? new Set<string>();
    for (const column of columnsOf(scan, table)) columns.add(column);
    read.set(table, columns);
  }
  let bytes = 0;
  for (const [table, columns] of read) {
    const { columnBytes } = await context.tables.statistics(table);
    for (const { path } of leavesOf(table.schema))
      if ([...columns].some((column) => path === column || path.startsWith(`${column}.`)))
        bytes += columnBytes[path] ?? 0;
  }
  return bytes;
}

const rowsGuessed = ([root]: readonly PlanNode[]): number | undefined => {
  const guess = Number(root?.extra_info['Estimated Cardinality']);
  return Number.isFinite(guess) ? guess : undefined;
};

async function explain(
  { database }: BigQueryContext,
  query: { readonly sql: string; readonly parameters: readonly unknown[] },
): Promise<PlanNode[]> {
  try {
    return await database.withSharedConnection(async (connection) => {
      const reader = await connection.runAndReadAll(`EXPLAIN (FORMAT JSON) ${query.sql}`, [
        ...query.parameters,
      ] as DuckDBValue[]);
      const plan = String(reader.getRows()[0]?.[1] ?? '[]');
      const refusal = refusalIn(plan);
      if (refusal) throw refusal;
      return JSON.parse(plan) as PlanNode[];
    });
  } catch (error) {
    const translated = asQueryError(error);
    throw translated instanceof CloudError ? translated : error;
  }
}

/** Columns a scan hands on, and those its pushed-down filters look at. */
function columnsOf({ extra_info: info }: PlanNode, table: TableRecord): string[] {
  const projected = [info['Projections'] ?? []].flat().map((column) => column.replaceAll('"', ''));
  const filters = [info['Filters'] ?? []].flat().map((text) => text.replace(/'(?:[^']|'')*'/g, ''));
  const filtered = table.schema
    .map(({ name }) => name)
    .filter((name) => filters.some((text) => mentions(text, name)));
  return [...projected, ...filtered].filter((column) => column !== '');
}

const mentions = (text: string, name: string): boolean =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}_])`,
    'iu',
  ).test(text);

function* scansOf(nodes: readonly PlanNode[]): Generator<PlanNode> {
  for (const node of nodes) {
    if (node.name.trim().startsWith('SEQ_SCAN')) yield node;
    yield* scansOf(node.children);
  }
}

import { type DuckDBValue } from '@duckdb/node-api';
import { type TableName, type TranslatedStatement } from '../googlesql/translate.js';
import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError } from './bigquery-errors.js';
import { translate } from './query-translator.js';
import { type DatasetRecord, type TableRecord } from './catalog-records.js';
import { parseTableId } from './table-name.js';
import { requireReadable, resolveNativeTable } from './table-resolver.js';

export interface QueryAnalysis {
  readonly statement: TranslatedStatement;
  /** Logical bytes of the columns the query reads. */
  readonly bytes: number;
  /** Of the first table read; undefined when the query reads none. */
  readonly location: string | undefined;
  readonly datasets: readonly DatasetRecord[];
}

/** Translates a query with the caller's eyes and lets DuckDB bind it, so that mistakes show before anything runs. */
export async function analyzeQuery(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
): Promise<QueryAnalysis> {
  const read = new Map<string, TableRecord>();
  const defaultDataset = configuration['defaultDataset'] as
    { projectId?: string; datasetId: string } | undefined;
  const statement = await translate(String(configuration['query']), {
    defaultProject: projectId,
    ...(defaultDataset ? { defaultDataset: { projectId, ...defaultDataset } } : {}),
    parameters: [],
    nowMs: context.clock.nowMs(),
    sessionUser: caller.email,
    resolveTable: (name: TableName, asOfMs?: number) => {
      requireReadable(caller, name);
      const decorated = parseTableId(name, context.clock.nowMs());
      const resolved = resolveNativeTable(context.catalog, {
        ...decorated,
        ...(asOfMs === undefined ? {} : { asOfMs }),
      });
      for (const { physical } of resolved.table.storages) read.set(physical, resolved.table);
      return resolved;
    },
  });
  const datasets = [
    ...new Set(
      [...read.values()].map(({ projectId: project, datasetId }) =>
        context.catalog.dataset(project, datasetId),
      ),
    ),
  ];
  const query =
    statement.kind === 'query'
      ? statement
      : statement.kind === 'export-data'
        ? statement.query
        : undefined;
  const bytes = query ? await bytesRead(context, query, read) : 0;
  return { statement, bytes, location: datasets[0]?.location, datasets };
}

interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, string | string[]>>;
}

/** BigQuery bills the columns a query reads; DuckDB's plan names them. */
async function bytesRead(
  context: BigQueryContext,
  query: { readonly sql: string; readonly parameters: readonly unknown[] },
  tables: ReadonlyMap<string, TableRecord>,
): Promise<number> {
  const plan = await context.database
    .withConnection(async (connection) => {
      const reader = await connection.runAndReadAll(`EXPLAIN (FORMAT JSON) ${query.sql}`, [
        ...query.parameters,
      ] as DuckDBValue[]);
      return JSON.parse(String(reader.getRows()[0]?.[1] ?? '[]')) as PlanNode[];
    })
    .catch((error: unknown) => {
      const translated = asQueryError(error);
      throw translated instanceof CloudError ? translated : error;
    });
  let bytes = 0;
  for (const scan of scansOf(plan)) {
    const physical =
      String(scan.extra_info['Table'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const table = tables.get(physical);
    if (!table) continue;
    const { columnBytes } = await context.tables.statistics(table);
    const columns = [scan.extra_info['Projections'] ?? []].flat();
    for (const column of columns) bytes += columnBytes[column] ?? 0;
  }
  return bytes;
}

function* scansOf(nodes: readonly PlanNode[]): Generator<PlanNode> {
  for (const node of nodes) {
    if (node.name.trim().startsWith('SEQ_SCAN')) yield node;
    yield* scansOf(node.children);
  }
}

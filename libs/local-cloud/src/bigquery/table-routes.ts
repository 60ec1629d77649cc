import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type TableName } from '../googlesql/translate.js';
import {
  type BigQueryContext,
  datasetResource,
  parameter,
  tableOf,
  tableResource,
} from './bigquery-context.js';
import { invalid, tableId } from './bigquery-errors.js';
import { type TableRecord } from './catalog-records.js';
import { pageOf } from './list-page.js';
import { readSchema } from './read-schema.js';
import { changeSchema } from './schema-change.js';
import { draftTable, viewSchemaOf } from './table-draft.js';
import { bufferOf, withoutBuffer } from './streaming-buffer.js';
import { totalBytes } from './table-statistics.js';
import { parseTableId, readTableReference, requireNewTableId } from './table-name.js';
import { toTableListItem, toTableResource } from './table-resource.js';
import { readSettings, requireEtag } from './writable-settings.js';

const path = '/bigquery/v2/projects/:project/datasets/:dataset/tables';

/** `bigquery.tables.*`. */
export function tableRoutes(context: BigQueryContext): Route[] {
  const route = (
    method: Route['method'],
    suffix: string,
    operation: string,
    handler: (
      context: BigQueryContext,
      request: CloudRequest,
    ) => Promise<CloudResponse> | CloudResponse,
    limits?: string,
  ): Route => ({
    service: 'bigquery',
    method,
    path: `${path}${suffix}`,
    operation: `bigquery.${operation}`,
    ...(limits ? { limits } : {}),
    handler: (request) => handler(context, request),
  });
  return [
    route('GET', '', 'tables.list', listTables),
    route('POST', '', 'tables.insert', insertTable),
    route('GET', '/:table', 'tables.get', getTable),
    route('PATCH', '/:table', 'tables.patch', (deps, request) =>
      changeTable(deps, request, 'patch'),
    ),
    route('PUT', '/:table', 'tables.update', (deps, request) =>
      changeTable(deps, request, 'update'),
    ),
    route('DELETE', '/:table', 'tables.delete', deleteTable),
  ];
}

function listTables({ catalog }: BigQueryContext, request: CloudRequest): CloudResponse {
  const [projectId, datasetId] = [parameter(request, 'project'), parameter(request, 'dataset')];
  request.caller.require('bigquery.tables.list', datasetResource(projectId, datasetId));
  catalog.dataset(projectId, datasetId);
  const tables = catalog.tables(projectId, datasetId);
  const { items, nextPageToken } = pageOf(tables, request.query, { usual: 50, most: 10_000 });
  return {
    json: {
      kind: 'bigquery#tableList',
      etag: `"${tables.length}"`,
      ...(nextPageToken ? { nextPageToken } : {}),
      tables: items.map(toTableListItem),
      totalItems: tables.length,
    },
  };
}

async function insertTable(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const [projectId, datasetId] = [parameter(request, 'project'), parameter(request, 'dataset')];
  request.caller.require('bigquery.tables.create', datasetResource(projectId, datasetId));
  const body = await request.json();
  const name = readTableReference(body['tableReference'], 'tableReference', projectId);
  if (name.datasetId !== datasetId || name.projectId !== projectId)
    throw invalid('The table reference does not match the dataset of the request.');
  requireNewTableId(name.tableId);
  context.catalog.dataset(projectId, datasetId);
  const draft = await draftTable(context, request.caller, name, body);
  await context.tables.create(name, draft);
  return { json: await resourceOf(context, name) };
}

async function changeTable(
  context: BigQueryContext,
  request: CloudRequest,
  manner: 'patch' | 'update',
): Promise<CloudResponse> {
  const { name } = parseTableId(tableOf(request), context.clock.nowMs());
  request.caller.require('bigquery.tables.update', tableResource(name));
  const body = await request.json();
  if (request.headers['if-match'])
    requireEtag(request, String((await resourceOf(context, name))['etag']));
  const current = context.catalog.table(name);
  const fields = (body['schema'] as { fields?: unknown } | undefined)?.fields;
  const settings = readSettings('table', body, manner === 'patch' ? current.settings : {});
  const kept = manner === 'patch' ? settings : { ...keepDefinition(current.settings), ...settings };
  requireSamePartitions(current, kept);
  const viewSchema = settings['view']
    ? await viewSchemaOf(context, request.caller, name, settings)
    : undefined;
  await context.tables.alter(name, (before) => ({
    settings: manner === 'patch' ? settings : { ...keepDefinition(before.settings), ...settings },
    schema:
      viewSchema ??
      (fields === undefined || before.kind === 'VIEW'
        ? before.schema
        : changeSchema(name, before.schema, readSchema(fields))),
  }));
  return { json: await resourceOf(context, name) };
}

/** What makes a table the table it is cannot be updated away by being left out. */
const keepDefinition = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    [
      'timePartitioning',
      'rangePartitioning',
      'view',
      'materializedView',
      'externalDataConfiguration',
    ].flatMap((name) => (name in settings ? [[name, settings[name]]] : [])),
  );

/** How a table is divided is decided when it is made. */
function requireSamePartitions(
  table: TableRecord,
  settings: Readonly<Record<string, unknown>>,
): void {
  const spec = ({ timePartitioning, rangePartitioning }: Readonly<Record<string, unknown>>) => {
    const { type, field } = (timePartitioning ?? {}) as { type?: string; field?: string };
    const { field: column, range } = (rangePartitioning ?? {}) as {
      field?: string;
      range?: Readonly<Record<string, unknown>>;
    };
    const bounds = ['start', 'end', 'interval'].map((name) => String(range?.[name]));
    return JSON.stringify([type, field, column, ...bounds]);
  };
  if (spec(table.settings) !== spec(settings))
    throw invalid(`Cannot change the partitioning of ${tableId(table)}.`);
}

async function getTable(context: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const { name } = parseTableId(tableOf(request), context.clock.nowMs());
  request.caller.require('bigquery.tables.get', tableResource(name));
  return { json: await resourceOf(context, context.catalog.table(name)) };
}

export async function resourceOf(
  context: BigQueryContext,
  name: TableName,
): Promise<Record<string, unknown>> {
  const { catalog, tables } = context;
  const statistics = await tables.statistics(name);
  const table = catalog.table(name);
  const dataset = catalog.dataset(table.projectId, table.datasetId);
  const buffer = await bufferOf(context, table);
  return buffer
    ? {
        ...toTableResource(table, dataset, withoutBuffer(statistics, buffer)),
        streamingBuffer: {
          estimatedRows: String(buffer.statistics.rowCount),
          estimatedBytes: String(totalBytes(buffer.statistics)),
          oldestEntryTime: String(buffer.oldestEntryMs),
        },
      }
    : toTableResource(table, dataset, statistics);
}

async function deleteTable(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const name = tableOf(request);
  request.caller.require('bigquery.tables.delete', tableResource(name));
  if (request.headers['if-match'])
    requireEtag(request, String((await resourceOf(context, name))['etag']));
  await context.tables.delete(name);
  await context.policies.setBindings(tableResource(name), []);
  return { status: 204 };
}

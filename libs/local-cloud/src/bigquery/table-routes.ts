import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { notImplemented } from '../http/cloud-error.js';
import { type TableName } from '../googlesql/translate.js';
import {
  type BigQueryContext,
  datasetResource,
  parameter,
  tableOf,
  tableResource,
} from './bigquery-context.js';
import { invalid } from './bigquery-errors.js';
import { type TableKind, type TableRecord } from './catalog-records.js';
import { pageOf } from './list-page.js';
import { readSchema } from './read-schema.js';
import { readRows, timestampFormatOf } from './result-rows.js';
import { pageTokenAt, readPageSize, readPageToken } from './list-page.js';
import { requireNewTableId, parseTableId, readTableReference } from './table-name.js';
import { toTableListItem, toTableResource } from './table-resource.js';
import { resolveNativeTable } from './table-resolver.js';
import { selectColumns } from './select-columns.js';
import { readSettings, requireEtag } from './writable-settings.js';

const path = '/bigquery/v2/projects/:project/datasets/:dataset/tables';

/** `bigquery.tables.*` and `bigquery.tabledata.list`. */
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
    route('DELETE', '/:table', 'tables.delete', deleteTable),
    route('GET', '/:table/data', 'tabledata.list', listRows),
    route('POST', '/:table:testIamPermissions', 'tables.testIamPermissions', testPermissions),
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
  const kind = kindOf(body);
  if (kind !== 'TABLE') throw notImplemented(`tables of type ${kind}`);
  const schema = readSchema((body['schema'] as { fields?: unknown } | undefined)?.fields ?? []);
  const settings = readSettings('table', body);
  requirePartitioning(settings, schema);
  const record = await context.tables.create(name, { kind, schema, settings });
  return { json: await resourceOf(context, record) };
}

function kindOf(body: Readonly<Record<string, unknown>>): TableKind {
  if (body['view']) return 'VIEW';
  if (body['materializedView']) return 'MATERIALIZED_VIEW';
  return body['externalDataConfiguration'] ? 'EXTERNAL' : 'TABLE';
}

/** 400 unless the partitioning names a column of a fitting type. */
export function requirePartitioning(
  settings: Readonly<Record<string, unknown>>,
  schema: TableRecord['schema'],
): void {
  const time = settings['timePartitioning'] as { type?: string; field?: string } | undefined;
  if (!time) return;
  if (!time.field) throw notImplemented('partitioning by ingestion time');
  const field = schema.find(({ name }) => name.toLowerCase() === time.field?.toLowerCase());
  if (!field || !['DATE', 'TIMESTAMP', 'DATETIME'].includes(field.type))
    throw invalid(
      `The field specified for partitioning cannot be found in the schema or is not a DATE, TIMESTAMP or DATETIME: ${time.field}`,
    );
}

async function getTable(context: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const { name } = parseTableId(tableOf(request), context.clock.nowMs());
  request.caller.require('bigquery.tables.get', tableResource(name));
  return { json: await resourceOf(context, context.catalog.table(name)) };
}

export async function resourceOf(
  { catalog, tables }: BigQueryContext,
  name: TableName,
): Promise<Record<string, unknown>> {
  const statistics = await tables.statistics(name);
  const table = catalog.table(name);
  return toTableResource(table, catalog.dataset(table.projectId, table.datasetId), statistics);
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
  return { status: 204 };
}

async function listRows(context: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const { query } = request;
  const decorated = parseTableId(tableOf(request), context.clock.nowMs());
  request.caller.require('bigquery.tables.getData', tableResource(decorated.name));
  const live = context.catalog.findTable(decorated.name);
  if (live && live.kind !== 'TABLE') throw invalid(`Cannot list a table of type ${live.kind}.`);
  const { table, relation, schema } = resolveNativeTable(context.catalog, decorated);
  const { columns, fields } = selectColumns(schema, query.get('selectedFields'));
  const tag = `${table.version}`;
  const start = query.get('pageToken')
    ? readPageToken(query.get('pageToken'), tag)
    : Number(query.get('startIndex') ?? 0);
  if (!Number.isSafeInteger(start) || start < 0) throw invalid('Invalid value for startIndex');
  const size = readPageSize(query.get('maxResults'), { usual: 50_000, most: 100_000 });
  const total = await countRows(context, decorated, relation);
  const { rows, count } = await readRows(context, `(SELECT ${columns} FROM ${relation})`, fields, {
    start,
    size,
    timestamps: timestampFormatOf(query),
  });
  const next = start + count;
  return {
    json: {
      kind: 'bigquery#tableDataList',
      etag: `"${table.version}"`,
      totalRows: String(total),
      ...(next < total && count > 0 ? { pageToken: pageTokenAt(next, tag) } : {}),
      rows,
    },
  };
}

async function countRows(
  { database, tables }: BigQueryContext,
  { name, asOfMs, partitionId }: ReturnType<typeof parseTableId>,
  relation: string,
): Promise<number> {
  if (asOfMs === undefined && partitionId === undefined)
    return (await tables.statistics(name)).rowCount;
  return database.withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`);
    return Number(reader.getRows()[0]?.[0] ?? 0);
  });
}

async function testPermissions(
  { clock }: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const { name } = parseTableId(tableOf(request), clock.nowMs());
  const { permissions } = await request.json<{ permissions?: unknown }>();
  const asked = Array.isArray(permissions) ? permissions.map(String) : [];
  const held = asked.filter((permission) => request.caller.can(permission, tableResource(name)));
  return { json: held.length > 0 ? { permissions: held } : {} };
}

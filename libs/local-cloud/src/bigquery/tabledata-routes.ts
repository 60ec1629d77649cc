import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type BigQueryContext, tableOf, tableResource } from './bigquery-context.js';
import { invalid } from './bigquery-errors.js';
import { hasOwnRows } from './catalog-records.js';
import { insertAll } from './insert-all.js';
import { pageTokenAt, readPageSize, readPageToken } from './list-page.js';
import { requireColumns } from './column-guard.js';
import { readRows, timestampFormatOf } from './result-rows.js';
import { applyRowPolicies, requireAllRows } from './row-policies.js';
import { selectColumns } from './select-columns.js';
import { type DecoratedTable, parseTableId } from './table-name.js';
import { resolveNativeTable } from './table-resolver.js';

const path = '/bigquery/v2/projects/:project/datasets/:dataset/tables/:table';

/** `bigquery.tabledata.*`. */
export const tableDataRoutes = (context: BigQueryContext): Route[] => [
  {
    service: 'bigquery',
    method: 'GET',
    path: `${path}/data`,
    operation: 'bigquery.tabledata.list',
    handler: (request) => listRows(context, request),
  },
  {
    service: 'bigquery',
    method: 'POST',
    path: `${path}/insertAll`,
    operation: 'bigquery.tabledata.insertAll',
    limits: 'No template suffix.',
    handler: async (request) => {
      const { name, partitionId } = parseTableId(tableOf(request), context.clock.nowMs());
      request.caller.require('bigquery.tables.updateData', tableResource(name));
      return { json: await insertAll(context, name, await request.json(), partitionId) };
    },
  },
];

async function listRows(context: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const { query } = request;
  const decorated = parseTableId(tableOf(request), context.clock.nowMs());
  request.caller.require('bigquery.tables.getData', tableResource(decorated.name));
  const live = context.catalog.findTable(decorated.name);
  if (live && !hasOwnRows(live.kind)) throw invalid(`Cannot list a table of type ${live.kind}.`);
  const native = resolveNativeTable(context.catalog, decorated, false, 'managed');
  const { table, schema } = native;
  requireAllRows(request.caller, table);
  const { relation } = await applyRowPolicies(context, request.caller, native, decorated.asOfMs);
  const { columns, fields, paths } = selectColumns(schema, query.get('selectedFields'));
  requireColumns(request.caller, table, paths);
  const tag = `${table.version}`;
  const start = query.get('pageToken')
    ? readPageToken(query.get('pageToken'), tag)
    : Number(query.get('startIndex') ?? 0);
  if (!Number.isSafeInteger(start) || start < 0) throw invalid('Invalid value for startIndex');
  const size = readPageSize(query.get('maxResults'), { usual: 50_000, most: 100_000 });
  const isWhole = (table.policies ?? []).length === 0 && !native.lacksBuffer;
  const total = await countRows(context, decorated, relation, isWhole);
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
  { name, asOfMs, partitionId }: DecoratedTable,
  relation: string,
  isWhole: boolean,
): Promise<number> {
  if (asOfMs === undefined && partitionId === undefined && isWhole)
    return (await tables.statistics(name)).rowCount;
  return database.withConnection(async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`);
    return Number(reader.getRows()[0]?.[0] ?? 0);
  });
}

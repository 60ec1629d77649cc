import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { iamRoutes } from '../identity/iam-routes.js';
import { type BigQueryContext, parameter, tableOf, tableResource } from './bigquery-context.js';
import { invalid, required } from './bigquery-errors.js';
import { type RowAccessPolicy, type TableRecord } from './catalog-records.js';
import { pageOf } from './list-page.js';
import {
  createRowPolicy,
  dropRowPolicies,
  findPolicy,
  requireOtherPolicy,
} from './row-policy-changes.js';
import { parseTableId } from './table-name.js';

const table = '/bigquery/v2/projects/:project/datasets/:dataset/tables/:table';

/** Row access policies, and what the caller may do. */
export const policyRoutes = (context: BigQueryContext): Route[] => [
  {
    service: 'bigquery',
    method: 'GET',
    path: `${table}/rowAccessPolicies`,
    operation: 'bigquery.rowAccessPolicies.list',
    handler: (request) => listPolicies(context, request),
  },
  {
    service: 'bigquery',
    method: 'GET',
    path: `${table}/rowAccessPolicies/:policy`,
    operation: 'bigquery.rowAccessPolicies.get',
    handler: (request) => {
      const record = tableWithPolicies(context, request, 'bigquery.rowAccessPolicies.get');
      return { json: toPolicyResource(record, findPolicy(record, parameter(request, 'policy'))) };
    },
  },
  {
    service: 'bigquery',
    method: 'POST',
    path: `${table}/rowAccessPolicies`,
    operation: 'bigquery.rowAccessPolicies.insert',
    handler: (request) => insertPolicy(context, request),
  },
  {
    service: 'bigquery',
    method: 'DELETE',
    path: `${table}/rowAccessPolicies/:policy`,
    operation: 'bigquery.rowAccessPolicies.delete',
    handler: (request) => deletePolicy(context, request),
  },
  ...iamRoutes(context.policies, {
    service: 'bigquery',
    path: table,
    operation: 'bigquery.tables',
    getPermission: 'bigquery.tables.getIamPolicy',
    setPermission: 'bigquery.tables.setIamPolicy',
    resourceOf: (request) =>
      tableResource(parseTableId(tableOf(request), context.clock.nowMs()).name),
    isThere: (request) =>
      context.catalog.findTable(parseTableId(tableOf(request), context.clock.nowMs()).name) !==
      undefined,
  }),
];

function tableWithPolicies(
  { catalog, clock }: BigQueryContext,
  request: CloudRequest,
  permission: string,
): TableRecord {
  const { name } = parseTableId(tableOf(request), clock.nowMs());
  request.caller.require(permission, tableResource(name));
  return catalog.table(name);
}

function listPolicies(context: BigQueryContext, request: CloudRequest): CloudResponse {
  const record = tableWithPolicies(context, request, 'bigquery.rowAccessPolicies.list');
  const { items, nextPageToken } = pageOf(record.policies ?? [], request.query, {
    usual: 100,
    most: 100,
  });
  return {
    json: {
      ...(items.length > 0
        ? { rowAccessPolicies: items.map((policy) => toPolicyResource(record, policy)) }
        : {}),
      ...(nextPageToken ? { nextPageToken } : {}),
    },
  };
}

async function insertPolicy(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const record = tableWithPolicies(context, request, 'bigquery.rowAccessPolicies.create');
  const body = await request.json();
  const reference = (body['rowAccessPolicyReference'] ?? {}) as Record<string, unknown>;
  const { policyId } = reference;
  const { filterPredicate, grantees = [] } = body;
  if (typeof policyId !== 'string') throw required('rowAccessPolicyReference.policyId');
  if (!/^[a-z0-9_-]{1,256}$/i.test(policyId))
    throw invalid(`Invalid row access policy ID "${policyId.slice(0, 100)}"`);
  if (typeof filterPredicate !== 'string') throw required('filterPredicate');
  if (!Array.isArray(grantees)) throw invalid('Invalid value for grantees');
  const policy = await createRowPolicy(context, request.caller, record, {
    policyId,
    filterPredicate,
    grantees: grantees.map(String),
  });
  return { json: toPolicyResource(record, policy) };
}

async function deletePolicy(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const record = tableWithPolicies(context, request, 'bigquery.rowAccessPolicies.delete');
  const { policyId } = findPolicy(record, parameter(request, 'policy'));
  if (request.query.get('force') !== 'true') requireOtherPolicy(record, policyId);
  await dropRowPolicies(context, record, policyId);
  return { status: 204 };
}

const toPolicyResource = (
  record: TableRecord,
  policy: RowAccessPolicy,
): Record<string, unknown> => ({
  rowAccessPolicyReference: {
    projectId: record.projectId,
    datasetId: record.datasetId,
    tableId: record.tableId,
    policyId: policy.policyId,
  },
  filterPredicate: policy.filterPredicate,
  creationTime: new Date(policy.createdMs).toISOString(),
  lastModifiedTime: new Date(policy.modifiedMs).toISOString(),
});

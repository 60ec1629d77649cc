import { type Service } from './published-types.js';

/** One call that Google publishes, by the types of its parts. */
export interface Operation {
  readonly name: string;
  readonly service: Service;
  readonly method: string;
  readonly path: RegExp;
  /** Type of the query parameters. */
  readonly parameters?: string;
  readonly request?: string;
  /** Undefined: bytes, or nothing. */
  readonly response?: string;
  /** Fields that Google always sends, as its documentation shows them. */
  readonly required?: readonly string[];
}

const P = '^/bigquery/v2/projects/[^/]+';
const D = `${P}/datasets/[^/]+`;
const T = `${D}/tables/[^/]+`;
const B = '^/storage/v1/b/[^/]+';
const O = `${B}/o/[^/]+`;

const job = [
  'kind',
  'etag',
  'id',
  'selfLink',
  'user_email',
  'configuration',
  'configuration.jobType',
  'jobReference.projectId',
  'jobReference.location',
  'status.state',
  'statistics.creationTime',
];
const dataset = [
  'kind',
  'etag',
  'id',
  'selfLink',
  'datasetReference.datasetId',
  'datasetReference.projectId',
  'location',
  'access',
  'creationTime',
  'lastModifiedTime',
  'maxTimeTravelHours',
  'type',
];
const table = [
  'kind',
  'etag',
  'id',
  'selfLink',
  'tableReference.projectId',
  'tableReference.datasetId',
  'tableReference.tableId',
  'schema',
  'type',
  'location',
  'creationTime',
  'lastModifiedTime',
  'numBytes',
  'numRows',
];
const object = [
  'kind',
  'id',
  'selfLink',
  'mediaLink',
  'name',
  'bucket',
  'generation',
  'metageneration',
  'storageClass',
  'size',
  'crc32c',
  'etag',
  'timeCreated',
  'updated',
];
const bucket = [
  'kind',
  'id',
  'selfLink',
  'name',
  'projectNumber',
  'metageneration',
  'location',
  'locationType',
  'storageClass',
  'etag',
  'timeCreated',
  'updated',
  'iamConfiguration',
];

const bigquery = (
  name: string,
  method: string,
  path: string,
  rest: Partial<Operation> = {},
): Operation => ({
  ...{ name, service: 'bigquery', method, path: new RegExp(`${path}$`) },
  ...rest,
});
const storage = (
  name: string,
  method: string,
  path: string,
  rest: Partial<Operation> = {},
): Operation => ({
  ...{ name, service: 'storage', method, path: new RegExp(`${path}$`) },
  ...rest,
});

/** The calls that Outhaul and the conformance kit make. */
export const operations: readonly Operation[] = [
  bigquery('jobs.insert', 'POST', `${P}/jobs`, {
    request: 'IJob',
    response: 'IJob',
    required: job,
  }),
  bigquery('jobs.list', 'GET', `${P}/jobs`, {
    parameters: 'jobs.IListParams',
    response: 'IJobList',
    required: ['kind', 'etag'],
  }),
  bigquery('jobs.get', 'GET', `${P}/jobs/[^/]+`, {
    parameters: 'jobs.IGetParams',
    response: 'IJob',
    required: [...job, 'jobReference.jobId'],
  }),
  bigquery('jobs.cancel', 'POST', `${P}/jobs/[^/]+/cancel`, {
    parameters: 'jobs.ICancelParams',
    response: 'IJobCancelResponse',
    required: ['kind', 'job'],
  }),
  bigquery('jobs.query', 'POST', `${P}/queries`, {
    request: 'IQueryRequest',
    response: 'IQueryResponse',
    required: [
      'kind',
      'jobReference',
      'jobComplete',
      'schema',
      'totalRows',
      'totalBytesProcessed',
      'cacheHit',
    ],
  }),
  bigquery('jobs.getQueryResults', 'GET', `${P}/queries/[^/]+`, {
    parameters: 'jobs.IGetQueryResultsParams',
    response: 'IGetQueryResultsResponse',
    required: [
      'kind',
      'etag',
      'jobReference',
      'jobComplete',
      'schema',
      'totalRows',
      'totalBytesProcessed',
      'cacheHit',
    ],
  }),
  bigquery('datasets.list', 'GET', `${P}/datasets`, {
    parameters: 'datasets.IListParams',
    response: 'IDatasetList',
    required: ['kind', 'etag'],
  }),
  bigquery('datasets.insert', 'POST', `${P}/datasets`, {
    request: 'IDataset',
    response: 'IDataset',
    required: dataset,
  }),
  bigquery('datasets.get', 'GET', D, { response: 'IDataset', required: dataset }),
  bigquery('datasets.patch', 'PATCH', D, {
    request: 'IDataset',
    response: 'IDataset',
    required: dataset,
  }),
  bigquery('datasets.delete', 'DELETE', D, { parameters: 'datasets.IDeleteParams' }),
  bigquery('tables.list', 'GET', `${D}/tables`, {
    parameters: 'tables.IListParams',
    response: 'ITableList',
    required: ['kind', 'etag', 'totalItems'],
  }),
  bigquery('tables.get', 'GET', T, {
    parameters: 'tables.IGetParams',
    response: 'ITable',
    required: table,
  }),
  bigquery('tables.patch', 'PATCH', T, { request: 'ITable', response: 'ITable', required: table }),
  bigquery('tables.testIamPermissions', 'POST', `${T}:testIamPermissions`, {
    request: 'ITestIamPermissionsRequest',
    response: 'ITestIamPermissionsResponse',
  }),
  bigquery('tables.setIamPolicy', 'POST', `${T}:setIamPolicy`, {
    request: 'ISetIamPolicyRequest',
    response: 'IPolicy',
    required: ['etag'],
  }),
  bigquery('tabledata.list', 'GET', `${T}/data`, {
    parameters: 'tabledata.IListParams',
    response: 'ITableDataList',
    required: ['kind', 'etag', 'totalRows'],
  }),
  bigquery('tabledata.insertAll', 'POST', `${T}/insertAll`, {
    request: 'ITableDataInsertAllRequest',
    response: 'ITableDataInsertAllResponse',
    required: ['kind'],
  }),
  bigquery('rowAccessPolicies.list', 'GET', `${T}/rowAccessPolicies`, {
    parameters: 'rowAccessPolicies.IListParams',
    response: 'IListRowAccessPoliciesResponse',
  }),
  storage('buckets.list', 'GET', '^/storage/v1/b', {
    parameters: 'Params$Resource$Buckets$List',
    response: 'Schema$Buckets',
    required: ['kind'],
  }),
  storage('buckets.insert', 'POST', '^/storage/v1/b', {
    parameters: 'Params$Resource$Buckets$Insert',
    request: 'Schema$Bucket',
    response: 'Schema$Bucket',
    required: bucket,
  }),
  storage('buckets.get', 'GET', B, {
    parameters: 'Params$Resource$Buckets$Get',
    response: 'Schema$Bucket',
    required: bucket,
  }),
  storage('buckets.delete', 'DELETE', B),
  storage('buckets.testIamPermissions', 'GET', `${B}/iam/testPermissions`, {
    parameters: 'Params$Resource$Buckets$Testiampermissions',
    response: 'Schema$TestIamPermissionsResponse',
    required: ['kind'],
  }),
  storage('objects.list', 'GET', `${B}/o`, {
    parameters: 'Params$Resource$Objects$List',
    response: 'Schema$Objects',
  }),
  storage('objects.get', 'GET', O, {
    parameters: 'Params$Resource$Objects$Get',
    response: 'Schema$Object',
    required: object,
  }),
  storage('objects.delete', 'DELETE', O, { parameters: 'Params$Resource$Objects$Delete' }),
  storage('objects.compose', 'POST', `${O}/compose`, {
    parameters: 'Params$Resource$Objects$Compose',
    request: 'Schema$ComposeRequest',
    response: 'Schema$Object',
    required: object,
  }),
  storage('objects.insert', 'POST', '^/upload/storage/v1/b/[^/]+/o', {
    parameters: 'Params$Resource$Objects$Insert',
    response: 'Schema$Object',
    required: object,
  }),
];

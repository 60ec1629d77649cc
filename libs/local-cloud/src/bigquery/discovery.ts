import { type Route } from '../http/route.js';

interface Method {
  readonly id: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly parameterOrder: readonly string[];
  readonly [key: string]: unknown;
}

const root = '/bigquery/v2/';

/** Google's names for the path parameters that the routes call by short names. */
const parameterNames: Readonly<Record<string, string>> = {
  project: 'projectId',
  dataset: 'datasetId',
  table: 'tableId',
  job: 'jobId',
  policy: 'policyId',
};

const text = { type: 'string', location: 'query' };
const count = { type: 'integer', format: 'uint32', location: 'query' };
const flag = { type: 'boolean', location: 'query' };

/** Query parameters of the methods that have any of their own. */
const queryParameters: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'bigquery.projects.list': { maxResults: count, pageToken: text },
  'bigquery.datasets.list': { maxResults: count, pageToken: text, all: flag, filter: text },
  'bigquery.datasets.get': { datasetView: text, accessPolicyVersion: count },
  'bigquery.datasets.insert': { accessPolicyVersion: count },
  'bigquery.datasets.patch': { accessPolicyVersion: count, updateMode: text },
  'bigquery.datasets.update': { accessPolicyVersion: count, updateMode: text },
  'bigquery.datasets.delete': { deleteContents: flag },
  'bigquery.tables.list': { maxResults: count, pageToken: text },
  'bigquery.tables.get': { selectedFields: text, view: text },
  'bigquery.tables.patch': { autodetect_schema: flag },
  'bigquery.tables.update': { autodetect_schema: flag },
  'bigquery.tabledata.list': {
    maxResults: count,
    pageToken: text,
    startIndex: text,
    selectedFields: text,
    'formatOptions.useInt64Timestamp': flag,
    'formatOptions.timestampOutputFormat': text,
  },
  'bigquery.jobs.list': {
    maxResults: count,
    pageToken: text,
    allUsers: flag,
    projection: text,
    stateFilter: { ...text, repeated: true },
    minCreationTime: text,
    maxCreationTime: text,
    parentJobId: text,
  },
  'bigquery.jobs.get': { location: text },
  'bigquery.jobs.cancel': { location: text },
  'bigquery.jobs.delete': { location: text },
  'bigquery.jobs.getQueryResults': {
    location: text,
    maxResults: count,
    pageToken: text,
    startIndex: text,
    timeoutMs: count,
    'formatOptions.useInt64Timestamp': flag,
    'formatOptions.timestampOutputFormat': text,
  },
  'bigquery.rowAccessPolicies.list': { pageSize: count, pageToken: text },
};

/** The discovery document of what is served, made of the routes: clients build their calls from it. */
export function discoveryDocument(
  origin: string,
  routes: readonly Route[],
): Record<string, unknown> {
  const resources: Record<string, { methods: Record<string, Method> }> = {};
  for (const route of routes) {
    const [api, resource, name] = route.operation.split('.');
    if (api !== 'bigquery' || !resource || !name || !route.path.startsWith(root)) continue;
    const { methods } = (resources[resource] ??= { methods: {} });
    methods[name] ??= toMethod(route);
  }
  return {
    kind: 'discovery#restDescription',
    discoveryVersion: 'v1',
    id: 'bigquery:v2',
    name: 'bigquery',
    version: 'v2',
    title: 'BigQuery API',
    description: 'The local cloud’s stand-in of the BigQuery API. It is no Google Cloud.',
    protocol: 'rest',
    rootUrl: `${origin}/`,
    servicePath: 'bigquery/v2/',
    baseUrl: `${origin}${root}`,
    basePath: root,
    batchPath: 'batch/bigquery/v2',
    parameters: {
      alt: { ...text, default: 'json' },
      fields: text,
      key: text,
      oauth_token: text,
      prettyPrint: { ...flag, default: 'true' },
      quotaUser: text,
      userIp: text,
      trace: text,
      access_token: text,
    },
    auth: {
      oauth2: { scopes: { 'https://www.googleapis.com/auth/bigquery': { description: '' } } },
    },
    schemas: { Any: { id: 'Any', type: 'object', additionalProperties: { type: 'any' } } },
    resources,
  };
}

function toMethod({ method, operation, path }: Route): Method {
  const order: string[] = [];
  const googlePath = path.slice(root.length).replace(/:([a-z]+)/gi, (whole, short: string) => {
    const name = parameterNames[short];
    if (!name) return whole;
    order.push(name);
    return `{+${name}}`;
  });
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return {
    id: operation,
    path: googlePath,
    httpMethod: method,
    description: operation,
    parameters: {
      ...Object.fromEntries(
        order.map((name) => [name, { type: 'string', location: 'path', required: true }]),
      ),
      ...queryParameters[operation],
    },
    parameterOrder: order,
    ...(hasBody ? { request: { $ref: 'Any' } } : {}),
    ...(method === 'DELETE' ? {} : { response: { $ref: 'Any' } }),
    scopes: ['https://www.googleapis.com/auth/bigquery'],
    ...(operation === 'bigquery.jobs.insert' ? mediaUpload : {}),
  };
}

const mediaUpload = {
  supportsMediaUpload: true,
  mediaUpload: {
    accept: ['*/*'],
    protocols: {
      simple: { multipart: true, path: '/upload/bigquery/v2/projects/{+projectId}/jobs' },
      resumable: {
        multipart: true,
        path: '/resumable/upload/bigquery/v2/projects/{+projectId}/jobs',
      },
    },
  },
};

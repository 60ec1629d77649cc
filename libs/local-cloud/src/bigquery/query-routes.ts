import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type BigQueryContext, parameter, tableResource } from './bigquery-context.js';
import { type Caller } from '../identity/caller.js';
import { isPersonalTo } from '../identity/personal-dataset.js';
import { invalid } from './bigquery-errors.js';
import { type TimestampFormat } from './cell-format.js';
import { startJob } from './insert-job.js';
import { findJob } from './job-routes.js';
import { errorOfJob, etagOfJob, isScript, type JobRecord } from './job-record.js';
import { pageTokenAt, readPageSize, readPageToken } from './list-page.js';
import { type PublishedQueryResults } from './published.js';
import { pageOfKept, readRows, readTimestampFormat, timestampFormatOf } from './result-rows.js';
import { type BigQueryField } from './schema.js';
import { resolveNativeTable } from './table-resolver.js';

/** `bigquery.jobs.query` and `bigquery.jobs.getQueryResults`. */
export const queryRoutes = (context: BigQueryContext): Route[] => [
  {
    service: 'bigquery',
    method: 'POST',
    path: '/bigquery/v2/projects/:project/queries',
    operation: 'bigquery.jobs.query',
    handler: (request) => runQuery(context, request),
  },
  {
    service: 'bigquery',
    method: 'GET',
    path: '/bigquery/v2/projects/:project/queries/:job',
    operation: 'bigquery.jobs.getQueryResults',
    handler: (request) => getQueryResults(context, request),
  },
];

/** How long BigQuery waits for a query by default. */
const usualTimeoutMs = 10_000;

/** Properties of `jobs.query` that belong to the job's configuration. */
const querySettings = [
  'query',
  'defaultDataset',
  'useQueryCache',
  'useLegacySql',
  'parameterMode',
  'queryParameters',
  'maximumBytesBilled',
  'createSession',
  'connectionProperties',
];

async function runQuery(context: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const body = await request.json();
  const { location, labels, dryRun } = body;
  const settings = Object.fromEntries(
    querySettings.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])),
  );
  // Unlike jobs.insert, jobs.query defaults to legacy SQL; it is refused either way unless a client says otherwise.
  const configuration = {
    query: { useLegacySql: true, ...settings },
    ...(labels ? { labels } : {}),
    ...(dryRun === true ? { dryRun } : {}),
  };
  const started = await startJob(
    context,
    request.caller,
    parameter(request, 'project'),
    { jobReference: location ? { location } : {}, configuration },
    undefined,
    (query) => context.jobs.startUnannounced(query),
  );
  if ('dryRun' in started) return { json: dryRunAnswer(started.dryRun) };
  const job = await context.jobs.wait(started.job, Number(body['timeoutMs'] ?? usualTimeoutMs));
  if (job.state !== 'DONE') await context.jobs.announce(job);
  return {
    json: {
      ...(await resultsOf(context, request.caller, job, {
        start: 0,
        size: body['maxResults'] as number | undefined,
        timestamps: readTimestampFormat((body['formatOptions'] ?? {}) as Record<string, unknown>),
      })),
      kind: 'bigquery#queryResponse',
    },
  };
}

function dryRunAnswer(resource: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { query } = resource['statistics'] as { query: Record<string, unknown> };
  return {
    kind: 'bigquery#queryResponse',
    schema: query['schema'],
    jobReference: resource['jobReference'],
    totalBytesProcessed: query['totalBytesProcessed'],
    jobComplete: true,
    cacheHit: false,
  };
}

async function getQueryResults(
  context: BigQueryContext,
  request: CloudRequest,
): Promise<CloudResponse> {
  const { query } = request;
  const found = findJob(context, request);
  if (found.type !== 'QUERY') throw invalid(`Job ${found.jobId} is not a query job.`);
  const job = await context.jobs.wait(found, Number(query.get('timeoutMs') ?? usualTimeoutMs));
  const start = query.get('pageToken')
    ? readPageToken(query.get('pageToken'))
    : Number(query.get('startIndex') ?? 0);
  return {
    json: {
      ...(await resultsOf(context, request.caller, job, {
        start,
        size: query.get('maxResults'),
        timestamps: timestampFormatOf(query),
      })),
      kind: 'bigquery#getQueryResultsResponse',
      etag: etagOfJob(job),
    },
  };
}

interface Page {
  readonly start: number;
  readonly size: number | string | null | undefined;
  readonly timestamps: TimestampFormat;
}

/** A right to see a job is none to see its rows: they are in a table, which is the owner's alone when the job names none. */
async function resultsOf(
  context: BigQueryContext,
  caller: Caller,
  job: JobRecord,
  page: Page,
): Promise<PublishedQueryResults> {
  const { projectId, jobId, location, statistics } = job;
  const jobReference = { projectId, jobId, location };
  if (job.state !== 'DONE') return { jobReference, jobComplete: false };
  if (isScript(job))
    return { ...(await resultsOfScript(context, caller, job, page)), jobReference };
  if (job.errorResult) throw errorOfJob(job.errorResult);
  const answer = {
    jobReference,
    jobComplete: true,
    cacheHit: false,
    totalBytesProcessed: String(job.totalBytesProcessed ?? 0),
    ...(statistics['numDmlAffectedRows'] === undefined
      ? {}
      : { numDmlAffectedRows: String(statistics['numDmlAffectedRows']) }),
  };
  const destination = destinationOf(job);
  if (!destination)
    return { ...answer, schema: statistics['schema'] ?? { fields: [] }, totalRows: '0' };
  const rowsOf = tableResource(destination);
  // What is one's own no role has to grant.
  if (!isPersonalTo(caller.email, rowsOf)) caller.require('bigquery.tables.getData', rowsOf);
  const size = readPageSize(page.size, { usual: 50_000, most: 100_000 });
  const { relation, schema, kept } = resolveNativeTable(context.catalog, { name: destination });
  const rowCount = kept?.length ?? (await context.tables.statistics(destination)).rowCount;
  const fields =
    (statistics['schema'] as { fields?: BigQueryField[] } | undefined)?.fields ?? schema;
  const { rows, count } = kept
    ? pageOfKept(kept, fields, { ...page, size })
    : await readRows(context, relation, fields, { ...page, size });
  const next = page.start + count;
  return {
    ...answer,
    schema: { fields },
    totalRows: String(rowCount),
    ...(next < rowCount && (count > 0 || size === 0) ? { pageToken: pageTokenAt(next) } : {}),
    ...(rows.length > 0 ? { rows } : {}),
  };
}

/**
 * The results of a script are those of its last statement. A script that failed has none, and the call for them does not
 * fail: its answer lists the errors (googleapis/google-cloud-go#3304, nodejs-bigquery#887).
 */
async function resultsOfScript(
  context: BigQueryContext,
  caller: Caller,
  job: JobRecord,
  page: Page,
): Promise<Record<string, unknown>> {
  const totalBytesProcessed = String(job.totalBytesProcessed ?? 0);
  const none = { jobComplete: true, cacheHit: false, totalBytesProcessed, totalRows: '0' };
  if (job.errorResult) return { ...none, schema: { fields: [] }, errors: [job.errorResult] };
  const last = context.jobs.book
    .childrenOf(job)
    .find(({ child }) => child?.scriptStatistics['evaluationKind'] === 'STATEMENT');
  if (!last) return { ...none, schema: { fields: [] } };
  return { ...(await resultsOf(context, caller, last, page)), totalBytesProcessed };
}

/** Where a finished query's rows are; EXPORT DATA and statements without rows have none. */
function destinationOf(job: JobRecord) {
  const query = job.configuration['query'] as Record<string, unknown> | undefined;
  return query?.['destinationTable'] as
    { projectId: string; datasetId: string; tableId: string } | undefined;
}

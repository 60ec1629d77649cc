import { notImplemented } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { type BigQueryContext, parameter, projectResource } from './bigquery-context.js';
import { invalid } from './bigquery-errors.js';
import { insertJob } from './insert-job.js';
import { type JobRecord, toJobListItem, toJobResource } from './job-record.js';
import { pageOf } from './list-page.js';

const path = '/bigquery/v2/projects/:project/jobs';

/** `bigquery.jobs.*` but for the queries. */
export function jobRoutes(context: BigQueryContext): Route[] {
  const route = (
    method: Route['method'],
    suffix: string,
    operation: string,
    handler: (
      context: BigQueryContext,
      request: CloudRequest,
    ) => Promise<CloudResponse> | CloudResponse,
  ): Route => ({
    service: 'bigquery',
    method,
    path: `${path}${suffix}`,
    operation: `bigquery.jobs.${operation}`,
    handler: (request) => handler(context, request),
  });
  return [
    route('GET', '', 'list', listJobs),
    route('POST', '', 'insert', async (deps, request) => ({
      json: await insertJob(
        deps,
        request.caller,
        parameter(request, 'project'),
        await request.json(),
      ),
    })),
    route('GET', '/:job', 'get', (deps, request) => ({
      json: toJobResource(findJob(deps, request)),
    })),
    route('POST', '/:job/cancel', 'cancel', cancelJob),
    route('DELETE', '/:job/delete', 'delete', deleteJob),
  ];
}

/** The job of the path, if the caller may see it: their own, or any with `bigquery.jobs.get`. */
export function findJob({ jobs }: BigQueryContext, request: CloudRequest): JobRecord {
  const projectId = parameter(request, 'project');
  const job = jobs.book.get(projectId, parameter(request, 'job'), request.query.get('location'));
  if (job.userEmail !== request.caller.email)
    request.caller.require('bigquery.jobs.get', projectResource(projectId));
  return job;
}

function listJobs(
  { jobs }: BigQueryContext,
  { params, query, caller }: CloudRequest,
): CloudResponse {
  const projectId = params['project'] ?? '';
  const mayListAll = query.get('allUsers') === 'true';
  if (mayListAll) caller.require('bigquery.jobs.listAll', projectResource(projectId));
  const states = query.getAll('stateFilter').map((state) => state.toUpperCase());
  const [from, until] = [query.get('minCreationTime'), query.get('maxCreationTime')].map((text) =>
    text === null ? undefined : Number(text),
  );
  const parentJobId = query.get('parentJobId') ?? undefined;
  const view = query.get('projection') === 'full' ? 'full' : 'minimal';
  const matching = jobs.book
    .list(projectId)
    // Without it only jobs that belong to no script are listed.
    .filter((job) => job.child?.parentJobId === parentJobId)
    .filter((job) => mayListAll || job.userEmail === caller.email)
    .filter((job) => states.length === 0 || states.includes(job.state))
    .filter((job) => job.createdMs >= (from ?? 0) && job.createdMs <= (until ?? Infinity));
  const { items, nextPageToken } = pageOf(matching, query, { usual: 1000, most: 1000 });
  return {
    json: {
      kind: 'bigquery#jobList',
      etag: `"${matching.length}"`,
      ...(nextPageToken ? { nextPageToken } : {}),
      jobs: items.map((job) => toJobListItem(job, view)),
    },
  };
}

async function cancelJob(context: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const { jobs } = context;
  const projectId = parameter(request, 'project');
  const job = jobs.book.get(projectId, parameter(request, 'job'), request.query.get('location'));
  if (job.userEmail !== request.caller.email)
    request.caller.require('bigquery.jobs.update', projectResource(projectId));
  jobs.cancel(job);
  const settled = await jobs.wait(job, 1000);
  return { json: { kind: 'bigquery#jobCancelResponse', job: toJobResource(settled) } };
}

async function deleteJob({ jobs }: BigQueryContext, request: CloudRequest): Promise<CloudResponse> {
  const projectId = parameter(request, 'project');
  request.caller.require('bigquery.jobs.delete', projectResource(projectId));
  const job = jobs.book.get(projectId, parameter(request, 'job'), request.query.get('location'));
  if (job.state !== 'DONE')
    throw invalid(`Job ${job.jobId} is still running; it cannot be deleted.`);
  if (request.query.get('force') === 'true') throw notImplemented('the forced deletion of jobs');
  if (job.child)
    throw invalid(
      `Job ${job.jobId} belongs to a script; it is deleted with ${job.child.parentJobId}.`,
    );
  for (const child of jobs.book.childrenOf(job)) await jobs.book.delete(child);
  await jobs.book.delete(job);
  return { status: 204 };
}

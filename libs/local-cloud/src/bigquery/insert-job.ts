import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, projectResource } from './bigquery-context.js';
import { required } from './bigquery-errors.js';
import { prepareCopy } from './copy-job.js';
import { prepareExtract } from './extract-job.js';
import { mergeLabels } from './labels.js';
import { type JobRecord, toJobResource } from './job-record.js';
import { type JobDraft } from './job-draft.js';
import { prepareLoad } from './load-job.js';
import { prepareStatements } from './script-job.js';

type Json = Readonly<Record<string, unknown>>;

/** Accepts a job as `jobs.insert` does and answers its resource. A dry run leaves no job behind. */
export async function insertJob(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  body: Json,
): Promise<Json> {
  const started = await startJob(context, caller, projectId, body);
  return 'dryRun' in started ? started.dryRun : toJobResource(started.job);
}

/** The same, for callers that go on with the job. */
export async function startJob(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  body: Json,
  uploaded?: { readonly path: string; readonly sizeBytes: number },
  start: (query: JobDraft) => JobRecord | Promise<JobRecord> = (query) => context.jobs.start(query),
): Promise<{ job: JobRecord } | { dryRun: Json }> {
  caller.require('bigquery.jobs.create', projectResource(projectId));
  const configuration = body['configuration'] as Json | undefined;
  if (!configuration) throw required('configuration');
  if (configuration['labels']) mergeLabels({}, configuration['labels']);
  const reference = (body['jobReference'] ?? {}) as Json;
  const jobId = reference['jobId'] === undefined ? undefined : String(reference['jobId']);
  const asked = reference['location'] === undefined ? undefined : String(reference['location']);
  if (jobId !== undefined) context.jobs.book.requireNewId(projectId, jobId, asked ?? 'US');
  const base = {
    projectId,
    ...(jobId === undefined ? {} : { jobId }),
    userEmail: caller.email,
    configuration,
    statistics: {},
  };
  const kinds = ['query', 'extract', 'load', 'copy'].filter((kind) => configuration[kind]);
  if (kinds.length !== 1)
    throw new CloudError(
      400,
      'required',
      'Required parameter is missing: exactly one of query, extract, load and copy.',
    );
  const settings = configuration[kinds[0] ?? ''] as Json;
  const isDryRun = configuration['dryRun'] === true;
  switch (kinds[0]) {
    case 'query': {
      const draft = await draftQuery(
        context,
        caller,
        { ...base, type: 'QUERY' },
        settings,
        asked,
        isDryRun,
      );
      if (isDryRun) return { dryRun: dryRunResource(context, draft) };
      return { job: await start(draft) };
    }
    case 'extract': {
      const { location, work } = prepareExtract(context, caller, projectId, settings);
      const draft: JobDraft = {
        ...base,
        type: 'EXTRACT',
        location: asked ?? location ?? 'US',
        work,
      };
      if (isDryRun) return { dryRun: dryRunResource(context, draft) };
      return { job: await context.jobs.start(draft) };
    }
    case 'load': {
      const { location, work } = prepareLoad(context, caller, projectId, settings, uploaded);
      const draft: JobDraft = { ...base, type: 'LOAD', location: asked ?? location ?? 'US', work };
      if (isDryRun) return { dryRun: dryRunResource(context, draft) };
      return { job: await context.jobs.start(draft) };
    }
    default: {
      const { location, work } = prepareCopy(context, caller, projectId, settings);
      const draft: JobDraft = { ...base, type: 'COPY', location: asked ?? location ?? 'US', work };
      if (isDryRun) return { dryRun: dryRunResource(context, draft) };
      return { job: await context.jobs.start(draft) };
    }
  }
}

/** A query that cannot be analyzed answers its error at once, and leaves a failed job. */
async function draftQuery(
  context: BigQueryContext,
  caller: Caller,
  base: Omit<JobDraft, 'work' | 'location'>,
  settings: Json,
  asked: string | undefined,
  isDryRun: boolean,
): Promise<JobDraft> {
  try {
    const prepared = await prepareStatements(context, caller, base.projectId, settings, {
      location: asked,
      isDryRun,
    });
    return {
      ...base,
      location: asked ?? prepared.location ?? 'US',
      statistics: prepared.statistics,
      totalBytesProcessed: prepared.totalBytesProcessed,
      work: prepared.work,
    };
  } catch (error) {
    if (!isDryRun && error instanceof CloudError)
      await context.jobs.startFailed({ ...base, location: asked ?? 'US' }, error);
    throw error;
  }
}

function dryRunResource(context: BigQueryContext, draft: JobDraft): Json {
  const nowMs = context.clock.nowMs();
  const { work: _unused, ...known } = draft;
  const { jobReference, ...resource } = toJobResource({
    ...known,
    jobId: '',
    createdMs: nowMs,
    state: 'DONE',
  });
  const { jobId: _none, ...where } = jobReference as Record<string, string>;
  return { ...resource, jobReference: where };
}

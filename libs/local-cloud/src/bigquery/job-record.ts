import { createHash } from 'node:crypto';
import { CloudError } from '../http/cloud-error.js';
import {
  type PublishedJob,
  type PublishedJobConfiguration,
  type PublishedJobStatistics,
  type PublishedJobStatus,
  type PublishedListedJob,
} from './published.js';

export type JobType = 'QUERY' | 'LOAD' | 'EXTRACT' | 'COPY';

/** An error as a job's status holds it. */
export interface ErrorProto {
  readonly reason: string;
  readonly message: string;
  readonly location?: string;
}

/** A job as it is kept. What runs is not: a job that was not done when the process ended never will be. */
export interface JobRecord {
  readonly projectId: string;
  readonly jobId: string;
  readonly location: string;
  readonly userEmail: string;
  readonly type: JobType;
  /** As the client sent it, without `jobType`. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly createdMs: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly state: 'PENDING' | 'RUNNING' | 'DONE';
  readonly errorResult?: ErrorProto;
  /** What went wrong without failing the job. */
  readonly problems?: readonly ErrorProto[];
  /** Statistics of the job's own kind (`statistics.query`, `.extract`, …). */
  readonly statistics: Readonly<Record<string, unknown>>;
  readonly totalBytesProcessed?: number;
  /** 0 to 1, while it runs, where it is known. */
  readonly completionRatio?: number;
  /** Of a script: how many of its statements became jobs. */
  readonly numChildJobs?: number;
  /** Of a statement of a script. */
  readonly child?: ChildOfScript;
}

/** What the job of a statement knows of the script that it belongs to. */
export interface ChildOfScript {
  readonly parentJobId: string;
  readonly scriptStatistics: Readonly<Record<string, unknown>>;
}

export const isScript = ({ statistics }: JobRecord): boolean =>
  statistics['statementType'] === 'SCRIPT';

/** A job as `jobs.get` writes it. */
export function toJobResource(job: JobRecord): PublishedJob {
  return {
    kind: 'bigquery#job',
    etag: etagOfJob(job),
    id: jobName(job),
    selfLink: `https://bigquery.googleapis.com/bigquery/v2/projects/${job.projectId}/jobs/${job.jobId}?location=${job.location}`,
    ...commonFields(job),
    configuration: configurationOf(job),
  };
}

export const etagOfJob = (job: JobRecord): string =>
  createHash('sha1').update(JSON.stringify(job)).digest('base64');

/** A job as `jobs.list` writes it, with its state and error once more; the minimal view leaves the configuration out. */
export function toJobListItem(job: JobRecord, view: 'full' | 'minimal'): PublishedListedJob {
  return {
    kind: 'bigquery#job',
    id: jobName(job),
    ...commonFields(job),
    state: job.state,
    ...(job.errorResult ? { errorResult: job.errorResult } : {}),
    ...(view === 'full' ? { configuration: configurationOf(job) } : {}),
  };
}

const commonFields = (job: JobRecord) => ({
  jobReference: { projectId: job.projectId, jobId: job.jobId, location: job.location },
  status: statusOf(job),
  user_email: job.userEmail,
  statistics: statisticsOf(job),
});

const configurationOf = ({ configuration, type }: JobRecord): PublishedJobConfiguration => ({
  ...(configuration as PublishedJobConfiguration),
  jobType: type,
});

export const jobName = ({ projectId, location, jobId }: JobRecord): string =>
  `${projectId}:${location}.${jobId}`;

function statusOf({ state, errorResult, problems = [] }: JobRecord): PublishedJobStatus {
  const errors = errorResult ? [errorResult, ...problems] : problems;
  return {
    state,
    ...(errorResult ? { errorResult } : {}),
    ...(errors.length > 0 ? { errors } : {}),
  };
}

function statisticsOf(job: JobRecord): PublishedJobStatistics {
  const { startedMs, endedMs, totalBytesProcessed, completionRatio } = job;
  return {
    creationTime: String(job.createdMs),
    ...(startedMs === undefined ? {} : { startTime: String(startedMs) }),
    ...(endedMs === undefined ? {} : { endTime: String(endedMs) }),
    ...(startedMs === undefined || endedMs === undefined
      ? {}
      : { finalExecutionDurationMs: String(endedMs - startedMs) }),
    ...(totalBytesProcessed === undefined
      ? {}
      : { totalBytesProcessed: String(totalBytesProcessed) }),
    ...(job.numChildJobs === undefined ? {} : { numChildJobs: String(job.numChildJobs) }),
    ...job.child,
    ...(completionRatio === undefined || job.state !== 'RUNNING' ? {} : { completionRatio }),
    ...ownStatistics(job),
  };
}

/** `query`, `extract`, … under the name of the job's kind. */
const ownStatistics = ({ type, statistics }: JobRecord): PublishedJobStatistics => ({
  [type.toLowerCase()]: statistics,
});

const statusOfReason: Readonly<Record<string, number>> = {
  notFound: 404,
  accessDenied: 403,
  duplicate: 409,
  notImplemented: 501,
  backendError: 503,
  internalError: 500,
  bytesBilledLimitExceeded: 400,
  // Seen of BigQuery's calls for the results of a cancelled query.
  stopped: 499,
};

/** The HTTP error that a failed job makes of a call for its results. */
export const errorOfJob = ({ reason, message, location }: ErrorProto): CloudError =>
  new CloudError(statusOfReason[reason] ?? 400, reason, message, {
    ...(location === undefined ? {} : { location, locationType: 'other' }),
  });

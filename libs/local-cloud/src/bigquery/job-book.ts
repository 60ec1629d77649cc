import { CloudError } from '../http/cloud-error.js';
import { alreadyExists, invalid } from './bigquery-errors.js';
import { type JobRecord } from './job-record.js';
import { type RecordLog } from './record-log.js';

/** The jobs there are: in memory for reading, in the log for keeps. */
export class JobBook {
  readonly #jobs = new Map<string, JobRecord>();

  constructor(private readonly log: RecordLog) {}

  /** Throws 409 when the id is taken (in any state), 400 when it is not a job id. */
  requireNewId(projectId: string, jobId: string, location: string): void {
    if (!/^[A-Za-z0-9_-]{1,1024}$/.test(jobId))
      throw invalid(
        `Invalid job ID "${jobId.slice(0, 100)}". Job IDs must be alphanumeric (plus underscores and dashes) and must be at most 1024 characters long.`,
      );
    const taken = this.#jobs.get(`${projectId}/${jobId}`);
    if (taken) throw alreadyExists(`Job ${projectId}:${taken.location || location}.${jobId}`);
  }

  find(projectId: string, jobId: string, location?: string | null): JobRecord | undefined {
    const job = this.#jobs.get(`${projectId}/${jobId}`);
    return job && (!location || location.toUpperCase() === job.location.toUpperCase())
      ? job
      : undefined;
  }

  /** Throws 404. */
  get(projectId: string, jobId: string, location?: string | null): JobRecord {
    const job = this.find(projectId, jobId, location);
    if (!job)
      throw new CloudError(
        404,
        'notFound',
        `Not found: Job ${projectId}:${location ? `${location}.` : ''}${jobId}`,
      );
    return job;
  }

  /** Newest first. */
  list(projectId: string): JobRecord[] {
    return [...this.#jobs.values()]
      .filter((job) => job.projectId === projectId)
      .reverse()
      .sort((a, b) => b.createdMs - a.createdMs);
  }

  /** The jobs of a script's statements, newest first. */
  childrenOf({ projectId, jobId }: Pick<JobRecord, 'projectId' | 'jobId'>): JobRecord[] {
    return this.list(projectId).filter(({ child }) => child?.parentJobId === jobId);
  }

  /** The job as it is now. */
  current(job: JobRecord): JobRecord {
    return this.#jobs.get(keyOf(job)) ?? job;
  }

  /** Shows a record as it is now, whether or not it is on disk. */
  show(record: JobRecord): void {
    this.#jobs.set(keyOf(record), record);
  }

  /** Takes back what was shown and never became a job. */
  withdraw(record: JobRecord): void {
    this.#jobs.delete(keyOf(record));
  }

  /** Forgets a job's metadata. */
  async delete(job: JobRecord): Promise<void> {
    await this.log.appendQuickly([{ kind: 'job', key: keyOf(job), value: undefined }]);
    this.#jobs.delete(keyOf(job));
  }

  /** The record is shown only once it is on disk. */
  async save(record: JobRecord): Promise<void> {
    this.#jobs.set(keyOf(record), await this.append(record));
  }

  /** Puts a record on disk; it is shown as it was before. */
  async append(record: JobRecord): Promise<JobRecord> {
    const { completionRatio: _transient, ...kept } = record;
    await this.log.appendQuickly([{ kind: 'job', key: keyOf(record), value: kept }]);
    return kept;
  }
}

/** A job's name within the log. */
export const keyOf = ({ projectId, jobId }: Pick<JobRecord, 'projectId' | 'jobId'>): string =>
  `${projectId}/${jobId}`;

import { randomUUID } from 'node:crypto';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { alreadyExists, invalid, messageOf } from './bigquery-errors.js';
import { type JobDraft, type JobOutcome, type JobRun } from './job-draft.js';
import { jobName, type JobRecord } from './job-record.js';
import { interrupted, stopped, toErrorProto } from './job-errors.js';
import { JobSlots } from './job-slots.js';
import { type RecordLog } from './record-log.js';

interface LiveJob {
  readonly abort: AbortController;
  readonly connections: Set<DuckDBConnection>;
  readonly finished: Promise<void>;
  /** Its last record is on the way to the disk. */
  isEnding: boolean;
}

/** Runs jobs, a few at a time, and remembers them for good. */
export class JobRunner {
  readonly #jobs = new Map<string, JobRecord>();
  readonly #live = new Map<string, LiveJob>();
  readonly #slots: JobSlots;

  /** Every running statement holds one of the process's worker threads; `slots` keeps some free for everything else. */
  constructor(
    private readonly log: RecordLog,
    private readonly clock: Clock,
    slots: number,
    private readonly note: (line: string) => void,
  ) {
    this.#slots = new JobSlots(slots);
  }

  /** Takes the jobs of earlier processes in; those that were not done end with `backendError`. */
  async restore(records: readonly JobRecord[]): Promise<void> {
    for (const record of records) {
      this.#jobs.set(keyOf(record), record);
      if (record.state !== 'DONE')
        await this.#save({
          ...record,
          state: 'DONE',
          startedMs: record.startedMs ?? record.createdMs,
          endedMs: this.clock.nowMs(),
          errorResult: interrupted,
        });
    }
  }

  /** Throws 409 when the id is taken (in any state), 400 when it is not a job id. */
  requireNewId(projectId: string, jobId: string, location: string): void {
    if (!/^[A-Za-z0-9_-]{1,1024}$/.test(jobId))
      throw invalid(
        `Invalid job ID "${jobId.slice(0, 100)}". Job IDs must be alphanumeric (plus underscores and dashes) and must be at most 1024 characters long.`,
      );
    const taken = this.#jobs.get(`${projectId}/${jobId}`);
    if (taken) throw alreadyExists(`Job ${projectId}:${taken.location || location}.${jobId}`);
  }

  /** Accepts a job: when this resolves it is on disk, and it runs as soon as there is room. */
  async start(draft: JobDraft): Promise<JobRecord> {
    const record = this.#accept(draft);
    try {
      await this.#save(record);
    } catch (error) {
      this.#jobs.delete(keyOf(record));
      throw error;
    }
    return this.#launch(record, draft.work);
  }

  /**
   * Runs a job whose id nobody knows yet. It is on disk when it is done; `announce` puts it there before. A short query
   * has one wait for the disk so, not two.
   */
  startUnannounced(draft: JobDraft): JobRecord {
    return this.#launch(this.#accept(draft), draft.work);
  }

  /** To be awaited before the id of an unannounced job is told. */
  async announce(job: JobRecord): Promise<void> {
    const live = this.#live.get(keyOf(job));
    if (live?.isEnding) return live.finished;
    if (live) await this.#append(this.#jobs.get(keyOf(job)) ?? job);
  }

  #accept(draft: JobDraft): JobRecord {
    const { work: _unused, jobId = newJobId(), ...known } = draft;
    this.requireNewId(draft.projectId, jobId, draft.location);
    const record: JobRecord = { ...known, jobId, createdMs: this.clock.nowMs(), state: 'PENDING' };
    this.#jobs.set(keyOf(record), record);
    return record;
  }

  #launch(record: JobRecord, work: JobDraft['work']): JobRecord {
    const live = {
      abort: new AbortController(),
      connections: new Set<DuckDBConnection>(),
      isEnding: false,
    };
    const finished = this.#run(record, work, live);
    this.#live.set(keyOf(record), Object.assign(live, { finished }));
    void finished.finally(() => this.#live.delete(keyOf(record)));
    return this.#jobs.get(keyOf(record)) ?? record;
  }

  /** Records a job that failed before it could run (a query that does not parse). */
  async startFailed(draft: Omit<JobDraft, 'work'>, error: unknown): Promise<JobRecord> {
    const nowMs = this.clock.nowMs();
    const record: JobRecord = {
      ...draft,
      jobId: draft.jobId ?? newJobId(),
      createdMs: nowMs,
      startedMs: nowMs,
      endedMs: nowMs,
      state: 'DONE',
      errorResult: toErrorProto(error),
    };
    await this.#save(record);
    return record;
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

  /** Waits until the job is done, at most `timeoutMs`; returns it as it is then. */
  async wait(job: JobRecord, timeoutMs: number): Promise<JobRecord> {
    const live = this.#live.get(keyOf(job));
    if (live && timeoutMs > 0) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([live.finished, timeout]);
      clearTimeout(timer);
    }
    return this.#jobs.get(keyOf(job)) ?? job;
  }

  /** Asks the job to stop; it is DONE with `stopped` soon after. A finished job stays as it is. */
  cancel(job: JobRecord): void {
    const live = this.#live.get(keyOf(job));
    if (!live) return;
    live.abort.abort(new Error('the job was cancelled'));
    for (const connection of live.connections) connection.interrupt();
  }

  /** Forgets a job's metadata. */
  async delete(job: JobRecord): Promise<void> {
    await this.log.appendQuickly([{ kind: 'job', key: keyOf(job), value: undefined }]);
    this.#jobs.delete(keyOf(job));
  }

  /** Stops what runs, as a shut-down does: those jobs end with `backendError` at the next start. */
  async close(): Promise<void> {
    const live = [...this.#live.values()];
    for (const { abort, connections } of live) {
      abort.abort(shutDown);
      for (const connection of connections) connection.interrupt();
    }
    await Promise.allSettled(live.map(({ finished }) => finished));
  }

  async #run(
    accepted: JobRecord,
    work: JobDraft['work'],
    live: Omit<LiveJob, 'finished'>,
  ): Promise<void> {
    const key = keyOf(accepted);
    const { connections } = live;
    const { signal } = live.abort;
    let ended: JobRecord | undefined;
    await this.#slots.take(signal);
    let job: JobRecord = { ...accepted, state: 'RUNNING', startedMs: this.clock.nowMs() };
    this.#jobs.set(key, job);
    const run: JobRun = {
      signal,
      reportProgress: (ratio) => {
        const current = this.#jobs.get(key);
        if (current?.state === 'RUNNING')
          this.#jobs.set(key, { ...current, completionRatio: Math.min(1, ratio) });
      },
      async run(connection, statement) {
        signal.throwIfAborted();
        connections.add(connection);
        try {
          return await statement();
        } finally {
          connections.delete(connection);
        }
      },
      endWith: async (outcome, recordEnd) => {
        live.isEnding = true;
        ended = { ...withOutcome(job, outcome), state: 'DONE', endedMs: this.clock.nowMs() };
        await recordEnd({ kind: 'job', key, value: ended });
      },
    };
    try {
      signal.throwIfAborted();
      job = withOutcome(job, await work(run, job));
      if (ended) {
        this.#jobs.set(key, ended);
        return;
      }
    } catch (error) {
      if (signal.reason === shutDown) return;
      job = { ...job, errorResult: signal.aborted ? stopped : toErrorProto(error) };
      if (!signal.aborted && !(error instanceof CloudError))
        this.note(`job ${jobName(job)} failed: ${messageOf(error)}`);
    } finally {
      this.#slots.free();
    }
    live.isEnding = true;
    const done: JobRecord = { ...job, state: 'DONE', endedMs: this.clock.nowMs() };
    try {
      await this.#save(done);
    } catch (error) {
      // Nobody may wait for it for ever; after a restart it has ended with an error, too.
      this.#jobs.set(key, { ...done, errorResult: done.errorResult ?? toErrorProto(error) });
      this.note(`job ${jobName(job)} could not be recorded: ${String(error)}`);
    }
  }

  /** The record is shown only once it is on disk. */
  async #save(record: JobRecord): Promise<void> {
    this.#jobs.set(keyOf(record), await this.#append(record));
  }

  async #append(record: JobRecord): Promise<JobRecord> {
    const { completionRatio: _transient, ...kept } = record;
    await this.log.appendQuickly([{ kind: 'job', key: keyOf(record), value: kept }]);
    return kept;
  }
}

const shutDown = new Error('the process ends');

const keyOf = ({ projectId, jobId }: Pick<JobRecord, 'projectId' | 'jobId'>): string =>
  `${projectId}/${jobId}`;

const withOutcome = (job: JobRecord, outcome: JobOutcome): JobRecord => ({
  ...job,
  statistics: { ...job.statistics, ...outcome.statistics },
  configuration: { ...job.configuration, ...outcome.configuration },
  ...(outcome.problems ? { problems: outcome.problems } : {}),
  ...(outcome.totalBytesProcessed === undefined
    ? {}
    : { totalBytesProcessed: outcome.totalBytesProcessed }),
});

const newJobId = (): string => `job_${randomUUID()}`;

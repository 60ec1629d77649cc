import { randomUUID } from 'node:crypto';
import { setTimeout as setTimeoutOf } from 'node:timers/promises';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { messageOf } from './bigquery-errors.js';
import { JobBook, keyOf } from './job-book.js';
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

/** Runs jobs, a few at a time, and keeps the book about them. */
export class JobRunner {
  readonly book: JobBook;
  readonly #live = new Map<string, LiveJob>();
  readonly #slots: JobSlots;

  /** Every running statement holds one of the process's worker threads; `slots` keeps some free for everything else. */
  constructor(
    log: RecordLog,
    private readonly clock: Clock,
    slots: number,
    private readonly note: (line: string) => void,
    /** How long a job is PENDING before it runs, in real milliseconds. */
    private readonly delayMs = 0,
  ) {
    this.book = new JobBook(log);
    this.#slots = new JobSlots(slots);
  }

  /** Takes the jobs of earlier processes in; those that were not done end with `backendError`. */
  async restore(records: readonly JobRecord[]): Promise<void> {
    for (const record of records) {
      this.book.show(record);
      if (record.state !== 'DONE')
        await this.book.save({
          ...record,
          state: 'DONE',
          startedMs: record.startedMs ?? record.createdMs,
          endedMs: this.clock.nowMs(),
          errorResult: interrupted,
        });
    }
  }

  /** Accepts a job: when this resolves it is on disk, and it runs as soon as there is room. */
  async start(draft: JobDraft): Promise<JobRecord> {
    const record = this.#accept(draft);
    try {
      await this.book.save(record);
    } catch (error) {
      this.book.withdraw(record);
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
    if (live) await this.book.append(this.book.current(job));
  }

  /**
   * Runs a job of another one that waits for it, and returns it when it has ended. It takes no slot of its own (all of
   * them could be held by jobs that wait), and stops when `signal` does.
   */
  async runWithin(signal: AbortSignal, draft: JobDraft): Promise<JobRecord> {
    const record = this.#accept(draft);
    await this.book.save(record);
    this.#launch(record, draft.work, false);
    const live = this.#live.get(keyOf(record));
    const stopToo = (): void => {
      if (live) stop(live, signal.reason as Error);
    };
    signal.addEventListener('abort', stopToo);
    if (signal.aborted) stopToo();
    await live?.finished;
    signal.removeEventListener('abort', stopToo);
    return this.book.current(record);
  }

  #accept(draft: JobDraft): JobRecord {
    const { work: _unused, jobId = newJobId(), ...known } = draft;
    this.book.requireNewId(draft.projectId, jobId, draft.location);
    const record: JobRecord = { ...known, jobId, createdMs: this.clock.nowMs(), state: 'PENDING' };
    this.book.show(record);
    return record;
  }

  #launch(record: JobRecord, work: JobDraft['work'], takesSlot = true): JobRecord {
    const live = {
      abort: new AbortController(),
      connections: new Set<DuckDBConnection>(),
      isEnding: false,
    };
    const finished = this.#run(record, work, live, takesSlot);
    this.#live.set(keyOf(record), Object.assign(live, { finished }));
    void finished.finally(() => this.#live.delete(keyOf(record)));
    return this.book.current(record);
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
    await this.book.save(record);
    return record;
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
    return this.book.current(job);
  }

  /** Asks the job to stop; it is DONE with `stopped` soon after. A finished job stays as it is. */
  cancel(job: JobRecord): void {
    const live = this.#live.get(keyOf(job));
    if (!live) return;
    stop(live, new Error('the job was cancelled'));
  }

  /** Stops what runs, as a shut-down does: those jobs end with `backendError` at the next start. */
  async close(): Promise<void> {
    const live = [...this.#live.values()];
    for (const each of live) stop(each, shutDown);
    await Promise.allSettled(live.map(({ finished }) => finished));
  }

  async #run(
    accepted: JobRecord,
    work: JobDraft['work'],
    live: Omit<LiveJob, 'finished'>,
    takesSlot: boolean,
  ): Promise<void> {
    const key = keyOf(accepted);
    const { connections } = live;
    const { signal } = live.abort;
    let ended: JobRecord | undefined;
    if (takesSlot) {
      await pauseUnlessStopped(this.delayMs, signal);
      await this.#slots.take(signal);
    }
    let job: JobRecord = { ...accepted, state: 'RUNNING', startedMs: this.clock.nowMs() };
    this.book.show(job);
    const run: JobRun = {
      signal,
      reportProgress: (ratio) => {
        const current = this.book.current(job);
        if (current.state === 'RUNNING')
          this.book.show({ ...current, completionRatio: Math.min(1, ratio) });
      },
      note: (outcome) => {
        job = withOutcome(job, outcome);
        this.book.show(job);
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
      const outcome = await work(run, job);
      job = withOutcome(job, outcome);
      if (ended) {
        this.book.show(ended);
        return;
      }
    } catch (error) {
      if (signal.reason === shutDown) return;
      job = { ...job, errorResult: signal.aborted ? stopped : toErrorProto(error) };
      if (!signal.aborted && !(error instanceof CloudError))
        this.note(`job ${jobName(job)} failed: ${messageOf(error)}`);
    } finally {
      if (takesSlot) this.#slots.free();
    }
    live.isEnding = true;
    const done: JobRecord = { ...job, state: 'DONE', endedMs: this.clock.nowMs() };
    try {
      await this.book.save(done);
    } catch (error) {
      // Nobody may wait for it for ever; after a restart it has ended with an error, too.
      this.book.show({ ...done, errorResult: done.errorResult ?? toErrorProto(error) });
      this.note(`job ${jobName(job)} could not be recorded: ${String(error)}`);
    }
  }
}

const shutDown = new Error('the process ends');

/** Ends early when the job is to stop; what comes after looks at the signal. */
const pauseUnlessStopped = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms > 0) await setTimeoutOf(ms, undefined, { signal }).catch(() => undefined);
};

const interruptAgainMs = 20;

/** Interrupts what runs until it has ended: DuckDB forgets an interruption that comes just before a statement begins. */
function stop({ abort, connections }: LiveJob, reason: Error): void {
  abort.abort(reason);
  const interrupt = (): void => {
    for (const connection of connections) connection.interrupt();
    if (connections.size > 0) setTimeout(interrupt, interruptAgainMs);
  };
  interrupt();
}

const withOutcome = (job: JobRecord, outcome: JobOutcome): JobRecord => ({
  ...job,
  statistics: { ...job.statistics, ...outcome.statistics },
  configuration: { ...job.configuration, ...outcome.configuration },
  ...(outcome.problems ? { problems: outcome.problems } : {}),
  ...(outcome.numChildJobs === undefined ? {} : { numChildJobs: outcome.numChildJobs }),
  ...(outcome.totalBytesProcessed === undefined
    ? {}
    : { totalBytesProcessed: outcome.totalBytesProcessed }),
});

const newJobId = (): string => `job_${randomUUID()}`;

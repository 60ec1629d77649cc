import { type DuckDBConnection } from '@duckdb/node-api';
import { type ChildOfScript, type ErrorProto, type JobRecord, type JobType } from './job-record.js';
import { type LoggedRecord } from './record-log.js';

/** What a job's work may use while it runs. */
export interface JobRun {
  readonly signal: AbortSignal;
  /** Runs a statement on the connection; cancelling the job interrupts it. */
  run<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T>;
  /** 0 to 1. */
  reportProgress(ratio: number): void;
  /** Shows what is known already of the job's outcome; it stays when the job fails later. */
  note(outcome: JobOutcome): void;
  /** Has `record` write the job's end together with what else it writes: the job is done exactly when the rest is there. */
  endWith(outcome: JobOutcome, record: (end: LoggedRecord) => Promise<void>): Promise<void>;
}

/** What a finished job leaves in its record. */
export interface JobOutcome {
  readonly statistics?: Readonly<Record<string, unknown>>;
  readonly totalBytesProcessed?: number;
  readonly numChildJobs?: number;
  /** What went wrong without failing the job, e.g. records that were left out. */
  readonly problems?: readonly ErrorProto[];
  /** Merged into the configuration, e.g. the anonymous destination table. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

export interface JobDraft {
  readonly projectId: string;
  readonly jobId?: string;
  readonly location: string;
  readonly userEmail: string;
  readonly type: JobType;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly statistics: Readonly<Record<string, unknown>>;
  readonly totalBytesProcessed?: number;
  readonly child?: ChildOfScript;
  work(run: JobRun, job: JobRecord): Promise<JobOutcome>;
}

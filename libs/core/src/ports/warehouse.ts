import {
  type DatasetFacts,
  type DatasetSummary,
  type Page,
  type PageRequest,
  type PartitionSummary,
  type TableMetadata,
  type TableRef,
  type TableSummary,
} from '../table.js';
import { type Field } from '../schema.js';

/** BigQuery, seen with one identity's eyes. Errors are AppErrors. */
export interface Warehouse {
  listDatasets(project: string, page?: PageRequest): Promise<Page<DatasetSummary>>;
  listTables(project: string, dataset: string, page?: PageRequest): Promise<Page<TableSummary>>;
  /** Throws `dataset-not-found` when it does not exist or may not be seen. */
  getDataset(project: string, dataset: string): Promise<DatasetFacts>;
  /** Throws `table-not-found` when it does not exist or may not be seen. */
  getTable(ref: TableRef): Promise<TableMetadata>;
  listPartitions(ref: TableRef, billingProject: string): Promise<readonly PartitionSummary[]>;
  /** The first rows, cells as BigQuery's JSON gives them; not for views. Free, but a query of at most 1 GiB under row policies and masks. */
  previewRows(
    ref: TableRef,
    options: { maxRows: number; pageToken?: string },
  ): Promise<Page<PreviewRow>>;
  /** Bytes a query would read and the schema it would answer; throws `sql-invalid`. */
  dryRun(query: QuerySpec): Promise<DryRun>;
  /** Which of these permissions the identity holds. */
  testTablePermissions(ref: TableRef, permissions: readonly string[]): Promise<readonly string[]>;
  testProjectPermissions(
    project: string,
    permissions: readonly string[],
  ): Promise<readonly string[]>;
  testBucketPermissions(bucket: string, permissions: readonly string[]): Promise<readonly string[]>;
  /** How many row access policies the table has; undefined when this identity may not know. */
  countRowPolicies(ref: TableRef): Promise<number | undefined>;
  /** Starts the job, or adopts the one that already has its id. */
  ensureJob(job: JobSpec): Promise<JobState>;
  getJob(ref: JobRef): Promise<JobState>;
  cancelJob(ref: JobRef): Promise<void>;
}

export type PreviewValue =
  string | null | readonly PreviewValue[] | { readonly [name: string]: PreviewValue };

export type PreviewRow = readonly PreviewValue[];

export interface QuerySpec {
  readonly project: string;
  readonly location?: string;
  readonly sql: string;
  readonly parameters: readonly QueryParameter[];
}

/** A bound value; it never becomes part of the SQL text. */
export interface QueryParameter {
  readonly name: string;
  readonly type:
    | 'STRING'
    | 'INT64'
    | 'FLOAT64'
    | 'BOOL'
    | 'TIMESTAMP'
    | 'DATE'
    | 'DATETIME'
    | 'TIME'
    | 'NUMERIC'
    | 'BIGNUMERIC'
    | 'BYTES';
  /** Text as BigQuery's API takes it; an array binds ARRAY<type>. */
  readonly value: string | readonly string[];
  /** What takes the place of `value` when a job is made. */
  readonly secret?: MaskSecret;
}

export interface DryRun {
  readonly bytes: number;
  readonly fields: readonly Field[];
  /** `SELECT` for a query; anything else is refused. */
  readonly statementType: string;
  readonly location?: string;
  readonly tables: readonly TableRef[];
  /** Google's clock at the dry run. */
  readonly atMs: number;
}

export interface JobRef {
  readonly project: string;
  readonly location: string;
  readonly id: string;
}

export type JobSpec = JobRef & { readonly labels: Readonly<Record<string, string>> } & (
    | {
        readonly kind: 'extract';
        /** `t`, `t$20260101`, `t@1767225600000` or both decorators. */
        readonly source: TableRef;
        readonly uris: readonly string[];
        readonly format: string;
        readonly compression: string;
        readonly header: boolean;
        readonly delimiter: string;
      }
    | {
        readonly kind: 'query';
        readonly sql: string;
        readonly parameters: readonly QueryParameter[];
        readonly maxBytesBilled?: number;
        /** Whether `firstRow` is wanted; only the identity that runs the job may read it. */
        readonly wantsRow?: boolean;
        /** Files that the SQL sees as a table of this name. */
        readonly files?: {
          readonly table: string;
          readonly uris: readonly string[];
          readonly format: string;
          readonly compression: string;
          readonly header: boolean;
          readonly delimiter: string;
          /** Of CSV; empty: no value is quoted. */
          readonly quote?: string;
          /** Of CSV; Parquet and Avro bring their own. */
          readonly fields: readonly Field[];
        };
      }
  );

export interface JobState {
  readonly ref: JobRef;
  readonly state: 'pending' | 'running' | 'done';
  readonly startedMs?: number;
  readonly finishedMs?: number;
  /** Set when the job failed; with the code, reason and message it failed with. */
  readonly error?: { readonly reason: string; readonly message: string };
  /** Shards written, of an extract job; not before done. */
  readonly fileCount?: number;
  /** Rows written, of EXPORT DATA; not before done. */
  readonly rowCount?: number;
  readonly bytesProcessed?: number;
  /** First row of the result, by column name, of a job that was asked for it. */
  readonly firstRow?: Readonly<Record<string, string | null>>;
}

/**
 * One of the two halves of HMAC-SHA256's key block. A plan names it only; what it is is put in when a job is made, so that
 * the key is in no plan, no record and no SQL text.
 */
export interface MaskSecret {
  readonly half: 'inner' | 'outer';
  /** Which key: that of one column of one table, or of one column of a person's queries. */
  readonly scope: string;
}

/** Derives the key of a scope, 64 ASCII characters. No key tells anything about the master or about another key. */
export type MaskKeys = (scope: string) => string;

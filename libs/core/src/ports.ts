import { type SecretName } from './transform/mask-key.js';
import { type ExportId } from './ids.js';
import { type Field } from './schema.js';
import { type ExportRecord, type RecordSummary } from './record.js';
import { type ExportSetRecord, type ExportSetSummary } from './sets/set-record.js';
import {
  type DatasetSummary,
  type Page,
  type PageRequest,
  type PartitionSummary,
  type TableMetadata,
  type TableRef,
  type TableSummary,
} from './table.js';

/** BigQuery, seen with one identity's eyes. Errors are AppErrors. */
export interface Warehouse {
  listDatasets(project: string, page?: PageRequest): Promise<Page<DatasetSummary>>;
  listTables(project: string, dataset: string, page?: PageRequest): Promise<Page<TableSummary>>;
  /** Throws `table-not-found` when it does not exist or may not be seen. */
  getTable(ref: TableRef): Promise<TableMetadata>;
  listPartitions(ref: TableRef, billingProject: string): Promise<readonly PartitionSummary[]>;
  /** The first rows, cells as BigQuery's JSON gives them; free, not for views. */
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
  readonly secret?: SecretName;
}

export interface DryRun {
  readonly bytes: number;
  readonly fields: readonly Field[];
  /** `SELECT` for a query; anything else is refused. */
  readonly statementType: string;
  readonly location?: string;
  readonly tables: readonly TableRef[];
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
        /** Files that the SQL sees as a table of this name. */
        readonly files?: {
          readonly table: string;
          readonly uris: readonly string[];
          readonly format: string;
          readonly compression: string;
          readonly header: boolean;
          readonly delimiter: string;
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
  /** First row of a query's answer, by column name. */
  readonly firstRow?: Readonly<Record<string, string | null>>;
}

/** One object of a files bucket. */
export interface StoredFile {
  readonly bucket: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Base64 of the big-endian CRC32C, as Cloud Storage gives it. */
  readonly crc32c: string;
  readonly generation: string;
  readonly contentType?: string;
}

/** Without it a write replaces whatever is there. When it does not hold, the write throws `record-conflict`. */
export interface WriteCondition {
  /** The generation that must be there; `0`: nothing may be. */
  readonly ifGeneration: string;
}

/** Cloud Storage for the files, with the service's own identity. */
export interface FileStore {
  /** Throws `bucket-not-found`. */
  getBucket(bucket: string): Promise<{ readonly location: string }>;
  list(bucket: string, prefix: string): Promise<readonly StoredFile[]>;
  stat(bucket: string, name: string): Promise<StoredFile | undefined>;
  readText(bucket: string, name: string): Promise<string>;
  /** The bytes from `start` up to, not including, `end`; without a range the whole. Goes on by itself after a break. */
  openRead(
    file: { bucket: string; name: string; generation?: string },
    range?: { start: number; end?: number },
  ): AsyncIterable<Uint8Array>;
  /** Creates or replaces an object with small content. */
  put(
    bucket: string,
    name: string,
    content: string | Uint8Array,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile>;
  /** Creates or replaces an object of any size, in bounded memory; it is there whole or not at all. */
  writeStream(
    bucket: string,
    name: string,
    content: AsyncIterable<Uint8Array>,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile>;
  /** Joins 1 to 32 objects of one bucket into `target`; safe to repeat. */
  compose(
    bucket: string,
    sources: readonly StoredFile[],
    target: string,
    contentType: string,
    condition?: WriteCondition,
  ): Promise<StoredFile>;
  /** Deletes what is there; an object that is gone already is no error. */
  remove(bucket: string, name: string): Promise<void>;
  /** Rows in a file that tells them itself: Parquet in its footer, Avro in its blocks. Few bytes are read. */
  countRows(file: StoredFile, format: 'parquet' | 'avro'): Promise<number>;
  /** A V4 signed URL for reading; `saveAs` becomes the name in the browser. */
  signUrl(
    file: { bucket: string; name: string; generation: string },
    options: { expiresMs: number; saveAs: string },
  ): Promise<string>;
}

/** One JSON object per state, replaced only at the generation that was read; `S` is what a listing tells. */
export interface VersionedStore<T, S> {
  /** Throws `record-conflict` when the id exists. */
  create(value: T): Promise<Versioned<T>>;
  /** Throws `export-not-found`. */
  read(id: string): Promise<Versioned<T>>;
  /** Throws `record-conflict` when another has replaced it meanwhile. */
  replace(value: T, version: string): Promise<Versioned<T>>;
  remove(id: string): Promise<void>;
  /** Newest first, from the mirrored metadata only. */
  list(page: PageRequest): Promise<Page<S>>;
}

/** The exports' states. */
export interface RecordStore extends VersionedStore<ExportRecord, RecordSummary> {
  /** Binds a key of an owner to an id once and for all; answers the id that it is bound to. */
  claimKey(owner: string, key: string, claim: KeyClaim): Promise<KeyClaim>;
}

/** The states of sets of exports. */
export type ExportSetStore = VersionedStore<ExportSetRecord, ExportSetSummary>;

export interface KeyClaim {
  readonly id: ExportId;
  /** Digest of the request that the key was used with. */
  readonly requestDigest: string;
}

export interface Versioned<T> {
  readonly value: T;
  readonly version: string;
}

/** Time and chance, given from outside so that planning stays pure. */
export interface Surroundings {
  nowMs(): number;
  random(bytes: number): Uint8Array;
  /** Hex SHA-256 of a text. */
  sha256(text: string): string;
  gzip(text: string): Promise<Uint8Array>;
  /** A zip archive of these files, in their order, in bounded memory. */
  zip(entries: AsyncIterable<ZipEntry>): AsyncIterable<Uint8Array>;
}

export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string>;
}

import { type TableName } from '../googlesql/translate.js';
import { type KeptRow } from './kept-rows.js';
import { type BigQueryField } from './schema.js';

/** A dataset as it is kept. `settings` are the writable properties, as the REST API writes them. */
export interface DatasetRecord {
  readonly projectId: string;
  readonly datasetId: string;
  readonly location: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

export type TableKind = 'TABLE' | 'SNAPSHOT' | 'VIEW' | 'MATERIALIZED_VIEW' | 'EXTERNAL';

/** Whether a table of this kind has rows of its own. A snapshot’s can be read and never changed. */
export const hasOwnRows = (kind: TableKind): boolean => kind === 'TABLE' || kind === 'SNAPSHOT';

/** How long the partitions by ingestion time are. */
export type IngestionUnit = 'HOUR' | 'DAY' | 'MONTH' | 'YEAR';

/**
 * One physical DuckDB table. Its rows carry the instants between which they were part of the table (`$from`, `$to`),
 * so earlier states stay readable. A replaced table gets a new storage; the old one is kept for the time-travel window.
 */
export interface TableStorage {
  readonly physical: string;
  readonly schema: readonly BigQueryField[];
  readonly fromMs: number;
  /** Set once the table was replaced or dropped: the storage is read only for earlier instants. */
  readonly toMs?: number;
  /** When rows came or went after `fromMs`, oldest first; rows name the change that bore or ended them by its number. */
  readonly changes: readonly number[];
  /** Numbers of the changes that brought streamed rows, as far as these may still lie in the streaming buffer. */
  readonly streamed?: readonly number[];
  /** Rows belong to partitions by when they came, and carry the start of theirs (`$at`). */
  readonly ingestion?: IngestionUnit;
  /** The rows themselves: those of a small result of a query, or none of a table that has never had any. No physical table then. */
  readonly rows?: readonly KeptRow[];
}

/** Logical size by BigQuery's rules, per leaf column (`customer.name`). */
export interface TableStatistics {
  readonly rowCount: number;
  readonly columnBytes: Readonly<Record<string, number>>;
}

/** Who sees which rows; without any policy everyone sees all. */
export interface RowAccessPolicy {
  readonly policyId: string;
  /** A GoogleSQL condition on the table's columns. */
  readonly filterPredicate: string;
  /** IAM members: `user:ada@example.com`, `allAuthenticatedUsers`. */
  readonly grantees: readonly string[];
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** A table, view or external table as it is kept. */
export interface TableRecord extends TableName {
  readonly kind: TableKind;
  readonly schema: readonly BigQueryField[];
  /** Oldest first; the last one is current when it has no `toMs`. Empty for views and external tables. */
  readonly storages: readonly TableStorage[];
  readonly createdMs: number;
  readonly modifiedMs: number;
  /** Counts changes of rows or properties; the etag is made of it. */
  readonly version: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly statistics?: TableStatistics;
  readonly policies?: readonly RowAccessPolicy[];
  /** Once a table has had a row access policy, its past is closed to all but administrators for good. */
  readonly hasHadPolicies?: true;
  /** Set when the table was deleted: it is kept for the time-travel window only. */
  readonly deletedMs?: number;
}

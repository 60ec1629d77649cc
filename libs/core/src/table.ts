import { type Field } from './schema.js';

export interface TableRef {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** `project.dataset.table`, as people write it. */
export const tableName = (ref: TableRef): string => `${ref.project}.${ref.dataset}.${ref.table}`;

export type TableKind = 'table' | 'view' | 'materialized-view' | 'external' | 'snapshot';

export interface Partitioning {
  /** Column, or undefined for ingestion time. */
  readonly column?: string;
  readonly unit: 'HOUR' | 'DAY' | 'MONTH' | 'YEAR' | 'INTEGER';
  readonly requireFilter: boolean;
  /** Of integers: how many each partition spans. */
  readonly interval?: number;
  /** Of ranges of integers: the first of all, and the first beyond them. */
  readonly start?: number;
  readonly end?: number;
}

/** What `tables.get` tells, in our words. Sizes in logical bytes, times in epoch milliseconds. */
export interface TableMetadata {
  readonly ref: TableRef;
  readonly kind: TableKind;
  readonly fields: readonly Field[];
  readonly location: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly expiresMs?: number;
  /** Undefined for views and external tables: BigQuery does not know. */
  readonly rowCount?: number;
  readonly sizeBytes?: number;
  /** Rows that streaming inserts have not yet written to managed storage. */
  readonly hasStreamingBuffer: boolean;
  readonly partitioning?: Partitioning;
  readonly clustering?: readonly string[];
  readonly viewSql?: string;
  /** Files of open formats in the person's own bucket (`biglakeConfiguration`): an extract job cannot read it. */
  readonly isIceberg: boolean;
  /** Google's clock when it told this, in whole seconds: what is read at an instant must not lie after it. */
  readonly readAtMs: number;
}

/** What `datasets.get` tells of a dataset that is exported from. */
export interface DatasetFacts {
  readonly location: string;
  /** How far back its tables can be read. */
  readonly maxTimeTravelHours: number;
}

export interface DatasetSummary {
  readonly project: string;
  readonly dataset: string;
  readonly location?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface TableSummary {
  readonly ref: TableRef;
  readonly kind: TableKind;
  readonly createdMs?: number;
  readonly partitioned: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One partition of a table, from INFORMATION_SCHEMA.PARTITIONS. */
export interface PartitionSummary {
  readonly id: string;
  readonly rowCount: number;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

export interface PageRequest {
  readonly pageSize?: number;
  readonly pageToken?: string;
}

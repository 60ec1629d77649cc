import { type QueryParameter } from '../ports/warehouse.js';
import { type Compression, type Format } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { type TableRef } from '../table.js';
import { type WherePlace } from '../transform/compile-select.js';

/**
 * `extract` runs a free extract job, `materialize` an EXPORT DATA query; a plan has one of the two. `compose` joins and
 * names what was written, `convert` makes spreadsheets of it.
 */
export const stepKinds = [
  'extract',
  'materialize',
  'verify',
  'compose',
  'convert',
  'seal',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** What will be done, decided before anything runs. Everything in it is safe to show and to keep. */
export interface Plan {
  readonly engine: { readonly kind: 'extract' | 'query'; readonly reason: string };
  readonly steps: readonly StepKind[];
  readonly source: PlannedSource;
  readonly files: PlannedFiles;
  readonly cost: PlannedCost;
  /** Schema of the files. */
  readonly fields: readonly Field[];
  readonly verify: 'rows' | 'fingerprint';
  readonly warnings: readonly PlanWarning[];
  /** Columns that hold something else than the source's values. */
  readonly maskedColumns: readonly string[];
  /** What is left of BigQuery's free extract quota; in a plan that was asked for, of an extract. */
  readonly quota?: PlannedQuota;
}

export interface PlannedSource {
  /** Undefined for a query. */
  readonly table?: TableRef;
  /**
   * The tables that BigQuery says the query reads, in views and expressions too; of more than 50 its list is not whole
   * (bigquery/docs/reference/rest/v2/Job#JobStatistics2).
   */
  readonly tables?: readonly TableRef[];
  /** Where the jobs run. */
  readonly location: string;
  readonly billingProject: string;
  /** The instant whose rows are exported, RFC 3339. */
  readonly asOf: string;
  readonly partition?: string;
  /** Which rows are those of the partitions, of the extract engine. */
  readonly where?: string;
  readonly etag?: string;
  /** Rows of the source at that instant, where metadata tells it. */
  readonly rowCount?: number;
  /** Whether `asOf` is the instant that is read; otherwise it is the time of the plan, and rows are read as they are. */
  readonly pinned: boolean;
  /** The compiled SELECT, of the query engine. */
  readonly sql?: string;
  /** Where in `sql` each slice puts its own condition. */
  readonly whereAt?: WherePlace;
  /** A query that EXPORT DATA cannot take: its rows go to a temporary table, which `sql` reads. */
  readonly staged?: string;
  readonly parameters?: readonly QueryParameter[];
  /** Table of the extract job, decorators included. */
  readonly extractFrom?: TableRef;
  /** One job for each, when the files of each partition lie in a folder of their own. */
  readonly slices?: readonly PlannedSlice[];
}

/** What one job writes into one folder. */
export interface PlannedSlice {
  /** Ends in `/`. */
  readonly folder: string;
  readonly partition: string;
  readonly extractFrom?: TableRef;
  /** Its rows: the plan's `sql` with this condition in place of the one at `whereAt`. */
  readonly where?: string;
  /** Its whole SELECT, in records of older versions. */
  readonly sql?: string;
}

export interface PlannedFiles {
  readonly bucket: string;
  /** Fresh for this export, ends in `/`. */
  readonly prefix: string;
  /** The names' pattern below the prefix, e.g. `flights-*.parquet`, or `flights-{part}-of-{of}.csv`. */
  readonly pattern: string;
  /** Who fills the pattern: BigQuery while it writes, or Outhaul afterwards. */
  readonly namedBy: 'bigquery' | 'outhaul';
  /** Names as they will be: the first, and where it can be known the last. */
  readonly examples: readonly string[];
  /** How many files there will be; BigQuery decides, so that more than the least cannot be promised. */
  readonly expected: { readonly atLeast: number; readonly atMost?: number };
  /** What BigQuery is asked to write; another format than `format` when Outhaul makes the files of it. */
  readonly written: {
    readonly format: Exclude<Format, 'xlsx'>;
    readonly compression: Compression;
    readonly header: boolean;
  };
  /** Files are joined to about this size. */
  readonly targetBytes?: number;
  /** Of workbooks. */
  readonly rowsPerFile?: number;
  /** Days after the end of the export until its files are removed; undefined: until somebody removes them. */
  readonly retentionDays?: number;
  readonly format: Format;
  readonly compression: Compression;
  readonly shape: 'shards' | 'single';
  readonly header: boolean;
  readonly delimiter: string;
  /** Logical bytes of the source, the upper bound of what is to be read. */
  readonly sourceBytes?: number;
}

export interface PlannedCost {
  readonly free: boolean;
  /** Bytes that the query will be billed for; 0 for an extract job. */
  readonly billedBytes: number;
  readonly amount: number;
  readonly currency: string;
  readonly explanation: string;
}

export interface PlannedQuota {
  readonly freeBytesPerDay: number;
  /** What this service's own exports have taken in the last 24 hours; other users of the project are not seen. */
  readonly usedBytes: number;
  readonly leftBytes: number;
  readonly explanation: string;
}

export interface PlanWarning {
  readonly code: string;
  readonly message: string;
  readonly column?: string;
  readonly fix?: string;
}

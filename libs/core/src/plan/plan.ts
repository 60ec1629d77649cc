import { type QueryParameter } from '../ports.js';
import { type Compression, type Format } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { type TableRef } from '../table.js';

/** `extract` runs a free extract job, `materialize` an EXPORT DATA query; a plan has one of the two. */
export type StepKind = 'extract' | 'materialize' | 'verify' | 'compose' | 'seal';

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
}

export interface PlannedSource {
  /** Undefined for a query. */
  readonly table?: TableRef;
  /** Where the jobs run. */
  readonly location: string;
  readonly billingProject: string;
  /** The instant whose rows are exported, RFC 3339. */
  readonly asOf: string;
  readonly partition?: string;
  readonly etag?: string;
  /** Rows of the source at that instant, where metadata tells it. */
  readonly rowCount?: number;
  /** The compiled SELECT, of the query engine. */
  readonly sql?: string;
  readonly parameters?: readonly QueryParameter[];
  /** Table of the extract job, decorators included. */
  readonly extractFrom?: TableRef;
}

export interface PlannedFiles {
  readonly bucket: string;
  /** Fresh for this export, ends in `/`. */
  readonly prefix: string;
  /** The names' pattern below the prefix, e.g. `flights-*.parquet`. */
  readonly pattern: string;
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

export interface PlanWarning {
  readonly code: string;
  readonly message: string;
  readonly column?: string;
  readonly fix?: string;
}

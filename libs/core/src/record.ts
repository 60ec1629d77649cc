import { type ErrorCode } from './errors.js';
import { type ExportId } from './ids.js';
import { type JobRef } from './ports/warehouse.js';
import { type Plan, type StepKind } from './plan/plan.js';
import { type TableRef } from './table.js';
import { type ExportRequest } from './request/export-request.js';

/** The export's whole state: one JSON object in the records bucket. Times are RFC 3339. */
export interface ExportRecord {
  readonly version: 1;
  readonly id: ExportId;
  /** Grows by one with each change; the stream of events counts by it. */
  readonly revision: number;
  /** E-mail address of whoever asked. */
  readonly owner: string;
  readonly createdAt: string;
  /** Trace of the request that began it; its jobs bear it as a label, its log lines as their trace. */
  readonly traceId?: string;
  /** The set of exports that it belongs to. */
  readonly set?: string;
  readonly request: ExportRequest;
  readonly plan: Plan;
  /** One entry per step of the plan, in its order. */
  readonly steps: readonly StepRecord[];
  readonly cancelRequestedAt?: string;
  /** When its files were removed, by retention or after a cancellation. */
  readonly filesRemovedAt?: string;
  readonly figures: Figures;
  readonly outcome?: Outcome;
  /** Which try of the export this is: a retry begins a new one. */
  readonly attempt: number;
}

/** What the steps have found out so far. */
export interface Figures {
  /** Shards that each job has written, in the order of the plan's slices; -1: not yet. */
  readonly shardCounts?: readonly number[];
  /** How many of the jobs were started ahead of those that are watched. */
  readonly submitted?: number;
  /** Rows that each query job has written; -1: not known. */
  readonly sliceRows?: readonly number[];
  readonly sourceRows?: number;
  readonly sourceFingerprint?: string;
  readonly fileRows?: number;
  readonly fileFingerprint?: string;
  /** How the files' rows were counted. */
  readonly countedBy?: string;
  /** Rows of each shard in order, where they can be known and are not too many. */
  readonly shardRows?: readonly number[];
  /** How many files were made of the shards, in the order of the plan’s slices. */
  readonly fileCounts?: readonly number[];
  /** Rows of each file that was made, where they can be known. */
  readonly fileRowCounts?: readonly number[];
  /** How far the conversion has come. */
  readonly conversion?: Conversion;
  /** The shards of each job that has ended, as they were then, in the order of the plan's slices; until all have. */
  readonly taken?: readonly (readonly PinTuple[] | null)[];
  /** The shards of all jobs, in order. */
  readonly shards?: KeptPins;
  /** The files that were made of them, in order. */
  readonly files?: KeptPins;
  /** What the seal has written. Records of versions before 1.0 have none. */
  readonly sealed?: SealPins;
}

/** An object as Outhaul wrote or took it. A generation is never given twice, so no one can put another in its place. */
export interface Pin {
  readonly generation: string;
  readonly sizeBytes: number;
  readonly crc32c: string;
}

/** A small object of Outhaul's own, and the digest of its text. */
export interface PinnedText extends Pin {
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** A pin where there are many. */
export type PinTuple = readonly [generation: string, sizeBytes: number, crc32c: string];

/** Pins on record; when there are many they lie in an object that is pinned itself. */
export type KeptPins = { readonly pins: readonly PinTuple[] } | { readonly pinnedIn: PinnedText };

/** What the seal has written, by name below the export's prefix. */
export type SealPins = Readonly<Record<string, PinnedText>>;

/** Where the next file of a conversion begins. */
export interface Conversion {
  readonly shard: number;
  /** Byte of that shard. */
  readonly offset: number;
  readonly rows: readonly number[];
  /** The workbooks that have been written. */
  readonly files?: readonly PinTuple[];
}

export interface StepRecord {
  readonly kind: StepKind;
  readonly state: 'pending' | 'running' | 'waiting' | 'done' | 'failed';
  /** Number of tries begun; the job's id holds it. */
  readonly attempt: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Not before this instant may the step be tried again. */
  readonly notBefore?: string;
  readonly job?: JobRef;
  /** What is known so far: rows, bytes and files; never estimated. */
  readonly progress?: { readonly rows?: number; readonly files?: number; readonly bytes?: number };
  /** Calls in a row that the outside world refused for a while; a success sets it back. */
  readonly faults?: number;
  /** Why it waits or was tried again. */
  readonly note?: string;
}

export type Outcome =
  | {
      readonly state: 'succeeded';
      readonly at: string;
      readonly rows: number;
      readonly files: number;
      readonly bytes: number;
    }
  | {
      readonly state: 'failed';
      readonly at: string;
      readonly step: StepKind;
      readonly error: RecordedError;
    }
  | { readonly state: 'cancelled'; readonly at: string };

export interface RecordedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix?: string;
  readonly permission?: string;
  readonly resource?: string;
}

export const exportStates = [
  'queued',
  'running',
  'waiting',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type ExportState = (typeof exportStates)[number];

/** The state is derived, never stored. */
export function stateOf(record: ExportRecord): ExportState {
  if (record.outcome) return record.outcome.state;
  if (record.cancelRequestedAt) return 'cancelling';
  if (record.steps.some((step) => step.state === 'waiting')) return 'waiting';
  return record.steps.every((step) => step.state === 'pending') ? 'queued' : 'running';
}

export const isFinished = (record: ExportRecord): boolean => record.outcome !== undefined;

/** What one list call tells of an export, mirrored in the object's metadata. */
export interface RecordSummary {
  readonly id: ExportId;
  readonly owner: string;
  readonly state: ExportState;
  readonly createdAt: string;
  /** `dataset.table`, or `query`. */
  readonly source: string;
  readonly format: string;
  readonly label?: string;
  readonly set?: string;
  readonly finishedAt?: string;
  readonly rows?: number;
  readonly files?: number;
  readonly bytes?: number;
  readonly errorCode?: string;
  /** Bytes that its extract jobs take of the free quota. */
  readonly extractBytes?: number;
  /** Whose quota that is. */
  readonly billingProject?: string;
  /** Datasets that its query reads, `project.dataset` with commas between; undefined when it is none, or they are too many. */
  readonly reads?: string;
  /** When its files are to be removed; undefined when they have been, or are to stay. */
  readonly cleanAt?: string;
  readonly filesRemovedAt?: string;
}

/** After a cancellation the prefix is looked at once more: a stalled instance may have written into it. */
const afterCancelMs = 15 * 60_000;
const dayMs = 24 * 3_600_000;

function cleanAtOf({ outcome, plan, filesRemovedAt }: ExportRecord): string | undefined {
  if (!outcome || filesRemovedAt !== undefined) return undefined;
  const { retentionDays } = plan.files;
  const after =
    outcome.state === 'cancelled'
      ? afterCancelMs
      : retentionDays === undefined
        ? undefined
        : retentionDays * dayMs;
  return after === undefined ? undefined : new Date(Date.parse(outcome.at) + after).toISOString();
}

/** Metadata of an object are small, and of more than 50 tables BigQuery's list is not whole. */
const mostTables = 49;
const mostLetters = 1_500;

function datasetsOf(tables: readonly TableRef[] = []): string | undefined {
  const names = [...new Set(tables.map(({ project, dataset }) => `${project}.${dataset}`))];
  const text = names.join(',');
  return tables.length > mostTables || text.length > mostLetters ? undefined : text || undefined;
}

export function summaryOf(record: ExportRecord): RecordSummary {
  const { source } = record.request;
  const outcome = record.outcome;
  return {
    id: record.id,
    owner: record.owner,
    state: stateOf(record),
    createdAt: record.createdAt,
    source: source.type === 'table' ? `${source.dataset}.${source.table}` : 'query',
    format: record.request.format,
    label: record.request.label,
    set: record.set,
    finishedAt: outcome?.at,
    rows: outcome?.state === 'succeeded' ? outcome.rows : undefined,
    files: outcome?.state === 'succeeded' ? outcome.files : undefined,
    bytes: outcome?.state === 'succeeded' ? outcome.bytes : undefined,
    errorCode: outcome?.state === 'failed' ? outcome.error.code : undefined,
    extractBytes: record.plan.engine.kind === 'extract' ? record.plan.files.sourceBytes : undefined,
    billingProject: record.plan.source.billingProject,
    reads: datasetsOf(record.plan.source.tables),
    cleanAt: cleanAtOf(record),
    filesRemovedAt: record.filesRemovedAt,
  };
}

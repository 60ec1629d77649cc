import { type ExportId } from '../ids.js';
import { type ExportState, type PinnedText, type RecordedError } from '../record.js';
import { type TableKind, type TableRef } from '../table.js';
import { type ExportSetRequest } from './set-request.js';

/** A set's whole state: one JSON object in the records bucket. Times are RFC 3339. */
export interface ExportSetRecord {
  readonly version: 1;
  readonly id: string;
  /** Grows by one with each change. */
  readonly revision: number;
  /** E-mail address of whoever asked. */
  readonly owner: string;
  readonly createdAt: string;
  readonly request: ExportSetRequest;
  /** The instant whose rows are exported, of every table that has a past. */
  readonly asOf: string;
  readonly members: readonly SetMember[];
  readonly cancelRequestedAt?: string;
  /** Why it waits. */
  readonly note?: string;
  readonly outcome?: SetOutcome;
  /** Its manifest, when it has ended. Sets of versions before 1.0 have none on record. */
  readonly manifest?: PinnedText;
}

/** One table of a set. */
export interface SetMember {
  readonly table: TableRef;
  readonly kind?: TableKind;
  /** Known before it begins: a function of the set and the table's place in it. */
  readonly exportId: ExportId;
  /** `refused`: no export could be planned. */
  readonly state: (typeof memberStates)[number];
  readonly rows?: number;
  readonly files?: number;
  readonly bytes?: number;
  readonly error?: RecordedError;
  /** Starts in a row that the outside world refused for a while. */
  readonly faults?: number;
}

export interface SetOutcome {
  /** `partial`: some tables are there, some are not. */
  readonly state: 'succeeded' | 'partial' | 'failed' | 'cancelled';
  readonly at: string;
}

export const memberStates = [
  'pending',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'refused',
] as const;

export const exportSetStates = [
  'queued',
  'running',
  'waiting',
  'cancelling',
  'succeeded',
  'partial',
  'failed',
  'cancelled',
] as const satisfies readonly (ExportState | SetOutcome['state'])[];
export type ExportSetState = (typeof exportSetStates)[number];

/** The state is derived, never stored. */
export function stateOfSet(record: ExportSetRecord): ExportSetState {
  if (record.outcome) return record.outcome.state;
  if (record.cancelRequestedAt) return 'cancelling';
  if (record.note !== undefined) return 'waiting';
  return record.members.every(({ state }) => state === 'pending') ? 'queued' : 'running';
}

export const hasEnded = ({ state }: SetMember): boolean =>
  state !== 'pending' && state !== 'running';

/** How many tables stand where, and what has been written so far. */
export interface SetTotals {
  readonly tables: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

export function totalsOf({ members }: ExportSetRecord): SetTotals {
  const sum = (of: (member: SetMember) => number | undefined) =>
    members.reduce((total, member) => total + (of(member) ?? 0), 0);
  return {
    tables: members.length,
    succeeded: members.filter(({ state }) => state === 'succeeded').length,
    failed: members.filter(({ state }) => state === 'failed' || state === 'refused').length,
    rows: sum(({ rows }) => rows),
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
  };
}

/** What one list call tells of a set, mirrored in the object's metadata. */
export interface ExportSetSummary extends SetTotals {
  readonly id: string;
  readonly owner: string;
  readonly state: ExportSetState;
  readonly createdAt: string;
  /** `dataset`, `dataset.pattern`, or the number of tables. */
  readonly source: string;
  readonly format: string;
  readonly label?: string;
  readonly finishedAt?: string;
}

export function summaryOfSet(record: ExportSetRecord): ExportSetSummary {
  const { dataset, pattern, options, label } = record.request;
  return {
    id: record.id,
    owner: record.owner,
    state: stateOfSet(record),
    createdAt: record.createdAt,
    source:
      dataset === undefined
        ? `${record.members.length} tables`
        : pattern === undefined
          ? dataset
          : `${dataset}.${pattern}`,
    format: options.format,
    label,
    finishedAt: record.outcome?.at,
    ...totalsOf(record),
  };
}

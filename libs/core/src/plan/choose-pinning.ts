import { type ExportRequest } from '../request/export-request.js';
import { type TableMetadata } from '../table.js';
import { type Instant } from './choose-instant.js';
import { type SourceFacts } from './compile-request.js';
import { type PartitionChoice } from './choose-partitions.js';
import { type PlanWarning } from './plan.js';

/** Whether the table is read as of the chosen instant, and what follows when it is not. */
export interface Pinning {
  readonly isPinned: boolean;
  /** Why an extract job, which says nothing of its rows, cannot be checked. */
  readonly whyQuery?: string;
  readonly warnings: readonly PlanWarning[];
}

/** A partition that has not changed for this long is taken to stay as it is until its job runs. */
const settledMs = 10 * 60_000;

/**
 * Only a table that the caller may read at an earlier instant can be pinned. Under row access policies only few may
 * (bigquery/docs/time-travel): it is done for requests that name an instant. Rows in a streaming buffer are read
 * unpinned, so that none is missed.
 */
export function choosePinning(
  request: ExportRequest,
  { canPin = false, rowPolicies = 0 }: SourceFacts,
  table: TableMetadata,
  instant: Instant,
): Pinning {
  if (table.kind !== 'table') return unpinned(instant, 'only tables have a past that can be read');
  if (instant.demanded) return { isPinned: canPin, warnings: [] };
  if (rowPolicies > 0)
    return unpinned(
      instant,
      'it has row access policies',
      'The table has row access policies: a query counts the rows that you may see as it writes them.',
    );
  if (!canPin)
    return unpinned(
      instant,
      'you may read it only as it is now',
      'You may read this table only as it is now: a query counts the rows as it writes them.',
    );
  if (table.hasStreamingBuffer && request.verify !== 'fingerprint')
    return unpinned(instant, 'rows were streamed into it a short while ago');
  return { isPinned: true, warnings: [] };
}

function unpinned({ shared, ms }: Instant, because: string, whyQuery?: string): Pinning {
  const warning: PlanWarning = {
    code: 'not-pinned',
    message: `This table is not read as of ${new Date(ms).toISOString()} like the others, but when its export runs: ${because}.`,
  };
  return { isPinned: false, whyQuery, warnings: shared ? [warning] : [] };
}

/**
 * An extract job of a partition cannot be pinned, so it must find the rows that were counted: nothing has changed since
 * the instant, and not just before it either. A deletion need not show in the partition's own time of change, so an
 * earlier instant asks for a table without changes.
 */
export function whyNoPartitionExtract(
  table: TableMetadata,
  partition: PartitionChoice | undefined,
  instant: Instant,
): string | undefined {
  if (!partition) return undefined;
  const isEarlier = instant.demanded || instant.shared;
  const changedMs = isEarlier ? table.modifiedMs : partition.modifiedMs;
  if (changedMs <= instant.ms && changedMs <= table.readAtMs - settledMs) return undefined;
  return isEarlier
    ? 'The partition may have changed since that instant: a query reads it as it was.'
    : 'The partition changed a short while ago: a query reads it at one instant.';
}

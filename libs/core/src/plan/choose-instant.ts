import { AppError } from '../errors.js';
import { type TableSource } from '../request/export-request.js';
import { type TableMetadata, tableName } from '../table.js';

/** The instant whose rows are exported, in epoch milliseconds of Google's clock. */
export interface Instant {
  readonly ms: number;
  /** The request names it: an export of other rows would be wrong. */
  readonly demanded: boolean;
  /** It is the common instant of a set. */
  readonly shared: boolean;
}

/** What bounds the choice. */
export interface InstantLimits {
  /** How far back the dataset's tables can be read. */
  readonly maxTimeTravelHours: number;
  /** The common instant of a set, which is taken where the table can be read at it. */
  readonly sharedMs?: number;
}

/** What `Date` headers leave out: they have whole seconds. */
const secondMs = 1_000;

/**
 * Chooses the instant by Google's clock, never by this machine's: BigQuery refuses to read a table as of the future, and a
 * laptop may be some seconds fast. By default it is when BigQuery gave the table's metadata.
 */
export function chooseInstant(
  { asOf }: Pick<TableSource, 'asOf'>,
  table: TableMetadata,
  { maxTimeTravelHours, sharedMs }: InstantLimits,
): Instant {
  const earliestMs = Math.max(table.createdMs, table.readAtMs - maxTimeTravelHours * 3_600_000);
  if (asOf !== undefined)
    return { ms: checked(asOf, table, maxTimeTravelHours), demanded: true, shared: false };
  if (sharedMs !== undefined && table.kind === 'table' && sharedMs >= earliestMs)
    return { ms: sharedMs, demanded: false, shared: true };
  // A change within the second that the header leaves out is part of what was read.
  const ms = Math.max(table.readAtMs, table.kind === 'table' ? table.modifiedMs + 1 : 0);
  return { ms, demanded: false, shared: false };
}

function checked(asOf: string, table: TableMetadata, maxTimeTravelHours: number): number {
  const ms = Date.parse(asOf);
  const name = tableName(table.ref);
  const refuse = (message: string, fix?: string) =>
    new AppError('as-of-invalid', message, { field: 'source.asOf', fix });
  if (table.kind !== 'table')
    throw refuse(
      `${name} is a ${table.kind}: only tables can be read as of an earlier instant.`,
      'Leave `source.asOf` out.',
    );
  if (ms >= table.readAtMs + secondMs)
    throw refuse(`${asOf} is in the future.`, 'Use an instant in the past.');
  if (ms < table.readAtMs - maxTimeTravelHours * 3_600_000)
    throw refuse(
      `${asOf} is before the time travel window of ${windowText(maxTimeTravelHours)} of dataset ${table.ref.dataset}.`,
      'Use a later instant, or export a snapshot of the table.',
    );
  if (ms < table.createdMs)
    throw refuse(
      `${name} did not exist at ${asOf}: it was created at ${new Date(table.createdMs).toISOString()}.`,
      'Use a later instant.',
    );
  return ms;
}

const windowText = (hours: number): string =>
  hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;

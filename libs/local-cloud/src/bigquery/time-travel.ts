import { type TableName } from '../googlesql/translate.js';
import { invalid, tableId } from './bigquery-errors.js';
import { type DatasetRecord } from './catalog-records.js';

const hourMs = 60 * 60 * 1000;
const usualHours = 168;

/** How far back the tables of a dataset can be read: two to seven days, in hours. */
export const timeTravelHoursOf = (dataset: DatasetRecord | undefined): number =>
  Number(dataset?.settings['maxTimeTravelHours'] ?? usualHours);

/** Throws 400 unless a dataset may have this window: whole days, from two to seven. */
export function requireTimeTravelHours(hours: unknown): void {
  if (hours === undefined || hours === null) return;
  const count = Number(hours);
  if (!(count >= 48 && count <= usualHours && count % 24 === 0))
    throw invalid(
      `Invalid value for maxTimeTravelHours: ${String(hours).slice(0, 60)}. It must be a multiple of 24 between 48 and 168.`,
    );
}

/** Throws 400 unless the instant lies in the dataset's time travel window and not after now. */
export function requireInstant(
  name: TableName,
  dataset: DatasetRecord | undefined,
  asOfMs: number,
  nowMs: number,
): void {
  if (asOfMs > nowMs) throw badInstant(name, asOfMs, 'Cannot read in the future.');
  const firstMs = nowMs - timeTravelHoursOf(dataset) * hourMs;
  if (asOfMs < firstMs) throw cannotReadBefore(name, asOfMs, firstMs);
}

export const cannotReadBefore = (name: TableName, asOfMs: number, firstMs: number) =>
  badInstant(name, asOfMs, `Cannot read before ${firstMs}.`);

const badInstant = (name: TableName, asOfMs: number, why: string) =>
  invalid(`Invalid time travel timestamp ${asOfMs} for table ${tableId(name)}@${asOfMs}. ${why}`);

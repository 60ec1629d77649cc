import { AppError } from '../errors.js';
import { type StoredFile } from '../ports/file-store.js';
import { type CellValue } from './cell-xml.js';

export type Row = Readonly<Record<string, CellValue>>;

/** A row of BigQuery's JSON lines, of columns that hold one value each; anything else is `verification-failed`. */
export function parseRow(line: string, { bucket, name }: StoredFile): Row {
  const unreadable = (): AppError =>
    new AppError('verification-failed', `${name} has a line that is no row of the table.`, {
      resource: `gs://${bucket}/${name}`,
      fix: 'Retry the export; the files are kept for a look.',
    });
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    // A parser's own message would show what is in the row.
    throw unreadable();
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw unreadable();
  // No cell of a sheet holds what is nested; JSON has come as a text.
  if (Object.values(row).some((value) => typeof value === 'object' && value !== null))
    throw unreadable();
  return row as Row;
}

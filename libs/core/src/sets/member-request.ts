import { AppError, isAppError } from '../errors.js';
import { type RecordedError } from '../record.js';
import { type Warehouse } from '../ports/warehouse.js';
import { type ExportRequest } from '../request/export-request.js';
import { type TableKind } from '../table.js';
import { type ChosenTable } from './choose-tables.js';
import { type ExportSetRequest } from './set-request.js';

/** The export request of one table of a set. Only a table has a past: everything else is read as it is. */
export async function memberRequest(
  { table, kind }: ChosenTable,
  request: ExportSetRequest,
  asOf: string,
  warehouse: Warehouse,
): Promise<ExportRequest> {
  const known: TableKind = kind ?? (await warehouse.getTable(table)).kind;
  const partition = request.tables?.find(
    (each) =>
      each.dataset === table.dataset &&
      each.table === table.table &&
      (each.project ?? table.project) === table.project,
  )?.partition;
  return {
    ...request.options,
    label: request.options.label ?? request.label,
    source: { type: 'table', ...table, partition, asOf: known === 'table' ? asOf : undefined },
  };
}

/** Errors that pass: another try may well succeed. */
export const passes = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  isAppError(error, 'upstream-unavailable') ||
  isAppError(error, 'quota-exceeded');

export function recordedError(error: unknown): RecordedError {
  if (!(error instanceof AppError))
    return { code: 'internal', message: 'An unexpected fault of the service; it is in its log.' };
  const { fix, permission, resource } = error.details;
  return { code: error.code, message: error.message, fix, permission, resource };
}

import { AppError, isAppError } from '../errors.js';
import { type RecordedError } from '../record.js';
import { type Warehouse } from '../ports/warehouse.js';
import { type PlanningOptions } from '../plan/prepare-plan.js';
import { type ExportRequest } from '../request/export-request.js';
import { type TableKind } from '../table.js';
import { type ChosenTable } from './choose-tables.js';
import { type ExportSetRequest } from './set-request.js';

/** The export request of one table of a set, and what its plan shares with the others. */
export interface MemberRequest {
  readonly request: ExportRequest;
  readonly options: PlanningOptions;
}

/**
 * An instant that the set's request names is demanded of every table; otherwise the tables share the one at which the set
 * was started, where they can be read at it. Only a table has a past: everything else is read as it is.
 */
export async function memberRequest(
  { table, kind }: ChosenTable,
  request: ExportSetRequest,
  asOf: string,
  warehouse: Warehouse,
): Promise<MemberRequest> {
  const known: TableKind = kind ?? (await warehouse.getTable(table)).kind;
  const partition = request.tables?.find(
    (each) =>
      each.dataset === table.dataset &&
      each.table === table.table &&
      (each.project ?? table.project) === table.project,
  )?.partition;
  return {
    request: {
      ...request.options,
      label: request.options.label ?? request.label,
      source: {
        type: 'table',
        ...table,
        partition,
        asOf: known === 'table' ? request.asOf : undefined,
      },
    },
    options: { sharedMs: Date.parse(asOf) },
  };
}

/** The instant of a set whose request names none, by Google's clock. */
export const sharedInstant = async (
  { asOf, options }: ExportSetRequest,
  warehouse: Warehouse,
  defaultProject: string,
): Promise<string> => {
  if (asOf !== undefined) return asOf;
  const project = options.billingProject ?? defaultProject;
  const { atMs } = await warehouse.dryRun({ project, sql: 'SELECT 1', parameters: [] });
  return new Date(atMs).toISOString();
};

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

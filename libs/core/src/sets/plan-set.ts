import { AppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExporterDeps } from '../exporter/deps.js';
import { makeExportId } from '../ids.js';
import { type Plan } from '../plan/plan.js';
import { preparePlan } from '../plan/prepare-plan.js';
import { type RecordedError } from '../record.js';
import { parseInput } from '../request/parse-request.js';
import { exportRequestSchema } from '../request/export-request.js';
import { mapLimited } from '../run/shards.js';
import { type TableRef } from '../table.js';
import { chooseTables, type ChosenTable } from './choose-tables.js';
import { memberRequest, recordedError, sharedInstant } from './member-request.js';
import { type ExportSetRequest } from './set-request.js';

/** What a set would do and cost, table by table. */
export interface ExportSetPlan {
  readonly asOf: string;
  readonly tables: readonly PlannedMember[];
  readonly cost: {
    readonly billedBytes: number;
    readonly amount: number;
    readonly currency: string;
  };
  /** How many tables cannot be exported as asked. */
  readonly refused: number;
}

export interface PlannedMember {
  readonly table: TableRef;
  readonly engine?: Plan['engine'];
  readonly cost?: Plan['cost'];
  readonly rowCount?: number;
  readonly sourceBytes?: number;
  readonly warnings?: Plan['warnings'];
  readonly error?: RecordedError;
}

/** Plans every table as the caller, eight at a time; what one is refused for stops no other. */
export async function planSet(
  request: ExportSetRequest,
  caller: Caller,
  deps: ExporterDeps,
): Promise<ExportSetPlan> {
  const { settings } = deps;
  const chosen = await chooseTables(request, caller.warehouse, settings.defaultProject);
  const asOf = await sharedInstant(request, caller.warehouse, settings.defaultProject);
  const tables = await mapLimited(chosen, 8, (each) =>
    planMember(each, request, asOf, caller, deps),
  );
  const sum = (of: (cost: Plan['cost']) => number) =>
    tables.reduce((total, { cost }) => total + (cost ? of(cost) : 0), 0);
  const plan = {
    asOf,
    tables,
    cost: {
      billedBytes: sum(({ billedBytes }) => billedBytes),
      amount: sum(({ amount }) => amount),
      currency: settings.currency,
    },
    refused: tables.filter(({ error }) => error).length,
  };
  refuseOverLimit(request, plan);
  return plan;
}

async function planMember(
  chosen: ChosenTable,
  request: ExportSetRequest,
  asOf: string,
  caller: Caller,
  deps: ExporterDeps,
): Promise<PlannedMember> {
  const { table } = chosen;
  try {
    const own = await memberRequest(chosen, request, asOf, caller.warehouse);
    const id = makeExportId(deps.surroundings.nowMs(), deps.surroundings.random(10));
    const asked = parseInput(exportRequestSchema, own.request);
    const { engine, cost, source, files, warnings } = await preparePlan(
      id,
      asked,
      caller,
      deps,
      deps.settings,
      own.options,
    );
    return {
      table,
      engine,
      cost,
      rowCount: source.rowCount,
      sourceBytes: files.sourceBytes,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'unauthenticated') throw error;
    return { table, error: recordedError(error) };
  }
}

function refuseOverLimit(
  { maxBytes, maxCost }: ExportSetRequest,
  { cost: { billedBytes, amount, currency } }: ExportSetPlan,
): void {
  const refuse = (field: string, message: string) =>
    new AppError('limit-exceeded', message, {
      field,
      fix: `Choose fewer tables, or raise ${field}.`,
    });
  if (maxBytes !== undefined && billedBytes > maxBytes)
    throw refuse(
      'maxBytes',
      `The queries would be billed for ${billedBytes} bytes, over the limit of ${maxBytes}.`,
    );
  if (maxCost !== undefined && amount > maxCost)
    throw refuse(
      'maxCost',
      `The queries would cost ${amount.toFixed(4)} ${currency}, over the limit of ${maxCost}.`,
    );
}

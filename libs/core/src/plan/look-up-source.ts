import { AppError } from '../errors.js';
import { type Warehouse } from '../ports/warehouse.js';
import { type ExportRequest, type TableSource } from '../request/export-request.js';
import { type TableMetadata, type TableRef } from '../table.js';
import { checkQuery } from '../transform/check-sql.js';
import { quoteIdentifier } from '../transform/quote.js';
import { chooseInstant, type Instant } from './choose-instant.js';
import { type SourceFacts } from './compile-request.js';
import { everyPartition } from './every-partition.js';
import { explained } from './explain-refusal.js';

/** What BigQuery says of the source to this caller. */
export interface LookedUpSource extends SourceFacts {
  readonly instant: Instant;
  /** Of a query: where it runs. */
  readonly location?: string;
  /** Why the table cannot be read as of the instant, in Google's words. */
  readonly pinRefusal?: string;
}

interface LookUpOptions {
  readonly billingProject: string;
  readonly defaultProject: string;
  readonly sharedMs?: number;
}

/** Time travel windows are two to seven days (bigquery/docs/time-travel). */
const maxTimeTravelHours = 7 * 24;

/** Reads, as the caller, what a plan needs to know of the source. */
export async function lookUpSource(
  { source, partitionPrefix = false }: ExportRequest,
  warehouse: Warehouse,
  options: LookUpOptions,
): Promise<LookedUpSource> {
  return source.type === 'query'
    ? lookUpQuery(source.sql, warehouse, options)
    : lookUpTable(source, partitionPrefix, warehouse, options);
}

async function lookUpQuery(
  sql: string,
  warehouse: Warehouse,
  { billingProject }: LookUpOptions,
): Promise<LookedUpSource> {
  const dryRun = await warehouse
    .dryRun({ project: billingProject, sql: checkQuery(sql, 'source.sql'), parameters: [] })
    .catch((error: unknown) => {
      throw explained(error, 'query');
    });
  if (dryRun.statementType !== 'SELECT') {
    throw new AppError(
      'sql-invalid',
      `An export takes a query; this is a ${dryRun.statementType} statement.`,
      { field: 'source.sql' },
    );
  }
  return {
    fields: dryRun.fields,
    location: dryRun.location,
    instant: { ms: dryRun.atMs, demanded: false, shared: false },
  };
}

async function lookUpTable(
  source: TableSource,
  partitionPrefix: boolean,
  warehouse: Warehouse,
  { billingProject, defaultProject, sharedMs }: LookUpOptions,
): Promise<LookedUpSource> {
  const ref: TableRef = {
    project: source.project ?? defaultProject,
    dataset: source.dataset,
    table: source.table,
  };
  const wantsPast = source.asOf !== undefined || sharedMs !== undefined;
  const [table, window] = await Promise.all([
    warehouse.getTable(ref),
    wantsPast ? timeTravelWindow(ref, warehouse) : maxTimeTravelHours,
  ]);
  const instant = chooseInstant(source, table, { maxTimeTravelHours: window, sharedMs });
  const needsPartitions =
    (source.partition !== undefined || partitionPrefix) && table.partitioning !== undefined;
  const [partitions, rowPolicies, pinning] = await Promise.all([
    needsPartitions ? warehouse.listPartitions(ref, billingProject) : undefined,
    warehouse.countRowPolicies(ref),
    askWhetherPinned(table, instant.ms, warehouse, billingProject),
  ]);
  return { table, instant, partitions, rowPolicies, ...pinning };
}

/** Without the right to see the dataset, the longest window is taken; BigQuery itself knows better when it is asked. */
async function timeTravelWindow(
  { project, dataset }: TableRef,
  warehouse: Warehouse,
): Promise<number> {
  try {
    return (await warehouse.getDataset(project, dataset)).maxTimeTravelHours;
  } catch (error) {
    if (error instanceof AppError && !isPassing(error)) return maxTimeTravelHours;
    throw error;
  }
}

/**
 * Asks BigQuery, by a dry run, whether this caller may read this table as of the instant. Listing row policies does not
 * tell: a table that once had them is restricted, too, and most roles may not list them (bigquery/docs/time-travel).
 */
async function askWhetherPinned(
  table: TableMetadata,
  instantMs: number,
  warehouse: Warehouse,
  project: string,
): Promise<Pick<LookedUpSource, 'canPin' | 'pinRefusal'>> {
  if (table.kind !== 'table') return { canPin: false };
  const name = [table.ref.project, table.ref.dataset, table.ref.table]
    .map(quoteIdentifier)
    .join('.');
  const where = everyPartition(table.partitioning);
  const sql = `SELECT 1 FROM ${name} AS source_row FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${instantMs})`;
  try {
    await warehouse.dryRun({
      project,
      location: table.location,
      sql: where === undefined ? sql : `${sql} WHERE ${where}`,
      parameters: [],
    });
    return { canPin: true };
  } catch (error) {
    if (error instanceof AppError && !isPassing(error))
      return { canPin: false, pinRefusal: error.message };
    throw error;
  }
}

/** Errors that say nothing of the question: another try may succeed, or the caller must sign in. */
const isPassing = ({ code }: AppError): boolean =>
  code === 'upstream-unavailable' || code === 'quota-exceeded' || code === 'unauthenticated';

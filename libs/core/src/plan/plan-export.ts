import { AppError } from '../errors.js';
import { type ExportId } from '../ids.js';
import { type ExportRequest } from '../request/export-request.js';
import { type TableMetadata, type TableRef } from '../table.js';
import { softDeleteWarnings } from './bucket-rules.js';
import { bytesText } from './bytes-text.js';
import { type CompiledRequest } from './compile-request.js';
import {
  type Plan,
  type PlannedCost,
  type PlannedFiles,
  type PlanWarning,
  type StepKind,
} from './plan.js';
import { plannedCost } from './planned-cost.js';
import { plannedFiles } from './planned-files.js';
import { refuseUnprintable } from './refuse-unprintable.js';

/** What the plan rests on beside the compiled request. */
export interface PlanFacts {
  readonly table?: TableMetadata;
  /** Of the query engine: bytes that the dry run counted. */
  readonly queryBytes?: number;
  /** Of the query engine: the tables that the dry run named. */
  readonly tables?: readonly TableRef[];
  readonly location: string;
  readonly bucketLocation: string;
  /** How long the bucket keeps what was deleted. */
  readonly softDeleteSeconds?: number;
  /** How many row access policies the table has; undefined = not known. */
  readonly rowPolicies?: number;
}

export interface PlanSettings {
  /** Of requests that name none. */
  readonly retentionDays?: number;
  readonly bucket: string;
  readonly billingProject: string;
  readonly pricePerTib: number;
  readonly currency: string;
}

/** Decides everything that will be done, before anything runs. Pure. */
export function planExport(
  id: ExportId,
  request: ExportRequest,
  compiled: CompiledRequest,
  facts: PlanFacts,
  settings: PlanSettings,
): Plan {
  if (request.verify === 'fingerprint') refuseUnprintable(compiled.fields, request.format);
  const cost = plannedCost(compiled.engine, facts.queryBytes, settings);
  refuseOverLimit(request, cost);
  const rowCount = knownRows(compiled, facts);
  const files = filesOf(id, request, compiled, facts, settings);
  return {
    engine: { kind: compiled.engine, reason: compiled.reason },
    steps: stepsOf(compiled, files),
    source: {
      table: facts.table?.ref,
      tables: facts.tables,
      location: facts.location,
      billingProject: settings.billingProject,
      asOf: new Date(compiled.asOfMs).toISOString(),
      partition: compiled.partition?.label,
      where: compiled.engine === 'extract' ? compiled.where : undefined,
      etag: facts.table?.etag,
      rowCount,
      pinned: compiled.isPinned,
      sql: compiled.sql,
      staged: compiled.staged,
      parameters: compiled.parameters,
      extractFrom: compiled.extractFrom,
      whereAt: compiled.whereAt,
      slices: compiled.slices,
    },
    files,
    cost,
    fields: compiled.fields,
    verify: request.verify ?? 'rows',
    warnings: [
      ...compiled.warnings,
      ...warningsOf(request, compiled, facts),
      ...softDeleteWarnings(settings.bucket, facts.softDeleteSeconds),
    ],
    maskedColumns: compiled.maskedColumns,
  };
}

/** The files that will be written; what they hold and are called needs no dry run. */
export const filesOf = (
  id: ExportId,
  request: ExportRequest,
  compiled: CompiledRequest,
  facts: PlanFacts,
  settings: PlanSettings,
): PlannedFiles =>
  plannedFiles(request, compiled, {
    bucket: settings.bucket,
    prefix: `exports/${id}/`,
    sourceBytes: compiled.partition?.sizeBytes ?? facts.table?.sizeBytes,
    rowCount: knownRows(compiled, facts),
    table: facts.table?.ref.table ?? 'query',
    retentionDays: request.retentionDays ?? settings.retentionDays,
  });

function stepsOf({ engine }: CompiledRequest, { format, namedBy }: PlannedFiles): StepKind[] {
  const write = engine === 'extract' ? 'extract' : 'materialize';
  if (format === 'xlsx') return [write, 'verify', 'convert', 'seal'];
  return namedBy === 'outhaul' ? [write, 'verify', 'compose', 'seal'] : [write, 'verify', 'seal'];
}

/**
 * Rows of the source at the plan's instant, when metadata alone can tell. A caller who may not list row policies but may
 * read an earlier instant is shown every row: the table has never had a policy.
 */
function knownRows(
  compiled: CompiledRequest,
  { table, rowPolicies }: PlanFacts,
): number | undefined {
  const isWhole = rowPolicies === 0 || (rowPolicies === undefined && compiled.isPinned);
  if (compiled.engine !== 'extract' || !table || table.hasStreamingBuffer || !isWhole)
    return undefined;
  const { modifiedMs, rowCount } = compiled.partition ?? table;
  return modifiedMs <= compiled.asOfMs ? rowCount : undefined;
}

function refuseOverLimit(request: ExportRequest, cost: PlannedCost): void {
  if (request.maxBytes !== undefined && cost.billedBytes > request.maxBytes) {
    throw new AppError(
      'limit-exceeded',
      `The query would be billed for ${bytesText(cost.billedBytes)} (${cost.billedBytes} bytes), over the limit of ${request.maxBytes}.`,
      {
        field: 'maxBytes',
        fix: 'Choose fewer columns or partitions, or raise maxBytes.',
      },
    );
  }
  if (request.maxCost !== undefined && cost.amount > request.maxCost) {
    throw new AppError(
      'limit-exceeded',
      `The query would cost ${cost.amount.toFixed(4)} ${cost.currency}, over the limit of ${request.maxCost}.`,
      {
        field: 'maxCost',
        fix: 'Choose fewer columns or partitions, or raise maxCost.',
      },
    );
  }
}

function warningsOf(
  request: ExportRequest,
  compiled: CompiledRequest,
  facts: PlanFacts,
): PlanWarning[] {
  const warnings: PlanWarning[] = [];
  if (request.verify === 'fingerprint' && !compiled.isPinned && compiled.staged === undefined) {
    warnings.push({
      code: 'not-pinned',
      message:
        'The source can only be read as it is now: for the fingerprint it is read a second time, and the export fails if it has changed in between.',
    });
  }
  if (request.verify === 'fingerprint' && compiled.engine === 'extract') {
    warnings.push({
      code: 'fingerprint-billed',
      message:
        'The extract is free, but the fingerprint reads the whole table by a query, which is billed.',
    });
  }
  if (compiled.slices && facts.table?.partitioning?.column) {
    warnings.push({
      code: 'partition-column',
      message: `Column ${facts.table.partitioning.column} is in the folders’ names and in the files.`,
    });
  }
  if (facts.rowPolicies !== undefined && facts.rowPolicies > 0) {
    warnings.push({
      code: 'row-policies',
      message: `The table has ${facts.rowPolicies} row access ${facts.rowPolicies === 1 ? 'policy' : 'policies'}: the files will hold only the rows that you may see.`,
    });
  }
  if (!sameLocation(facts.location, facts.bucketLocation)) {
    warnings.push({
      code: 'location',
      message: `The data are in ${facts.location}, the bucket is in ${facts.bucketLocation}: BigQuery may refuse to write there.`,
      fix: `Choose a files bucket in ${facts.location}.`,
    });
  }
  if (facts.table?.hasStreamingBuffer && compiled.isPinned) {
    warnings.push({
      code: 'streaming-buffer',
      message: 'Rows that were streamed in a short while ago may be missing.',
    });
  }
  if (compiled.staged !== undefined) {
    warnings.push({
      code: 'temporary-table',
      message:
        'BigQuery cannot export this source directly: its rows go to a temporary table, which the same job exports. Reading the temporary table is billed as well.',
    });
  }
  return warnings;
}

const sameLocation = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();

import { AppError } from '../errors.js';
import { type ExportId } from '../ids.js';
import { type ExportRequest } from '../request/export-request.js';
import { type TableMetadata } from '../table.js';
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
  readonly location: string;
  readonly bucketLocation: string;
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
  if (request.verify === 'fingerprint') refuseUnprintable(compiled.fields);
  const cost = plannedCost(compiled.engine, facts.queryBytes, settings);
  refuseOverLimit(request, cost);
  const rowCount = knownRows(compiled, facts);
  const files = plannedFiles(request, compiled, {
    bucket: settings.bucket,
    prefix: `exports/${id}/`,
    sourceBytes: compiled.partition?.sizeBytes ?? facts.table?.sizeBytes,
    rowCount,
    table: facts.table?.ref.table ?? 'query',
    retentionDays: request.retentionDays ?? settings.retentionDays,
  });
  return {
    engine: { kind: compiled.engine, reason: compiled.reason },
    steps: stepsOf(compiled, files),
    source: {
      table: facts.table?.ref,
      location: facts.location,
      billingProject: settings.billingProject,
      asOf: new Date(compiled.asOfMs).toISOString(),
      partition: compiled.partition?.label,
      where: compiled.engine === 'extract' ? compiled.partition?.condition : undefined,
      etag: facts.table?.etag,
      rowCount,
      sql: compiled.sql,
      parameters: compiled.parameters,
      extractFrom: compiled.extractFrom,
      slices: compiled.slices,
    },
    files,
    cost,
    fields: compiled.fields,
    verify: request.verify ?? 'rows',
    warnings: [...compiled.warnings, ...warningsOf(request, compiled, facts)],
    maskedColumns: compiled.maskedColumns,
  };
}

function stepsOf({ engine }: CompiledRequest, { format, namedBy }: PlannedFiles): StepKind[] {
  const write = engine === 'extract' ? 'extract' : 'materialize';
  if (format === 'xlsx') return [write, 'verify', 'convert', 'seal'];
  return namedBy === 'outhaul' ? [write, 'verify', 'compose', 'seal'] : [write, 'verify', 'seal'];
}

/** Rows of the source at the plan's instant, when metadata alone can tell. */
function knownRows(
  compiled: CompiledRequest,
  { table, rowPolicies }: PlanFacts,
): number | undefined {
  if (compiled.engine !== 'extract' || !table || table.hasStreamingBuffer || rowPolicies !== 0)
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
  if (request.verify === 'fingerprint' && !compiled.isPinned) {
    warnings.push({
      code: 'not-pinned',
      message:
        'The source has no past that can be read: for the fingerprint it is read a second time, and the export fails if it has changed in between.',
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
  if (facts.table?.hasStreamingBuffer) {
    warnings.push({
      code: 'streaming-buffer',
      message: 'Rows that were streamed in a short while ago may be missing.',
    });
  }
  return warnings;
}

const sameLocation = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();

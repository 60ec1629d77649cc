import { AppError } from '../errors.js';
import { type QueryParameter } from '../ports/warehouse.js';
import { compressionsOf, type Compression, type ExportRequest } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { type PartitionSummary, type TableMetadata, type TableRef } from '../table.js';
import { compileSelect, type WherePlace } from '../transform/compile-select.js';
import { type MaskScope } from '../transform/mask-scope.js';
import { quoteIdentifier } from '../transform/quote.js';
import { compileQuery } from './compile-query.js';
import { choosePartitions, type PartitionChoice } from './choose-partitions.js';
import { type Instant } from './choose-instant.js';
import { choosePinning, whyNoPartitionExtract } from './choose-pinning.js';
import { everyPartition } from './every-partition.js';
import { stagedTable } from './export-statement.js';
import { partitionFolders } from './partition-folders.js';
import { type PlannedSlice, type PlanWarning } from './plan.js';

/** What is known of the source before anything runs. */
export interface SourceFacts {
  /** Of a table source. */
  readonly table?: TableMetadata;
  /** Of a request that names partitions. */
  readonly partitions?: readonly PartitionSummary[];
  /** How many row access policies the table has, where the caller may know. */
  readonly rowPolicies?: number;
  /** Whether BigQuery lets the caller read the table as of the chosen instant. */
  readonly canPin?: boolean;
  /** Of a query source: the schema that its dry run gave. */
  readonly fields?: readonly Field[];
}

export interface CompileSettings {
  readonly instant: Instant;
  /** Gives the scope of mask keys of a table, or of a query; undefined: this service makes none. */
  readonly maskScope?: (table: TableRef | undefined) => MaskScope;
  /** Rows go to a temporary table first: EXPORT DATA cannot read the source itself. */
  readonly isStaged?: boolean;
}

/** The request and its source, brought into the form that one of the two engines can run. */
export interface CompiledRequest {
  readonly engine: 'extract' | 'query';
  readonly reason: string;
  readonly compression: Compression;
  readonly fields: readonly Field[];
  readonly asOfMs: number;
  /** Whether the rows are those of `asOfMs`. */
  readonly isPinned: boolean;
  readonly sql?: string;
  /** The query whose rows go to a temporary table, which `sql` reads. */
  readonly staged?: string;
  /** Which rows of the table an extract job takes, where that is not all or a query must say so. */
  readonly where?: string;
  readonly parameters?: readonly QueryParameter[];
  /** Table of an extract job, decorators included. */
  readonly extractFrom?: TableRef;
  readonly partition?: PartitionChoice;
  /** Where in `sql` each slice puts its own condition. */
  readonly whereAt?: WherePlace;
  readonly slices?: readonly PlannedSlice[];
  readonly warnings: readonly PlanWarning[];
  readonly maskedColumns: readonly string[];
}

/** Chooses the engine and compiles the SQL that it needs. Pure; throws AppErrors that name the faulty field. */
export function compileRequest(
  request: ExportRequest,
  facts: SourceFacts,
  settings: CompileSettings,
): CompiledRequest {
  const compression = checkCompression(request);
  refuseUnrepeatable(request);
  if (request.source.type === 'query')
    return compileQuery(request, facts, settings, compression, request.source.sql);
  const { table } = facts;
  if (!table) throw new AppError('internal', 'A table source was compiled without its table.');
  const { instant } = settings;
  const partition = choosePartitions(
    request.source,
    table,
    facts.partitions ?? [],
    request.partitionPrefix,
  );
  const pinning = choosePinning(request, facts, table, instant);
  const asOfMs = pinning.isPinned || !instant.shared ? instant.ms : table.readAtMs;
  const whole = quotedTable(table.ref, pinning.isPinned ? asOfMs : undefined);
  const from = settings.isStaged ? `${stagedTable} AS source_row` : whole;
  const selectWhere = (where: string | undefined) =>
    compileSelect(request, table.fields, from, {
      maskScope: settings.maskScope?.(table.ref),
      where,
    });
  const where = partition?.condition ?? everyPartition(table.partitioning);
  const folders = request.partitionPrefix ? partitionFolders(table, partition) : undefined;
  const select = selectWhere(
    (settings.isStaged ? undefined : where) ?? (folders ? 'TRUE' : undefined),
  );
  const shared = {
    compression,
    fields: select.fields,
    asOfMs,
    isPinned: pinning.isPinned,
    partition,
    where,
    warnings: [...select.warnings, ...pinning.warnings],
    maskedColumns: select.maskedColumns,
  };
  const reason =
    whyQuery(request, table, select.isTransformed, partition) ??
    pinning.whyQuery ??
    whyNoPartitionExtract(table, partition, instant);
  if (reason !== undefined) {
    return {
      ...shared,
      engine: 'query',
      reason,
      sql: select.sql,
      staged: settings.isStaged
        ? `SELECT source_row.* FROM ${whole}${where === undefined ? '' : ` WHERE ${where}`}`
        : undefined,
      parameters: select.parameters,
      whereAt: folders && select.whereAt,
      // A condition each: the SELECT of a wide table, 500 times, makes a record of many megabytes.
      slices: folders?.map(({ folder, partition: id, condition }) => ({
        folder,
        partition: id,
        where: condition,
      })),
    };
  }
  return {
    ...shared,
    engine: 'extract',
    reason: 'All columns of a native table, as they are: an extract job is free.',
    extractFrom: decorate(table.ref, partition?.single, pinning.isPinned ? asOfMs : undefined),
    slices: folders?.map(({ folder, partition: id }) => ({
      folder,
      partition: id,
      extractFrom: decorate(table.ref, id, undefined),
    })),
  };
}

/** Why an extract job cannot do it; undefined when it can. */
function whyQuery(
  request: ExportRequest,
  table: TableMetadata,
  isTransformed: boolean,
  partition: PartitionChoice | undefined,
): string | undefined {
  if (table.kind === 'view') return 'The source is a view: only a query can read it.';
  if (table.kind === 'materialized-view')
    return 'The source is a materialized view: only a query can read it.';
  if (table.kind === 'external')
    return 'The source is an external table: only a query can read it.';
  if (table.kind === 'snapshot')
    return 'The source is a snapshot: only a query is sure to read it.';
  if (table.isIceberg) return 'The source is an Iceberg managed table: only a query can read it.';
  if (table.hasStreamingBuffer)
    return 'Rows were streamed in a short while ago: only a query sees them.';
  if (request.filter) return 'Rows are filtered: only a query can do that.';
  if (request.sample) return 'Rows are sampled: only a query can do that.';
  if (request.limit !== undefined) return 'Rows are limited: only a query can do that.';
  if (request.orderBy) return 'Rows are ordered: only a query can do that.';
  if (request.csv?.escapeFormulas && request.format === 'csv')
    return 'Formulas are escaped: only a query can do that.';
  if (isTransformed) return 'Columns are chosen or changed: only a query can do that.';
  if (partition && partition.single === undefined && !request.partitionPrefix)
    return 'Several partitions are asked for: a query reads them in one go.';
  return undefined;
}

function checkCompression(request: ExportRequest): Compression {
  const allowed = compressionsOf[request.format];
  const asked = request.compression ?? (allowed[0] as Compression);
  if (!request.compression && (request.format === 'csv' || request.format === 'jsonl'))
    return 'none';
  if (allowed.includes(asked)) return asked;
  throw new AppError(
    'format-unsupported',
    `${request.format} cannot be compressed with ${asked}.`,
    {
      field: 'compression',
      fix: `Use one of ${allowed.join(', ')}.`,
    },
  );
}

/** A fingerprint reads the source a second time: rows drawn by chance would be others then. */
function refuseUnrepeatable({ verify, sample, limit, orderBy }: ExportRequest): void {
  if (verify !== 'fingerprint' || (!sample && (limit === undefined || orderBy))) return;
  throw new AppError(
    'request-invalid',
    `A fingerprint reads the source twice, and ${sample ? 'a sample' : 'a limit without an order'} gives other rows each time.`,
    { field: 'verify', fix: 'Use verify: rows.' },
  );
}

function quotedTable(ref: TableRef, asOfMs: number | undefined): string {
  const name = [ref.project, ref.dataset, ref.table].map(quoteIdentifier).join('.');
  const pin = asOfMs === undefined ? '' : ` FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${asOfMs})`;
  return `${name} AS source_row${pin}`;
}

/** Both decorators together are not documented for extract jobs: a partition goes by itself. */
const decorate = (
  ref: TableRef,
  partition: string | undefined,
  asOfMs: number | undefined,
): TableRef => ({
  ...ref,
  table:
    partition !== undefined
      ? `${ref.table}$${partition}`
      : `${ref.table}${asOfMs === undefined ? '' : `@${asOfMs}`}`,
});

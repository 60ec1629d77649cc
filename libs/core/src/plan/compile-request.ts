import { AppError } from '../errors.js';
import { type QueryParameter } from '../ports/warehouse.js';
import { compressionsOf, type Compression, type ExportRequest } from '../request/export-request.js';
import { type Field } from '../schema.js';
import { type PartitionSummary, type TableMetadata, tableName, type TableRef } from '../table.js';
import { compileSelect } from '../transform/compile-select.js';
import { checkQuery } from '../transform/check-sql.js';
import { quoteIdentifier } from '../transform/quote.js';
import { choosePartitions, type PartitionChoice } from './choose-partitions.js';
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
  /** Of a query source: the schema that its dry run gave. */
  readonly fields?: readonly Field[];
}

export interface CompileSettings {
  readonly nowMs: number;
  readonly maskKey?: string;
}

/** The request and its source, brought into the form that one of the two engines can run. */
export interface CompiledRequest {
  readonly engine: 'extract' | 'query';
  readonly reason: string;
  readonly compression: Compression;
  readonly fields: readonly Field[];
  readonly asOfMs: number;
  /** Set when an instant can be pinned: the source is a native table. */
  readonly isPinned: boolean;
  readonly sql?: string;
  readonly parameters?: readonly QueryParameter[];
  /** Table of an extract job, decorators included. */
  readonly extractFrom?: TableRef;
  readonly partition?: PartitionChoice;
  readonly slices?: readonly PlannedSlice[];
  readonly warnings: readonly PlanWarning[];
  readonly maskedColumns: readonly string[];
}

const timeTravelMs = 7 * 24 * 3_600_000;

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
  const isNative = table.kind === 'table' || table.kind === 'snapshot';
  const asOfMs = checkInstant(request, isNative, table, settings.nowMs);
  const partition = choosePartitions(
    request.source,
    table,
    facts.partitions ?? [],
    request.partitionPrefix,
  );
  // Under row access policies only few may read an earlier instant: it is done for who asks for one.
  const isGuarded = (facts.rowPolicies ?? 0) > 0 && request.source.asOf === undefined;
  const isPinned = table.kind === 'table' && !isGuarded;
  const from = quotedTable(table.ref, isPinned ? asOfMs : undefined);
  const selectWhere = (where: string | undefined) =>
    compileSelect(request, table.fields, from, { maskKey: settings.maskKey, where });
  const select = selectWhere(partition?.condition);
  const folders = request.partitionPrefix ? partitionFolders(table, partition) : undefined;
  const shared = {
    compression,
    fields: select.fields,
    asOfMs,
    isPinned,
    partition,
    warnings: select.warnings,
    maskedColumns: select.maskedColumns,
  };
  const reason =
    whyQuery(request, table, select.isTransformed, partition) ??
    (isGuarded
      ? 'The table has row access policies: a query counts the rows that you may see as it writes them.'
      : undefined);
  if (reason !== undefined) {
    return {
      ...shared,
      engine: 'query',
      reason,
      sql: select.sql,
      parameters: select.parameters,
      slices: folders?.map(({ folder, partition: id, condition }) => ({
        folder,
        partition: id,
        sql: selectWhere(condition).sql,
      })),
    };
  }
  return {
    ...shared,
    engine: 'extract',
    reason: 'All columns of a native table, as they are: an extract job is free.',
    extractFrom: decorate(table.ref, partition?.single, isPinned ? asOfMs : undefined),
    slices: folders?.map(({ folder, partition: id }) => ({
      folder,
      partition: id,
      extractFrom: decorate(table.ref, id, isPinned ? asOfMs : undefined),
    })),
  };
}

function compileQuery(
  request: ExportRequest,
  facts: SourceFacts,
  settings: CompileSettings,
  compression: Compression,
  sql: string,
): CompiledRequest {
  if (request.partitionPrefix) partitionFolders(undefined, undefined);
  const query = checkQuery(sql, 'source.sql');
  const select = compileSelect(request, facts.fields ?? [], `(\n${query}\n) AS source_row`, {
    maskKey: settings.maskKey,
  });
  return {
    engine: 'query',
    reason: 'The source is a query.',
    compression,
    fields: select.fields,
    asOfMs: settings.nowMs,
    isPinned: false,
    sql: select.sql,
    parameters: select.parameters,
    warnings: select.warnings,
    maskedColumns: select.maskedColumns,
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

function checkInstant(
  request: ExportRequest,
  isNative: boolean,
  table: TableMetadata,
  nowMs: number,
): number {
  const { source } = request;
  if (source.type !== 'table' || source.asOf === undefined) return nowMs;
  const asOfMs = Date.parse(source.asOf);
  const refuse = (message: string, fix?: string) =>
    new AppError('as-of-invalid', message, { field: 'source.asOf', fix });
  if (!isNative)
    throw refuse(`${tableName(table.ref)} is a ${table.kind}: it has no past that can be read.`);
  if (asOfMs > nowMs)
    throw refuse(`${source.asOf} lies in the future.`, 'Name an instant that has passed.');
  if (asOfMs < nowMs - timeTravelMs) {
    throw refuse(
      `${source.asOf} lies before the time travel window of 7 days.`,
      'Export from a snapshot of the table instead.',
    );
  }
  if (asOfMs < table.createdMs)
    throw refuse(`${tableName(table.ref)} did not exist at ${source.asOf}.`);
  return asOfMs;
}

function quotedTable(ref: TableRef, asOfMs: number | undefined): string {
  const name = [ref.project, ref.dataset, ref.table].map(quoteIdentifier).join('.');
  const pin = asOfMs === undefined ? '' : ` FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${asOfMs})`;
  return `${name} AS source_row${pin}`;
}

const decorate = (
  ref: TableRef,
  partition: string | undefined,
  asOfMs: number | undefined,
): TableRef => ({
  ...ref,
  table: `${ref.table}${partition === undefined ? '' : `$${partition}`}${asOfMs === undefined ? '' : `@${asOfMs}`}`,
});

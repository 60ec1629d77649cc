import { AppError } from '../errors.js';
import { type ExportRequest } from '../request/export-request.js';
import { type CompiledRequest } from './compile-request.js';
import { type FileNames, fileNames, partName, shardName } from './file-names.js';
import { type PlannedFiles } from './plan.js';
import { mostRowsOfSheet } from '../xlsx/sheet-limits.js';

export interface FileFacts {
  readonly bucket: string;
  readonly prefix: string;
  /** Logical bytes of the source, where they are known. */
  readonly sourceBytes?: number;
  readonly rowCount?: number;
  /** What `{table}` stands for. */
  readonly table: string;
  readonly retentionDays?: number;
}

/** BigQuery writes at most this much logical data into one file. */
const mostBytesOfFile = 1_000_000_000;

/** Decides names, number and form of the files; throws when the request asks for what cannot be. */
export function plannedFiles(
  request: ExportRequest,
  compiled: CompiledRequest,
  facts: FileFacts,
): PlannedFiles {
  const { format } = request;
  const shape = request.shape ?? 'shards';
  const isText = format === 'csv' || format === 'jsonl';
  refuseImpossible(request, compiled, facts);
  const names = fileNames(request, compiled.compression, {
    table: facts.table,
    date: new Date(compiled.asOfMs).toISOString().slice(0, 10),
    partition: compiled.partition?.single,
  });
  const namedBy = shape === 'single' && !isText && format !== 'xlsx' ? 'bigquery' : names.namedBy;
  const header = format === 'csv' && (request.csv?.header ?? true);
  const expected = expectedFiles(request, compiled, facts);
  return {
    bucket: facts.bucket,
    prefix: facts.prefix,
    pattern: names.pattern,
    namedBy,
    examples: examplesOf({ ...names, namedBy }, compiled, expected),
    expected,
    written:
      format === 'xlsx'
        ? { format: 'jsonl', compression: 'none', header: false }
        : { format, compression: compiled.compression, header: header && namedBy === 'bigquery' },
    targetBytes: request.targetFileBytes,
    rowsPerFile: format === 'xlsx' ? (request.rowsPerFile ?? mostRowsOfSheet) : undefined,
    retentionDays: facts.retentionDays,
    format,
    compression: compiled.compression,
    shape,
    header,
    delimiter: request.csv?.delimiter ?? ',',
    sourceBytes: facts.sourceBytes,
  };
}

function refuseImpossible(
  request: ExportRequest,
  compiled: CompiledRequest,
  { sourceBytes, rowCount }: FileFacts,
): void {
  const { format, shape } = request;
  const isBinary = format === 'parquet' || format === 'avro';
  if (request.targetFileBytes !== undefined && (isBinary || format === 'xlsx'))
    throw new AppError('format-unsupported', `${format} files cannot be joined to a size.`, {
      field: 'targetFileBytes',
      fix: 'Leave it out, or ask for csv or jsonl.',
    });
  if (request.partitionPrefix && (shape === 'single' || format === 'xlsx'))
    throw new AppError('request-invalid', 'Folders for partitions need several files.', {
      field: 'partitionPrefix',
      fix: 'Leave `partitionPrefix` out, or ask for shards of csv, jsonl, parquet or avro.',
    });
  if (request.rowsPerFile !== undefined && (format !== 'xlsx' || shape === 'single'))
    throw new AppError('format-unsupported', 'Only several workbooks can be split by rows.', {
      field: 'rowsPerFile',
      fix: 'Leave it out, or ask for xlsx without `shape`.',
    });
  if (shape !== 'single') return;
  const isSmall = sourceBytes !== undefined && sourceBytes <= mostBytesOfFile;
  if (isBinary && !(compiled.engine === 'extract' && isSmall))
    throw refuseSingle(
      `${format} files cannot be joined, and BigQuery writes one file by itself only for a whole table of at most 1 GB.`,
      'Ask for csv or jsonl as a single file, or leave `shape` out.',
    );
  if (format === 'xlsx' && rowCount !== undefined && rowCount > mostRowsOfSheet)
    throw refuseSingle(
      `The table has ${rowCount} rows; one sheet holds ${mostRowsOfSheet}.`,
      'Leave `shape` out: there will be several workbooks.',
    );
}

const refuseSingle = (message: string, fix: string): AppError =>
  new AppError('single-file-impossible', message, { field: 'shape', fix });

function expectedFiles(
  { shape, format, targetFileBytes, rowsPerFile = mostRowsOfSheet }: ExportRequest,
  compiled: CompiledRequest,
  { sourceBytes, rowCount }: FileFacts,
): PlannedFiles['expected'] {
  if (shape === 'single') return { atLeast: 1, atMost: 1 };
  if (format === 'xlsx') {
    if (rowCount === undefined) return { atLeast: 1 };
    const count = Math.max(1, Math.ceil(rowCount / rowsPerFile));
    return { atLeast: count, atMost: count };
  }
  const folders = compiled.slices?.length ?? 1;
  if (targetFileBytes !== undefined || compiled.engine === 'query' || sourceBytes === undefined)
    return { atLeast: folders };
  return { atLeast: Math.max(folders, Math.ceil(sourceBytes / mostBytesOfFile)) };
}

function examplesOf(
  { pattern, namedBy }: FileNames,
  { slices }: CompiledRequest,
  { atLeast, atMost }: PlannedFiles['expected'],
): string[] {
  const count = atMost ?? Math.max(atLeast, 2);
  const nameOf = (index: number) =>
    namedBy === 'bigquery' ? shardName(pattern, index) : partName(pattern, index, count);
  const first = (slices?.[0]?.folder ?? '') + nameOf(0);
  if (slices && slices.length > 1) return [first, (slices.at(-1)?.folder ?? '') + nameOf(0)];
  return count > 1 && pattern !== nameOf(0)
    ? [first, (slices?.[0]?.folder ?? '') + nameOf(count - 1)]
    : [first];
}

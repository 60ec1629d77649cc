import { notImplemented } from '../http/cloud-error.js';
import { type Codec, type FileFormat } from '../formats/format.js';
import { type ResolvedTable } from '../googlesql/translate.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, tableResource } from './bigquery-context.js';
import { invalid, required, tableId } from './bigquery-errors.js';
import { hasOwnRows, type TableStatistics } from './catalog-records.js';
import { parseDestinationUris } from './destination-uris.js';
import { requireEqualLocations, requireWritable, requireWritableTypes } from './export-rules.js';
import { exportRows } from './export-rows.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { requireColumns } from './column-guard.js';
import { applyRowPolicies } from './row-policies.js';
import {
  type DecoratedTable,
  parseTableId,
  readTableReference,
  requireOneDecorator,
} from './table-name.js';
import { resolveNativeTable } from './table-resolver.js';
import { measure } from './table-statistics.js';

export const fileFormats: readonly FileFormat[] = [
  'CSV',
  'NEWLINE_DELIMITED_JSON',
  'AVRO',
  'PARQUET',
];

const codecsOf: Readonly<Record<FileFormat, readonly Codec[]>> = {
  CSV: ['NONE', 'GZIP'],
  NEWLINE_DELIMITED_JSON: ['NONE', 'GZIP'],
  AVRO: ['NONE', 'DEFLATE', 'SNAPPY'],
  PARQUET: ['NONE', 'SNAPPY', 'GZIP', 'ZSTD'],
};

/** What compressions are called, whether or not a format has them. */
export const codecNames: ReadonlySet<string> = new Set(Object.values(codecsOf).flat());

/** Reads an extract's configuration (400 when it is wrong) and gives the work that writes the files. */
export function prepareExtract(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
): { location: string | undefined; work(run: JobRun): Promise<JobOutcome> } {
  if (configuration['sourceModel']) throw notImplemented('the export of models');
  if (!configuration['sourceTable']) throw required('sourceTable');
  const reference = readTableReference(configuration['sourceTable'], 'sourceTable', projectId);
  const source = parseTableId(reference, context.clock.nowMs());
  requireOneDecorator(source);
  const uris = parseDestinationUris(
    configuration['destinationUris'] ??
      (configuration['destinationUri'] ? [configuration['destinationUri']] : undefined),
  );
  const format = readFormat(configuration['destinationFormat'] ?? 'CSV');
  const codec = readCodec(configuration['compression'] ?? 'NONE', format);
  const dataset = context.catalog.findDataset(reference.projectId, reference.datasetId);
  const work = async (run: JobRun): Promise<JobOutcome> => {
    const { location } = context.catalog.dataset(reference.projectId, reference.datasetId);
    caller.require('bigquery.tables.export', tableResource(source.name));
    const live = context.catalog.findTable(source.name);
    if (live && !hasOwnRows(live.kind))
      throw invalid(
        `${tableId(source.name)} is not allowed for this operation because it is currently a ${live.kind}.`,
      );
    if (live?.settings['biglakeConfiguration'])
      throw invalid(
        `Table ${tableId(source.name)} is a BigLake managed table, which an extract job cannot read. Use an EXPORT DATA statement.`,
      );
    const native = resolveNativeTable(context.catalog, source, false, 'managed');
    const { schema } = native;
    requireColumns(
      caller,
      native.table,
      schema.map(({ name }) => name),
    );
    const { relation } = await applyRowPolicies(context, caller, native, source.asOfMs);
    requireWritableTypes(schema, format);
    for (const uri of uris) {
      requireEqualLocations(context.store, location, uri.bucket);
      requireWritable(caller, uri);
    }
    const statistics = await statisticsOf(context, source, native);
    const totalBytes = Object.values(statistics.columnBytes).reduce((a, b) => a + b, 0);
    if (!uris[0]?.isPattern && totalBytes > context.singleFileBytes)
      throw invalid(
        `Table ${tableId(source.name)} too large to be exported to a single file. Specify a uri including a * to shard export. See 'Exporting data into one or more files' in https://cloud.google.com/bigquery/docs/exporting-data.`,
      );
    const { fileCounts } = await exportRows(context, run, {
      query: { sql: `SELECT * FROM ${relation}`, parameters: [] },
      schema,
      uris,
      format,
      codec,
      header: configuration['printHeader'] !== false,
      delimiter: readDelimiter(configuration['fieldDelimiter']),
      useAvroLogicalTypes: configuration['useAvroLogicalTypes'] === true,
      ordered: false,
      expectedRows: statistics.rowCount,
    });
    return {
      statistics: {
        destinationUriFileCounts: fileCounts.map(String),
        inputBytes: String(totalBytes),
      },
    };
  };
  return { location: dataset?.location, work };
}

/** Of the whole table as kept; a partition or an earlier instant is weighed now. */
const statisticsOf = (
  { tables, database }: BigQueryContext,
  { name, partitionId, asOfMs }: DecoratedTable,
  { relation, schema, lacksBuffer }: ResolvedTable & { readonly lacksBuffer: boolean },
): Promise<TableStatistics> =>
  partitionId === undefined && asOfMs === undefined && !lacksBuffer
    ? tables.statistics(name)
    : database.withConnection((connection) => measure(connection, schema, relation));

export function readFormat(value: unknown): FileFormat {
  const format = fileFormats.find((known) => known === value);
  if (!format) throw invalid(`Unsupported file format: ${String(value).slice(0, 60)}`);
  return format;
}

export function readCodec(value: unknown, format: FileFormat): Codec {
  const codec = codecsOf[format].find((known) => known === value);
  if (!codec)
    throw invalid(
      `Compression type ${String(value).slice(0, 60)} is not supported for destination format ${format}.`,
    );
  return codec;
}

/** One character; `tab` and `\t` stand for the tabulator. */
export function readDelimiter(value: unknown): string {
  if (value === undefined || value === null || value === '') return ',';
  if (value === '\\t' || value === 'tab') return '\t';
  if (typeof value !== 'string' || Buffer.byteLength(value) !== 1)
    throw invalid(`Invalid field delimiter: ${String(value).slice(0, 60)}`);
  return value;
}

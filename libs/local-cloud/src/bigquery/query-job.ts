import { type TableChange } from '../googlesql/table-change.js';
import { type ScriptScope, type TranslatedStatement } from '../googlesql/translate.js';
import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError, datasetNotFound, invalid, invalidQuery } from './bigquery-errors.js';
import { parseGcsUri } from './destination-uris.js';
import { exportRows } from './export-rows.js';
import { requireEqualLocations, requireWritable, requireWritableTypes } from './export-rules.js';
import { readCodec, readDelimiter, readFormat } from './extract-job.js';
import { type JobRecord } from './job-record.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { analyzeQuery, type QueryAnalysis } from './query-analysis.js';
import { answerQuery } from './query-results.js';
import { prepareChange } from './query-change.js';
import { parseTableId, readTableReference } from './table-name.js';
import { readDestination, requireDestination, type RowDestination } from './write-disposition.js';

type ExportStatement = Extract<TranslatedStatement, { kind: 'export-data' }>;

export interface PreparedQuery {
  readonly location: string | undefined;
  readonly statistics: Readonly<Record<string, unknown>>;
  readonly totalBytesProcessed: number;
  /** What the statement does to tables, of DDL and DML. */
  readonly change?: TableChange;
  work(run: JobRun, job: JobRecord): Promise<JobOutcome>;
}

export interface QuerySetting {
  readonly location: string | undefined;
  readonly isDryRun: boolean;
  /** The script that the statement is part of. */
  readonly script?: ScriptScope;
}

/** Analyzes one statement (throwing BigQuery's 400, 403 and 404) and gives the work that runs it. */
export async function prepareQuery(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
  { location: askedLocation, ...setting }: QuerySetting,
): Promise<PreparedQuery> {
  const analysis = await analyzeQuery(context, caller, projectId, configuration, setting);
  const { statement, bytes, estimatedRows, location } = analysis;
  requireLocation(analysis, askedLocation);
  const limit = configuration['maximumBytesBilled'];
  if (limit !== undefined && bytes > Number(limit))
    throw new CloudError(
      400,
      'bytesBilledLimitExceeded',
      `Query exceeded limit for bytes billed: ${String(limit)}. ${Math.max(bytes, 10_485_760)} or higher required.`,
    );
  if (statement.kind === 'change') {
    if (configuration['destinationTable'])
      throw invalid('Cannot set destination table in jobs with DML or DDL statements');
    return {
      location,
      totalBytesProcessed: bytes,
      change: statement.change,
      ...prepareChange(context, caller, statement, { bytes, analysis }),
    };
  }
  const query = statement.kind === 'query' ? statement : statement.query;
  const destination = readQueryDestination(context, caller, projectId, configuration);
  const statistics = {
    statementType: statement.kind === 'query' ? 'SELECT' : 'EXPORT_DATA',
    totalBytesProcessed: String(bytes),
    totalBytesBilled: String(
      bytes === 0 ? 0 : Math.max(10_485_760, Math.ceil(bytes / 1_048_576) * 1_048_576),
    ),
    cacheHit: false,
    schema: { fields: query.columns },
    referencedTables: analysis.referencedTables,
  };
  return {
    location,
    statistics,
    totalBytesProcessed: bytes,
    work: (run, job) =>
      statement.kind === 'query'
        ? answerQuery(context, run, job, { query: statement, destination, estimatedRows })
        : exportQuery(context, caller, run, job, statement),
  };
}

function readQueryDestination(
  context: BigQueryContext,
  caller: Caller,
  projectId: string,
  configuration: Readonly<Record<string, unknown>>,
): RowDestination | undefined {
  if (!configuration['destinationTable']) return undefined;
  const reference = readTableReference(
    configuration['destinationTable'],
    'destinationTable',
    projectId,
  );
  const table = parseTableId(reference, context.clock.nowMs());
  const destination = readDestination(table, configuration, 'WRITE_EMPTY');
  requireDestination(context, caller, destination);
  return destination;
}

function requireLocation({ location, datasets }: QueryAnalysis, asked: string | undefined): void {
  const elsewhere = datasets.find(
    (dataset) => dataset.location.toUpperCase() !== (asked ?? location)?.toUpperCase(),
  );
  if (elsewhere)
    throw datasetNotFound(
      elsewhere.projectId,
      elsewhere.datasetId,
      (asked ?? location)?.toUpperCase(),
    );
}

async function exportQuery(
  context: BigQueryContext,
  caller: Caller,
  run: JobRun,
  job: JobRecord,
  { options, query, ordered }: ExportStatement,
): Promise<JobOutcome> {
  const uri = parseGcsUri(options['uri']);
  if (!uri.isPattern) throw invalid(`Option 'uri' value must be a wild card URI. Got: ${uri.uri}`);
  const format = readFormat(exportFormat(options['format']));
  const codec = readCodec(String(options['compression'] ?? 'NONE').toUpperCase(), format);
  requireWritableTypes(query.columns, format);
  requireEqualLocations(context.store, job.location, uri.bucket);
  requireWritable(caller, uri);
  const [prefix = '', suffix = ''] = uri.name.split('*');
  const inTheWay = context.store
    .list(uri.bucket, prefix)
    .some(({ name }) => name.endsWith(suffix) && name.length >= prefix.length + suffix.length);
  if (inTheWay && options['overwrite'] !== true)
    throw invalidQuery(
      `Invalid destination URI ${uri.uri}: the destination is not empty. Set option overwrite=true to overwrite existing data.`,
    );
  const { fileCounts, rowCount } = await exportRows(context, run, {
    query,
    schema: query.columns,
    uris: [uri],
    format,
    codec,
    header: options['header'] === true,
    delimiter: readDelimiter(options['field_delimiter']),
    useAvroLogicalTypes: options['use_avro_logical_types'] !== false,
    ordered,
  }).catch((error: unknown) => {
    throw asQueryError(error);
  });
  return {
    statistics: {
      exportDataStatistics: { rowCount: String(rowCount), fileCount: String(fileCounts[0] ?? 0) },
    },
  };
}

/** EXPORT DATA calls JSON lines `JSON`. */
const exportFormat = (format: unknown): string => {
  const name = String(format ?? '').toUpperCase();
  return name === 'JSON' ? 'NEWLINE_DELIMITED_JSON' : name;
};

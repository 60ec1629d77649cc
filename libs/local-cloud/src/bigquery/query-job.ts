import { type TableChange } from '../googlesql/table-change.js';
import { type ScriptScope } from '../googlesql/translate.js';
import { CloudError } from '../http/cloud-error.js';
import { type Caller } from '../identity/caller.js';
import { type BigQueryContext, tableResource } from './bigquery-context.js';
import { datasetNotFound, invalid, invalidQuery } from './bigquery-errors.js';
import { requireColumnNames } from './column-names.js';
import { exportQuery, readExport } from './export-statement.js';
import { type JobRecord } from './job-record.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { analyzeQuery, type QueryAnalysis } from './query-analysis.js';
import { answerQuery } from './query-results.js';
import { prepareChange } from './query-change.js';
import { parseTableId, readTableReference } from './table-name.js';
import { readDestination, requireDestination, type RowDestination } from './write-disposition.js';

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
  const target = statement.kind === 'export-data' ? readExport(statement) : undefined;
  if (target && analysis.usesMetaTables)
    throw invalidQuery('EXPORT DATA statement cannot reference meta tables in the queries.');
  if (target && configuration['destinationTable'])
    throw invalid('Cannot set destination table in jobs with EXPORT DATA statements');
  if (target && context.strictExportData)
    for (const name of analysis.referencedTables)
      caller.require('bigquery.tables.export', tableResource(name));
  const destination = readQueryDestination(context, caller, projectId, configuration);
  if (destination) requireColumnNames(query.columns);
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
      target
        ? exportQuery(context, caller, run, job, target)
        : answerQuery(context, run, job, { query, destination, estimatedRows }),
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

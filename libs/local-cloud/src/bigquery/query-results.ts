import { type DuckDBValue } from '@duckdb/node-api';
import { type TableName, type TranslatedQuery } from '../googlesql/translate.js';
import { personalDataset } from '../identity/personal-dataset.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError } from './bigquery-errors.js';
import { type DatasetRecord, type TableRecord } from './catalog-records.js';
import { toRestRow } from './cell-format.js';
import { duckdbTypeOf, quoteName } from './duckdb-type.js';
import { type JobOutcome, type JobRun } from './job-draft.js';
import { type JobRecord } from './job-record.js';
import { canKeepRows, type KeptRow, mostKeptBytes, mostKeptRows } from './kept-rows.js';
import { readDestination, type RowDestination, writeRows } from './write-disposition.js';

/** Results of queries without a destination are kept for a day. */
const resultLifetimeMs = 24 * 60 * 60 * 1000;

export interface QueryToAnswer {
  readonly query: TranslatedQuery;
  readonly destination: RowDestination | undefined;
  /** As DuckDB's plan guesses; undefined when there is no plan. */
  readonly estimatedRows: number | undefined;
}

/** Runs a query and puts its rows where they belong: into its destination, or into results that only the job names. */
export async function answerQuery(
  context: BigQueryContext,
  run: JobRun,
  job: JobRecord,
  { query, destination, estimatedRows }: QueryToAnswer,
): Promise<JobOutcome> {
  const table = destination?.table.name ?? (await resultsTable(context, job));
  const outcome = {
    configuration: {
      query: { ...(job.configuration['query'] as object), destinationTable: table },
    },
  };
  try {
    if (destination) {
      await writeRows(context, destination, query.columns, query, (connection, work) =>
        run.run(connection, work),
      );
      return outcome;
    }
    const rows =
      canKeepRows(query.columns) && (estimatedRows ?? 0) <= 10 * mostKeptRows
        ? await readSmallResult(context, run, query)
        : undefined;
    if (rows) await keepResult(context, run, { table, outcome, query, rows });
    else await storeResult(context, run, { table, outcome, query });
  } catch (error) {
    throw asQueryError(error);
  }
  return outcome;
}

/** All rows of the query, or undefined when they are too many to be kept in memory. */
async function readSmallResult(
  { database }: BigQueryContext,
  run: JobRun,
  { sql, parameters, columns }: TranslatedQuery,
): Promise<KeptRow[] | undefined> {
  const given = columns.map((_, index) => quoteName(`c${index}`));
  const casts = columns.map((field, index) => `CAST(${given[index]} AS ${duckdbTypeOf(field)})`);
  const limited = `SELECT ${casts.join(', ')} FROM (${sql}) AS source(${given.join(', ')}) LIMIT ${mostKeptRows + 1}`;
  return database.withSharedConnection((connection) =>
    run.run(connection, async () => {
      const result = await connection.run(
        limited,
        ...(parameters.length > 0 ? [[...parameters] as DuckDBValue[]] : []),
      );
      if (result.rowCount > mostKeptRows) return undefined;
      const rows: KeptRow[] = [];
      let bytes = 0;
      for (let index = 0; index < result.chunkCount; index++)
        for (const values of result.getChunk(index).getRows()) {
          const row = toRestRow(values, columns, 'INT64');
          const text = JSON.stringify(row);
          bytes += text.length;
          // A text that holds NUL cannot be written into SQL.
          if (bytes > mostKeptBytes || text.includes(escapedNul)) return undefined;
          rows.push(row);
        }
      return rows;
    }),
  );
}

const escapedNul = JSON.stringify('\0').slice(1, -1);

interface Result {
  readonly table: TableName;
  readonly outcome: JobOutcome;
  readonly query: TranslatedQuery;
}

/** A small result is part of its own record: a short query writes a line, and makes no table. */
async function keepResult(
  { catalog, clock }: BigQueryContext,
  run: JobRun,
  { table, outcome, query, rows }: Result & { readonly rows: readonly KeptRow[] },
): Promise<void> {
  const nowMs = clock.nowMs();
  const storage = { physical: '', schema: query.columns, fromMs: nowMs, changes: [], rows };
  const record: TableRecord = {
    ...table,
    kind: 'TABLE',
    schema: query.columns,
    storages: [storage],
    createdMs: nowMs,
    modifiedMs: nowMs,
    version: 1,
    settings: { expirationTime: String(nowMs + resultLifetimeMs) },
  };
  await run.endWith(outcome, (end) => catalog.keep({ tables: [record] }, [end]));
}

async function storeResult(
  context: BigQueryContext,
  run: JobRun,
  { table, outcome, query }: Result,
): Promise<void> {
  const destination: RowDestination = {
    ...readDestination({ name: table }, {}, 'WRITE_TRUNCATE'),
    settings: { expirationTime: String(context.clock.nowMs() + resultLifetimeMs) },
  };
  let isRecorded = false;
  await writeRows(context, destination, query.columns, query, async (connection, work) => {
    const result = await run.run(connection, work);
    // Nobody reads these rows at an instant of the past: the table may be born just after its job's end.
    if (!isRecorded) await run.endWith(outcome, (end) => context.records.append(connection, [end]));
    isRecorded = true;
    return result;
  });
}

async function resultsTable(
  context: BigQueryContext,
  { projectId, jobId, userEmail }: JobRecord,
): Promise<TableName> {
  const datasetId = personalDataset(userEmail);
  await requireHiddenDataset(context, { projectId, datasetId, location: 'US' });
  return { projectId, datasetId, tableId: `anon_${jobId}` };
}

/** Makes the dataset when it is missing. */
export async function requireHiddenDataset(
  { catalog, clock }: BigQueryContext,
  { projectId, datasetId, location }: Pick<DatasetRecord, 'projectId' | 'datasetId' | 'location'>,
): Promise<void> {
  await catalog.exclusively({ projectId, datasetId, tableId: '' }, async () => {
    if (catalog.findDataset(projectId, datasetId)) return;
    const nowMs = clock.nowMs();
    const dataset = {
      projectId,
      datasetId,
      location,
      createdMs: nowMs,
      modifiedMs: nowMs,
      settings: {},
    };
    // The first query of somebody waits for the disk no more than the second.
    await catalog.keep({ datasets: [dataset] });
  });
}

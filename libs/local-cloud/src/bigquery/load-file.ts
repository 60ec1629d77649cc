import { copyFile, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { basename } from 'node:path';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type TableName } from '../googlesql/translate.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError, invalid } from './bigquery-errors.js';
import { duckdbTypeOf, quoteName, quoteText } from './duckdb-type.js';
import { fieldOfColumn } from './infer-schema.js';
import { requireNewDatasetId, requireNewTableId } from './table-name.js';
import { type BigQueryField } from './schema.js';

export interface LoadedFile {
  readonly table: TableName;
  readonly rowCount: number;
  readonly schema: readonly BigQueryField[];
}

/** Loads a file of the user's disk into `dataset.table`; the dataset is made when it is missing. */
export async function loadFile(
  context: BigQueryContext,
  path: string,
  destination: string,
): Promise<LoadedFile> {
  const [datasetId = '', tableId = '', ...rest] = destination.split('.');
  if (rest.length > 0 || !tableId)
    throw invalid(`Name the destination as dataset.table: ${destination}`);
  requireNewDatasetId(datasetId);
  requireNewTableId(tableId);
  const { projectId } = context;
  const table = { projectId, datasetId, tableId };
  await withReadableCopy(context, path, async (copy) => {
    await requireDataset(context, datasetId);
    const source = `(${readerOf(path, copy)})`;
    const schema = await inferSchema(context, source);
    await context.tables.replace(
      table,
      { kind: 'TABLE', schema, settings: context.catalog.findTable(table)?.settings ?? {} },
      { sql: castColumns(schema, source) },
    );
  }).catch((error: unknown) => {
    throw asQueryError(error);
  });
  const record = context.catalog.table(table);
  return { table, rowCount: record.statistics?.rowCount ?? 0, schema: record.schema };
}

/** DuckDB may read in its own folder only, so the file is cloned or copied there for the time of the work. */
export async function withReadableCopy<T>(
  { database }: BigQueryContext,
  path: string,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const copy = database.temporaryPath(`${randomUUID()}-${basename(path).replace(/[^\w.-]/g, '_')}`);
  await copyFile(path, copy, constants.COPYFILE_FICLONE);
  try {
    return await work(copy);
  } finally {
    await rm(copy, { force: true });
  }
}

async function requireDataset(
  { catalog, clock, projectId }: BigQueryContext,
  datasetId: string,
): Promise<void> {
  if (catalog.findDataset(projectId, datasetId)) return;
  const nowMs = clock.nowMs();
  await catalog.commit({
    datasets: [
      { projectId, datasetId, location: 'US', createdMs: nowMs, modifiedMs: nowMs, settings: {} },
    ],
  });
}

function readerOf(path: string, copy: string): string {
  const file = quoteText(copy);
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (/\.(csv|tsv|txt)$/.test(name)) return `SELECT * FROM read_csv(${file})`;
  if (/\.(parquet|pq)$/.test(name)) return `SELECT * FROM read_parquet(${file})`;
  if (/\.(jsonl|ndjson|json)$/.test(name)) return `SELECT * FROM read_json(${file})`;
  throw invalid(
    `Cannot tell the format of ${basename(path)}: it should end in .csv, .parquet or .jsonl.`,
  );
}

/** The BigQuery fields of a relation's columns. */
export async function inferSchema(
  { database }: BigQueryContext,
  relation: string,
): Promise<BigQueryField[]> {
  return database.withConnection((connection) => describe(connection, relation));
}

async function describe(connection: DuckDBConnection, relation: string): Promise<BigQueryField[]> {
  const statement = await connection.prepare(`SELECT * FROM ${relation}`);
  try {
    return Array.from({ length: statement.columnCount }, (_unused, index) =>
      fieldOfColumn(statement.columnName(index), statement.columnType(index)),
    );
  } finally {
    statement.destroySync();
  }
}

/** A query that casts the relation's columns, by position, to the types the fields are stored in. */
export function castColumns(schema: readonly BigQueryField[], relation: string): string {
  const names = schema.map(({ name }) => quoteName(name));
  const casts = schema.map((field, index) => `CAST(${names[index]} AS ${duckdbTypeOf(field)})`);
  return `SELECT ${casts.join(', ')} FROM ${relation} AS source(${names.join(', ')})`;
}

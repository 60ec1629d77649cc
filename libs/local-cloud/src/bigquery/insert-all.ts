import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { CloudError, notImplemented } from '../http/cloud-error.js';
import { type TableName } from '../googlesql/translate.js';
import { type BigQueryContext } from './bigquery-context.js';
import { asQueryError, invalid, tableId } from './bigquery-errors.js';
import { type ErrorProto } from './job-record.js';
import { ingestionUnitOf, partitionStartSql } from './partitions.js';
import { checkRow, toSchemaFields } from './row-check.js';
import { plainSource, sourceRelation } from './source-files.js';

interface InsertError {
  readonly index: number;
  readonly errors: readonly ErrorProto[];
}

/** Rows that fit, as JSON. */
interface AcceptedRows {
  readonly lines: readonly string[];
  /** SQL; undefined = the partition of now. */
  readonly partitionStart: string | undefined;
}

/** BigQuery forgets insert ids after about a minute. */
const rememberMs = 60_000;

const recentIds = new WeakMap<BigQueryContext, Map<string, number>>();

/** Streams rows in as `tabledata.insertAll` does; rows that do not fit are told one by one. */
export async function insertAll(
  context: BigQueryContext,
  name: TableName,
  body: Readonly<Record<string, unknown>>,
  partitionId?: string,
): Promise<Record<string, unknown>> {
  const table = context.catalog.table(name);
  if (table.kind !== 'TABLE')
    throw invalid(`Cannot insert rows into ${tableId(name)}, which is a ${table.kind}.`);
  if (body['templateSuffix'])
    throw new CloudError(501, 'notImplemented', 'The local cloud does not support templateSuffix.');
  if (partitionId !== undefined && !ingestionUnitOf(table.settings))
    throw notImplemented('streaming into one partition by a column');
  const partitionStart =
    partitionId === undefined ? undefined : partitionStartSql(table, partitionId);
  const rows = body['rows'];
  if (!Array.isArray(rows) || rows.length === 0) throw invalid('No rows present in the request.');
  if (rows.length > 50_000) throw invalid('The request has more than 50000 rows.');
  const ignoresUnknown = body['ignoreUnknownValues'] === true;
  const errors: InsertError[] = [];
  const accepted: string[] = [];
  const seen = seenIds(context);
  const ids = new Set<string>();
  for (const [index, row] of (rows as { insertId?: string; json?: unknown }[]).entries()) {
    const problems = checkRow(
      (row.json ?? {}) as Record<string, unknown>,
      table.schema,
      ignoresUnknown,
    );
    if (problems.length > 0) {
      errors.push({ index, errors: problems });
      continue;
    }
    const id = `${tableId(name)}/${row.insertId}`;
    if (row.insertId && (seen.has(id) || ids.has(id))) continue;
    if (row.insertId) ids.add(id);
    accepted.push(
      JSON.stringify(toSchemaFields((row.json ?? {}) as Record<string, unknown>, table.schema)),
    );
  }
  if (errors.length > 0 && body['skipInvalidRows'] !== true) {
    const failed = new Set(errors.map(({ index }) => index));
    for (let index = 0; index < rows.length; index++)
      if (!failed.has(index)) errors.push({ index, errors: [{ reason: 'stopped', message: '' }] });
    accepted.length = 0;
  }
  if (accepted.length > 0)
    await insertOnce(context, name, { lines: accepted, partitionStart }, ids);
  return {
    kind: 'bigquery#tableDataInsertAllResponse',
    ...(errors.length > 0 ? { insertErrors: errors.sort((a, b) => a.index - b.index) } : {}),
  };
}

/** The insert ids of the last minute, with when they came. */
function seenIds(context: BigQueryContext): Map<string, number> {
  const nowMs = context.clock.nowMs();
  const seen = recentIds.get(context) ?? new Map<string, number>();
  recentIds.set(context, seen);
  for (const [id, atMs] of seen) if (atMs < nowMs - rememberMs) seen.delete(id);
  return seen;
}

/** Remembers the ids of rows from before they are there, and no longer when they could not be inserted. */
async function insertOnce(
  context: BigQueryContext,
  name: TableName,
  rows: AcceptedRows,
  ids: ReadonlySet<string>,
): Promise<void> {
  const seen = seenIds(context);
  for (const id of ids) seen.set(id, context.clock.nowMs());
  try {
    await insertLines(context, name, rows);
  } catch (error) {
    for (const id of ids) seen.delete(id);
    throw error;
  }
}

async function insertLines(
  context: BigQueryContext,
  name: TableName,
  { lines, partitionStart }: AcceptedRows,
): Promise<void> {
  const path = context.database.temporaryPath(`${randomUUID()}.jsonl`);
  await writeFile(path, `${lines.join('\n')}\n`);
  try {
    const { schema } = context.catalog.table(name);
    const { relation } = await sourceRelation(
      context,
      'NEWLINE_DELIMITED_JSON',
      [path],
      schema,
      plainSource,
    );
    await context.tables.stream(name, {
      sql: `SELECT * FROM ${relation}`,
      ...(partitionStart ? { partitionStart } : {}),
    });
  } catch (error) {
    throw asQueryError(error);
  } finally {
    await rm(path, { force: true });
  }
}

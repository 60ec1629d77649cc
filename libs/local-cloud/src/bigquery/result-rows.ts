import { type DuckDBValue } from '@duckdb/node-api';
import { type BigQueryContext } from './bigquery-context.js';
import { type RestRow, restyleRow, type TimestampFormat, toRestRow } from './cell-format.js';
import { type KeptRow } from './kept-rows.js';
import { type BigQueryField } from './schema.js';

/** Responses stay below BigQuery's limit of 10 MB of rows. */
const maxResponseBytes = 10_000_000;

export interface RowPage {
  readonly rows: readonly RestRow[];
  /** Number of rows taken, which may be fewer than asked for. */
  readonly count: number;
}

interface Page {
  readonly start: number;
  readonly size: number;
  readonly timestamps: TimestampFormat;
}

/** The same of rows that are kept in memory; they are far from too large. */
export function pageOfKept(
  kept: readonly KeptRow[],
  fields: readonly BigQueryField[],
  { start, size, timestamps }: Page,
): RowPage {
  const rows = kept.slice(start, start + size).map((row) => restyleRow(row, fields, timestamps));
  return { rows, count: rows.length };
}

/** Rows `start` to `start + size` of a relation, in its order, cut where the answer would be too large. */
export async function readRows(
  context: BigQueryContext,
  relation: string,
  fields: readonly BigQueryField[],
  page: Page,
): Promise<RowPage> {
  if (page.size === 0 || fields.length === 0) return { rows: [], count: 0 };
  return context.database.withConnection(async (connection) => {
    const result = await connection.stream(
      `SELECT * FROM ${relation} AS page LIMIT ${page.size} OFFSET ${page.start}`,
    );
    const rows: RestRow[] = [];
    let bytes = 0;
    for await (const chunk of result.yieldRows())
      for (const values of chunk) {
        const row = toRestRow(values as DuckDBValue[], fields, page.timestamps);
        bytes += JSON.stringify(row).length;
        if (bytes > maxResponseBytes && rows.length > 0) return { rows, count: rows.length };
        rows.push(row);
      }
    return { rows, count: rows.length };
  });
}

/** `formatOptions` of a request, as query parameters or as a body. */
export function readTimestampFormat(options: {
  readonly useInt64Timestamp?: unknown;
  readonly timestampOutputFormat?: unknown;
}): TimestampFormat {
  const format = options.timestampOutputFormat;
  if (format === 'INT64' || format === 'ISO8601_STRING') return format;
  const useInt64 = options.useInt64Timestamp;
  return useInt64 === true || useInt64 === 'true' ? 'INT64' : 'FLOAT64';
}

export const timestampFormatOf = (query: URLSearchParams): TimestampFormat =>
  readTimestampFormat({
    useInt64Timestamp: query.get('formatOptions.useInt64Timestamp'),
    timestampOutputFormat: query.get('formatOptions.timestampOutputFormat'),
  });

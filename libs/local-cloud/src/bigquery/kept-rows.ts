import { type RestRow } from './cell-format.js';
import { duckdbTypeOf, isRecord, quoteName, quoteText } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';

/** A row as `tabledata.list` writes it, with TIMESTAMPs as microseconds: from these every other form can be made. */
export type KeptRow = RestRow;

/** Results beyond these are kept in a table. */
export const mostKeptRows = 1000;
export const mostKeptBytes = 64 * 1024;

/** Whether rows of this schema can be kept as cells, and be made values again without loss. */
export const canKeepRows = (schema: readonly BigQueryField[]): boolean =>
  schema.length > 0 && schema.every(canKeepField);

const canKeepField = (field: BigQueryField): boolean =>
  isRecord(field) ? canKeepRows(field.fields ?? []) : field.type in scalarSql;

/** A subquery with the kept rows, in the columns and types of the schema. */
export function keptRelation(
  schema: readonly BigQueryField[],
  rows: readonly KeptRow[],
  filter?: string,
): string {
  const columns = schema.map(({ name }) => quoteName(name)).join(', ');
  const tuples =
    rows.length > 0
      ? rows.map((row) => tupleSql(row, schema))
      : [`(${schema.map((field) => castSql('NULL', field)).join(', ')})`];
  const where = rows.length === 0 ? 'false' : (filter ?? 'true');
  return `(SELECT ${columns} FROM (VALUES ${tuples.join(', ')}) AS kept(${columns}) WHERE ${where})`;
}

const tupleSql = ({ f }: KeptRow, schema: readonly BigQueryField[]): string =>
  `(${schema.map((field, index) => castSql(valueSql(f[index]?.v, field), field)).join(', ')})`;

const castSql = (sql: string, field: BigQueryField): string =>
  `CAST(${sql} AS ${duckdbTypeOf(field)})`;

function valueSql(value: unknown, field: BigQueryField): string {
  if (field.mode === 'REPEATED') {
    const element: BigQueryField = { ...field, mode: 'NULLABLE' };
    const items = value as readonly { readonly v: unknown }[];
    return `[${items.map(({ v }) => castSql(valueSql(v, element), element)).join(', ')}]`;
  }
  if (value === null || value === undefined) return 'NULL';
  if (isRecord(field)) {
    const { f } = value as KeptRow;
    const members = (field.fields ?? []).map(
      (member, index) =>
        `${quoteText(member.name)}: ${castSql(valueSql(f[index]?.v, member), member)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return scalarSql[field.type]?.(quoteText(String(value))) ?? 'NULL';
}

const asText = (text: string): string => text;
const decodeBase64 = (text: string): string => `from_base64(${text})`;
const fromMicros = (text: string): string => `make_timestamptz(CAST(${text} AS BIGINT))`;

/** INTERVAL and RANGE are missing on purpose: their texts are not read back by DuckDB. */
const scalarSql: Readonly<Record<string, (text: string) => string>> = {
  STRING: asText,
  BYTES: decodeBase64,
  INTEGER: asText,
  INT64: asText,
  FLOAT: asText,
  FLOAT64: asText,
  BOOLEAN: asText,
  BOOL: asText,
  TIMESTAMP: fromMicros,
  DATE: asText,
  TIME: asText,
  DATETIME: asText,
  NUMERIC: asText,
  BIGNUMERIC: asText,
  GEOGRAPHY: asText,
  JSON: asText,
};

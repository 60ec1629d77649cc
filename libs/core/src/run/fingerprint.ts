import { type Plan } from '../plan/plan.js';
import { type Field } from '../schema.js';
import { quoteIdentifier } from '../transform/quote.js';

/** Which side of the comparison a query reads. */
export type Side = 'source' | 'files';

/** The rows that the files must hold, as a FROM item; or, with `select`, a query over the whole of them. */
export function sourceFingerprintSql({ source }: Plan, select?: string): string {
  const from = source.sql === undefined ? pinnedTable(source) : `(\n${source.sql}\n) AS source_row`;
  return select === undefined ? from : `SELECT ${select}\nFROM ${from}`;
}

/** The table itself, at the plan's instant; partitions are named by a condition, for SQL knows no decorators. */
function pinnedTable({ table, asOf, pinned, where }: Plan['source']): string {
  if (!table) return '';
  const name = [table.project, table.dataset, table.table].map(quoteIdentifier).join('.');
  const pin = pinned ? ` FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${Date.parse(asOf)})` : '';
  const from = `${name} AS source_row${pin}`;
  return where === undefined
    ? from
    : `(SELECT source_row.* FROM ${from} WHERE ${where}) AS source_row`;
}

/**
 * A query for `row_count` and `fingerprint`: each row’s canonical text is hashed, the hashes are summed in two ways that
 * do not depend on the order of rows but do on how often each occurs.
 */
export function fingerprintSelect(from: string, plan: Plan, side: Side): string {
  const columns = plan.fields.map(
    (field) => `${canonical(field, plan, side)} AS ${quoteIdentifier(field.name)}`,
  );
  return [
    'SELECT COUNT(*) AS row_count,',
    "  CONCAT(CAST(COALESCE(BIT_XOR(row_hash), 0) AS STRING), ':', CAST(COALESCE(SUM(CAST(row_hash AS BIGNUMERIC)), 0) AS STRING)) AS fingerprint",
    `FROM (SELECT FARM_FINGERPRINT(TO_JSON_STRING(STRUCT(${columns.join(', ')}))) AS row_hash FROM ${from})`,
  ].join('\n');
}

/** A form that is the same for the source’s value and for the one that is read back from the files. */
function canonical(field: Field, { files }: Plan, side: Side): string {
  const column = `source_row.${quoteIdentifier(field.name)}`;
  const { format } = files.written;
  // A NULL array is an empty one in every format.
  if (field.mode === 'REPEATED') return `IFNULL(${column}, [])`;
  switch (field.type) {
    case 'STRING':
      // CSV writes NULL and the empty text alike.
      return format === 'csv' ? `IFNULL(${column}, '')` : column;
    case 'BYTES':
      return format === 'csv' ? `IFNULL(${column}, b'')` : column;
    case 'GEOGRAPHY':
      return textual(side === 'source' ? `ST_ASTEXT(${column})` : column, format);
    case 'JSON':
      if (format === 'jsonl') return `TO_JSON_STRING(${column})`;
      return textual(
        `TO_JSON_STRING(${side === 'source' ? column : jsonFromFile(column, format)})`,
        format,
      );
    default:
      return column;
  }
}

/** A file has JSON as text; of Avro, BigQuery may make JSON of it again, so that the expression must fit both types. */
const jsonFromFile = (column: string, format: string): string =>
  format === 'avro'
    ? `PARSE_JSON(NULLIF(FORMAT('%t', ${column}), 'NULL'))`
    : `PARSE_JSON(NULLIF(${column}, ''))`;

const textual = (sql: string, format: string): string =>
  format === 'csv' ? `IFNULL(${sql}, '')` : sql;

/** The schema that the files are read back with, where they do not bring their own: some types come back as text. */
export const readBackFields = (plan: Plan): readonly Field[] =>
  plan.fields.map((field) => {
    const isText =
      field.mode !== 'REPEATED' &&
      (field.type === 'GEOGRAPHY' ||
        (field.type === 'JSON' && plan.files.written.format === 'csv'));
    return isText ? { ...field, type: 'STRING' } : field;
  });

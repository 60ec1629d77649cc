import { type BigQueryField } from '../bigquery/schema.js';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Most NUMERIC values fit 18 digits, whose text DuckDB makes several times as fast. */
const shortNumeric = 999_999_999;

/** NUMERIC without trailing zeros. Its column has nine digits behind the point, so there is a point always. */
const plainDecimal = (sql: string): string =>
  `CASE WHEN ${sql} BETWEEN -${shortNumeric} AND ${shortNumeric} THEN ${trimZeros(`(${sql})::DECIMAL(18,9)::VARCHAR`)} ELSE ${trimZeros(`(${sql})::DECIMAL(38,9)::VARCHAR`)} END`;

const trimZeros = (text: string): string => `rtrim(rtrim(${text}, '0'), '.')`;

/**
 * A double as BigQuery writes it into files: the shortest text that reads back, `3.0` for whole numbers, `NaN`, `inf`.
 * Documented for CAST to STRING; files follow the same form as far as is known.
 */
const floatText = (sql: string): string =>
  `CASE WHEN abs(${sql}) < 1e16 AND trunc(${sql}) = ${sql} THEN (${sql})::BIGINT::VARCHAR WHEN isfinite(${sql}) THEN (${sql})::VARCHAR WHEN isnan(${sql}) THEN 'NaN' WHEN ${sql} > 0 THEN 'Infinity' WHEN ${sql} < 0 THEN '-Infinity' END`;

const intervalText = (sql: string): string =>
  `(extract(year FROM ${sql}) || '-' || extract(month FROM ${sql}) || ' ' || extract(day FROM ${sql}) || ' ' || extract(hour FROM ${sql}) || ':' || extract(minute FROM ${sql}) || ':' || (extract(second FROM ${sql})::BIGINT % 60))`;

/**
 * SQL that gives a scalar's text in BigQuery's own form; NULL stays NULL. DuckDB's own texts of times have a fraction only
 * where it is not zero, and no zeros behind it, as BigQuery's have.
 */
export function textSql(sql: string, field: BigQueryField): string {
  switch (field.type) {
    case 'BYTES':
      return `to_base64(${sql})`;
    case 'FLOAT':
    case 'FLOAT64':
      return floatText(sql);
    case 'BOOLEAN':
    case 'BOOL':
      return `CASE WHEN ${sql} THEN 'true' WHEN NOT ${sql} THEN 'false' END`;
    case 'TIMESTAMP':
      return `(${sql})::TIMESTAMP::VARCHAR || ' UTC'`;
    case 'DATETIME':
      return `replace((${sql})::VARCHAR, ' ', 'T')`;
    case 'TIME':
      return `(${sql})::VARCHAR`;
    case 'NUMERIC':
      return plainDecimal(sql);
    case 'INTERVAL':
      return intervalText(sql);
    default:
      return `(${sql})::VARCHAR`;
  }
}

/** Types whose JSON value is a quoted text. */
const quotedInJson = new Set([
  'INTEGER',
  'INT64',
  'NUMERIC',
  'BIGNUMERIC',
  'TIMESTAMP',
  'DATE',
  'TIME',
  'DATETIME',
  'INTERVAL',
  'BYTES',
]);

const escapeHtml = (sql: string): string =>
  `replace(replace(replace(${sql}, '<', '\\u003c'), '>', '\\u003e'), '&', '\\u0026')`;

/** SQL that gives a value's JSON text; NULL where the value is NULL, so that its key can be left out. */
export function jsonSql(sql: string, field: BigQueryField): string {
  if (field.mode === 'REPEATED') {
    const element = jsonSql('e', { ...field, mode: 'NULLABLE' });
    return `'[' || coalesce(array_to_string(list_transform(${sql}, lambda e: coalesce(${element}, 'null')), ','), '') || ']'`;
  }
  if (field.type === 'RECORD' || field.type === 'STRUCT') {
    return `CASE WHEN ${sql} IS NULL THEN NULL ELSE ${objectSql(field.fields ?? [], (name) => `${sql}.${quote(name)}`)} END`;
  }
  if (field.type === 'FLOAT' || field.type === 'FLOAT64') {
    return `CASE WHEN isnan(${sql}) OR isinf(${sql}) THEN '"' || ${floatText(sql)} || '"' ELSE ${floatText(sql)} END`;
  }
  if (field.type === 'BOOLEAN' || field.type === 'BOOL') return textSql(sql, field);
  if (field.type === 'JSON') return sql;
  if (quotedInJson.has(field.type)) return `'"' || ${textSql(sql, field)} || '"'`;
  return escapeHtml(`to_json(${sql})::VARCHAR`);
}

/** SQL that gives a JSON object; keys of NULL values are left out. */
export function objectSql(
  fields: readonly BigQueryField[],
  access: (name: string) => string,
): string {
  const members = fields.map((field) => {
    const key = JSON.stringify(field.name).replaceAll("'", "''");
    return `'${key}:' || ${jsonSql(access(field.name), field)}`;
  });
  return `'{' || concat_ws(',', ${members.join(', ') || 'NULL'}) || '}'`;
}

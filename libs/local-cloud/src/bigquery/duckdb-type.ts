import { type BigQueryField } from './schema.js';

/**
 * How each BigQuery type is stored in DuckDB. A DuckDB type does not identify a BigQuery type: the schema catalogue does.
 * BIGNUMERIC (76 digits) fits no DuckDB number, so it is kept as its canonical decimal text; GEOGRAPHY as WKT.
 */
const storageTypes: Readonly<Record<string, string>> = {
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  INTEGER: 'BIGINT',
  INT64: 'BIGINT',
  FLOAT: 'DOUBLE',
  FLOAT64: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMPTZ',
  DATE: 'DATE',
  TIME: 'TIME',
  DATETIME: 'TIMESTAMP',
  NUMERIC: 'DECIMAL(38,9)',
  BIGNUMERIC: 'VARCHAR',
  GEOGRAPHY: 'VARCHAR',
  JSON: 'JSON',
  INTERVAL: 'INTERVAL',
};

/** The DuckDB type a field's values are stored in, e.g. `STRUCT("sku" VARCHAR, "qty" BIGINT)[]`. */
export function duckdbTypeOf(field: BigQueryField): string {
  const element = elementTypeOf(field);
  return field.mode === 'REPEATED' ? `${element}[]` : element;
}

function elementTypeOf(field: BigQueryField): string {
  if (isRecord(field))
    return `STRUCT(${(field.fields ?? []).map((child) => `${quoteName(child.name)} ${duckdbTypeOf(child)}`).join(', ')})`;
  if (field.type === 'RANGE') {
    const type = storageTypes[field.rangeElementType?.type ?? ''] ?? 'DATE';
    return `STRUCT("start" ${type}, "end" ${type})`;
  }
  const type = storageTypes[field.type];
  if (!type) throw new Error(`no storage for the BigQuery type ${field.type}`);
  return type;
}

export const isRecord = (field: Pick<BigQueryField, 'type'>): boolean =>
  field.type === 'RECORD' || field.type === 'STRUCT';

/** A name in DuckDB's double quotes. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text in SQL's single quotes. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

import { type Format } from '../request/export-request.js';
import { type Field, type FieldType } from '../schema.js';

/**
 * How a format carries a type: `as-is`, `as-is` with a note on what readers may lose, `as-text` (cast before writing),
 * or `refused`.
 */
export type Support =
  | { readonly how: 'as-is' }
  | { readonly how: 'as-is'; readonly note: string }
  | { readonly how: 'as-text'; readonly note: string }
  | { readonly how: 'refused'; readonly note: string };

const asIs: Support = { how: 'as-is' };
const noted = (note: string): Support => ({ how: 'as-is', note });
const asText = (note: string): Support => ({ how: 'as-text', note });
const refused = (note: string): Support => ({ how: 'refused', note });

const nestedInCsv = refused('CSV cannot hold nested values.');

/** Every BigQuery type in every format. Source: BigQuery’s “Exporting table data” and “EXPORT DATA” pages. */
export const typeSupport: Record<Format, Record<FieldType, Support>> = {
  csv: {
    STRING: asIs,
    BYTES: noted('BYTES are written as base64 text.'),
    INT64: asIs,
    FLOAT64: asIs,
    BOOL: asIs,
    NUMERIC: asIs,
    BIGNUMERIC: asIs,
    DATE: asIs,
    TIME: asIs,
    DATETIME: asIs,
    TIMESTAMP: noted('TIMESTAMP is written as text in UTC.'),
    INTERVAL: asText('INTERVAL is written as text.'),
    GEOGRAPHY: noted('GEOGRAPHY is written as WKT text.'),
    JSON: noted('JSON is written as text.'),
    RANGE: asText('RANGE is written as text.'),
    STRUCT: nestedInCsv,
  },
  jsonl: {
    STRING: asIs,
    BYTES: noted('BYTES are written as base64 text.'),
    INT64: noted('INT64 is written as text, so that no reader rounds it.'),
    FLOAT64: asIs,
    BOOL: asIs,
    NUMERIC: noted('NUMERIC is written as text.'),
    BIGNUMERIC: noted('BIGNUMERIC is written as text.'),
    DATE: asIs,
    TIME: asIs,
    DATETIME: asIs,
    TIMESTAMP: noted('TIMESTAMP is written as text in UTC.'),
    INTERVAL: asText('INTERVAL is written as text.'),
    GEOGRAPHY: noted('GEOGRAPHY is written as WKT text.'),
    JSON: asIs,
    RANGE: asText('RANGE is written as text.'),
    STRUCT: asIs,
  },
  avro: {
    STRING: asIs,
    BYTES: asIs,
    INT64: asIs,
    FLOAT64: asIs,
    BOOL: asIs,
    NUMERIC: asIs,
    BIGNUMERIC: asIs,
    DATE: asIs,
    TIME: asIs,
    DATETIME: asIs,
    TIMESTAMP: asIs,
    INTERVAL: asText('Avro has no INTERVAL; it is written as text.'),
    GEOGRAPHY: noted('GEOGRAPHY is written as WKT text.'),
    JSON: noted('JSON is written as text.'),
    RANGE: asText('Avro has no RANGE; it is written as text.'),
    STRUCT: asIs,
  },
  parquet: {
    STRING: asIs,
    BYTES: asIs,
    INT64: asIs,
    FLOAT64: asIs,
    BOOL: asIs,
    NUMERIC: asIs,
    BIGNUMERIC: noted('BIGNUMERIC has 76 digits; readers that know 38 may turn it into a double.'),
    DATE: asIs,
    TIME: asIs,
    DATETIME: asIs,
    TIMESTAMP: asIs,
    INTERVAL: asText('Parquet has no INTERVAL in BigQuery; it is written as text.'),
    GEOGRAPHY: noted('GEOGRAPHY is written as GeoParquet: well-known bytes (WKB).'),
    JSON: noted('JSON is written as text.'),
    RANGE: asText('Parquet has no RANGE in BigQuery; it is written as text.'),
    STRUCT: asIs,
  },
  xlsx: {
    STRING: noted('A cell holds at most 32,767 characters; the export fails on a longer text.'),
    BYTES: noted('BYTES are written as base64 text.'),
    INT64: noted('Spreadsheets keep 15 digits: longer numbers are written as text.'),
    FLOAT64: noted('NaN and infinities are written as text.'),
    BOOL: asIs,
    NUMERIC: noted('Spreadsheets keep 15 digits: longer numbers are written as text.'),
    BIGNUMERIC: noted('Spreadsheets keep 15 digits: longer numbers are written as text.'),
    DATE: noted('Dates before 1900-03-01 are written as text.'),
    TIME: noted('TIME is written to the millisecond.'),
    DATETIME: noted('DATETIME is written to the millisecond; before 1900-03-01 as text.'),
    TIMESTAMP: noted('TIMESTAMP is written in UTC to the millisecond; before 1900-03-01 as text.'),
    INTERVAL: asText('INTERVAL is written as text.'),
    GEOGRAPHY: noted('GEOGRAPHY is written as WKT text.'),
    JSON: asText('JSON is written as text.'),
    RANGE: asText('RANGE is written as text.'),
    STRUCT: refused('A spreadsheet cannot hold nested values.'),
  },
};

/** How a whole column fares, its nested fields included. */
export function supportOf(format: Format, field: Field): Support {
  if (field.mode === 'REPEATED' && (format === 'csv' || format === 'xlsx'))
    return refused(`${format === 'csv' ? 'CSV' : 'A spreadsheet'} cannot hold repeated values.`);
  const own = typeSupport[format][field.type];
  if (own.how !== 'as-is' || !field.fields) {
    return own.how === 'as-text' && field.mode === 'REPEATED'
      ? asText(`${own.note.replace(/ is written/, ' in a list is written')}`)
      : own;
  }
  const worst = field.fields
    .map((nested) => supportOf(format, nested))
    .find(({ how }) => how !== 'as-is');
  if (!worst) return own;
  return asText(
    `${field.name} holds a type that ${format} cannot carry: it is written as JSON text.`,
  );
}

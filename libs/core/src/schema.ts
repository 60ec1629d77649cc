import { quoteIdentifier } from './transform/quote.js';

/** BigQuery's type names as GoogleSQL writes them. */
export const fieldTypes = [
  'STRING',
  'BYTES',
  'INT64',
  'FLOAT64',
  'BOOL',
  'NUMERIC',
  'BIGNUMERIC',
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
  'INTERVAL',
  'GEOGRAPHY',
  'JSON',
  'RANGE',
  'STRUCT',
] as const;

export type FieldType = (typeof fieldTypes)[number];

/** One column of a table, or one field of a STRUCT. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly mode: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  readonly description?: string;
  /** Of a STRUCT. */
  readonly fields?: readonly Field[];
  /** Of a parameterized type, e.g. NUMERIC(10, 2). */
  readonly precision?: number;
  readonly scale?: number;
  readonly maxLength?: number;
  /** Resource names of column-level access tags. */
  readonly policyTags?: readonly string[];
  /** Of a RANGE: DATE, DATETIME or TIMESTAMP. */
  readonly rangeElementType?: FieldType;
}

/** A nested column holds others, a repeated one holds many: CSV can carry neither. */
export const isNested = (field: Field): boolean =>
  field.type === 'STRUCT' || field.mode === 'REPEATED';

/** Column names compare without case in BigQuery. */
export function findField(fields: readonly Field[], name: string): Field | undefined {
  const wanted = name.toLowerCase();
  if (fields.length <= fewFields)
    return fields.find((field) => field.name.toLowerCase() === wanted);
  let index = indexes.get(fields);
  if (!index) {
    // Of two with the same name the first counts, as it does in a search.
    index = new Map([...fields].reverse().map((field) => [field.name.toLowerCase(), field]));
    indexes.set(fields, index);
  }
  return index.get(wanted);
}

const fewFields = 16;
/** A request may name each of 10,000 columns: a search through all of them for each stops the service for a second. */
const indexes = new WeakMap<readonly Field[], ReadonlyMap<string, Field>>();

/** The type of a column's values as GoogleSQL writes it, without lengths, precisions and constraints. */
export function valueType(field: Field): string {
  const one =
    field.type === 'STRUCT'
      ? `STRUCT<${(field.fields ?? []).map((each) => `${quoteIdentifier(each.name)} ${valueType(each)}`).join(', ')}>`
      : field.type === 'RANGE'
        ? `RANGE<${field.rangeElementType ?? 'DATE'}>`
        : field.type;
  return field.mode === 'REPEATED' ? `ARRAY<${one}>` : one;
}

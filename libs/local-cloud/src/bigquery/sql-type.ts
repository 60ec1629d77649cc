import { isRecord } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';

const sqlNames: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
};

/** A field's type in GoogleSQL, e.g. `ARRAY<STRUCT<sku STRING, quantity INT64>>`. */
export function sqlTypeOf(field: BigQueryField): string {
  const element = elementOf(field);
  return field.mode === 'REPEATED' ? `ARRAY<${element}>` : element;
}

function elementOf(field: BigQueryField): string {
  if (isRecord(field))
    return `STRUCT<${(field.fields ?? []).map((child) => `${child.name} ${sqlTypeOf(child)}`).join(', ')}>`;
  if (field.type === 'RANGE') return `RANGE<${field.rangeElementType?.type ?? 'DATE'}>`;
  const name = sqlNames[field.type] ?? field.type;
  if (field.precision)
    return `${name}(${[field.precision, field.scale].filter(Boolean).join(', ')})`;
  return field.maxLength ? `${name}(${field.maxLength})` : name;
}

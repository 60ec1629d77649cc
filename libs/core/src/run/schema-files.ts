import { type ExportRecord } from '../record.js';
import { type Field } from '../schema.js';
import { quoteIdentifier, quoteString } from '../transform/quote.js';

const loadTypes: Partial<Record<Field['type'], string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
};

/** The schema in the form that `bq load --schema` takes. */
export const loadSchema = (fields: readonly Field[]): object[] =>
  fields.map((field) => ({
    name: field.name,
    type: loadTypes[field.type] ?? field.type,
    mode: field.mode,
    description: field.description,
    fields: field.fields && loadSchema(field.fields),
    precision: field.precision?.toString(),
    scale: field.scale?.toString(),
    maxLength: field.maxLength?.toString(),
    rangeElementType: field.rangeElementType && { type: field.rangeElementType },
  }));

/** A CREATE TABLE statement for a table with the files' schema. */
export function createTableSql({ plan, request }: ExportRecord): string {
  const name = request.source.type === 'table' ? request.source.table : 'export';
  const columns = plan.fields.map((field) => `  ${columnSql(field)}`).join(',\n');
  return `CREATE TABLE ${quoteIdentifier(name)} (\n${columns}\n);\n`;
}

function columnSql(field: Field): string {
  const notNull = field.mode === 'REQUIRED' ? ' NOT NULL' : '';
  const options = field.description
    ? ` OPTIONS (description=${quoteString(field.description)})`
    : '';
  return `${quoteIdentifier(field.name)} ${typeSql(field)}${notNull}${options}`;
}

function typeSql(field: Field): string {
  const { mode: _mode, ...scalar } = field;
  if (field.mode === 'REPEATED') return `ARRAY<${typeSql({ ...scalar, mode: 'NULLABLE' })}>`;
  if (field.type === 'STRUCT') return `STRUCT<${(field.fields ?? []).map(columnSql).join(', ')}>`;
  if (field.type === 'RANGE') return `RANGE<${field.rangeElementType ?? 'DATE'}>`;
  if (field.maxLength !== undefined) return `${field.type}(${field.maxLength})`;
  if (field.precision === undefined) return field.type;
  return `${field.type}(${field.precision}${field.scale === undefined ? '' : `, ${field.scale}`})`;
}

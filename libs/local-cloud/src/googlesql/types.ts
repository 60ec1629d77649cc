import { type BigQueryField } from '../bigquery/schema.js';

export type ScalarKind =
  | 'INT64'
  | 'FLOAT64'
  | 'BOOL'
  | 'STRING'
  | 'BYTES'
  | 'NUMERIC'
  | 'BIGNUMERIC'
  | 'DATE'
  | 'TIME'
  | 'DATETIME'
  | 'TIMESTAMP'
  | 'INTERVAL'
  | 'JSON'
  | 'GEOGRAPHY';

export interface StructField {
  /** Undefined for a field without a name. */
  readonly name?: string;
  readonly type: SqlType;
}

/** A type of GoogleSQL. */
export type SqlType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'ARRAY'; readonly element: SqlType }
  | { readonly kind: 'STRUCT'; readonly fields: readonly StructField[] }
  | { readonly kind: 'RANGE'; readonly element: SqlType };

export const scalar = (kind: ScalarKind): SqlType => ({ kind });
export const int64 = scalar('INT64');
export const float64 = scalar('FLOAT64');
export const bool = scalar('BOOL');
export const string = scalar('STRING');
export const bytes = scalar('BYTES');
export const numeric = scalar('NUMERIC');
export const bignumeric = scalar('BIGNUMERIC');
export const date = scalar('DATE');
export const time = scalar('TIME');
export const datetime = scalar('DATETIME');
export const timestamp = scalar('TIMESTAMP');
export const interval = scalar('INTERVAL');
export const json = scalar('JSON');
export const arrayOf = (element: SqlType): SqlType => ({ kind: 'ARRAY', element });

/** As error messages and SQL write it. */
export function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'ARRAY':
      return `ARRAY<${typeName(type.element)}>`;
    case 'RANGE':
      return `RANGE<${typeName(type.element)}>`;
    case 'STRUCT':
      return `STRUCT<${type.fields.map(({ name, type: field }) => (name === undefined ? typeName(field) : `${name} ${typeName(field)}`)).join(', ')}>`;
    default:
      return type.kind;
  }
}

export function sameType(a: SqlType, b: SqlType): boolean {
  if (a.kind === 'ARRAY' || a.kind === 'RANGE')
    return b.kind === a.kind && sameType(a.element, b.element);
  if (a.kind === 'STRUCT')
    return (
      b.kind === 'STRUCT' &&
      a.fields.length === b.fields.length &&
      a.fields.every((field, index) => sameType(field.type, (b.fields[index] as StructField).type))
    );
  return a.kind === b.kind;
}

const duckdbNames: Readonly<Record<ScalarKind, string>> = {
  INT64: 'BIGINT',
  FLOAT64: 'DOUBLE',
  BOOL: 'BOOLEAN',
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  NUMERIC: 'DECIMAL(38,9)',
  BIGNUMERIC: 'VARCHAR',
  DATE: 'DATE',
  TIME: 'TIME',
  DATETIME: 'TIMESTAMP',
  TIMESTAMP: 'TIMESTAMPTZ',
  INTERVAL: 'INTERVAL',
  JSON: 'JSON',
  GEOGRAPHY: 'VARCHAR',
};

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The name a struct's field bears in DuckDB; fields without a name are `_field_1` and so on, as in BigQuery's REST API. */
export const fieldName = (field: StructField, index: number): string =>
  field.name ?? `_field_${index + 1}`;

/** The DuckDB type that holds values of a type. */
export function duckdbType(type: SqlType): string {
  switch (type.kind) {
    case 'ARRAY':
      return `${duckdbType(type.element)}[]`;
    case 'STRUCT':
      return `STRUCT(${type.fields.map((field, index) => `${quoteName(fieldName(field, index))} ${duckdbType(field.type)}`).join(', ')})`;
    case 'RANGE':
      return `STRUCT("start" ${duckdbType(type.element)}, "end" ${duckdbType(type.element)})`;
    default:
      return duckdbNames[type.kind];
  }
}

const restNames: Readonly<Partial<Record<ScalarKind, string>>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
};

/** A column of a result as the REST API describes it. */
export function toField(name: string, type: SqlType): BigQueryField {
  if (type.kind === 'ARRAY') return { ...toField(name, type.element), mode: 'REPEATED' };
  if (type.kind === 'STRUCT')
    return {
      name,
      type: 'RECORD',
      mode: 'NULLABLE',
      fields: type.fields.map((field, index) => toField(fieldName(field, index), field.type)),
    };
  if (type.kind === 'RANGE')
    return {
      name,
      type: 'RANGE',
      mode: 'NULLABLE',
      rangeElementType: { type: typeName(type.element) },
    };
  return { name, type: restNames[type.kind] ?? type.kind, mode: 'NULLABLE' };
}

const sqlNames: Readonly<Record<string, ScalarKind>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
};

/** The type of a table's column or a parameter. */
export function fromField(field: BigQueryField): SqlType {
  if (field.mode === 'REPEATED') return arrayOf(fromField({ ...field, mode: 'NULLABLE' }));
  if (field.type === 'RECORD' || field.type === 'STRUCT')
    return {
      kind: 'STRUCT',
      fields: (field.fields ?? []).map((child) => ({ name: child.name, type: fromField(child) })),
    };
  if (field.type === 'RANGE')
    return {
      kind: 'RANGE',
      element: scalar((field.rangeElementType?.type ?? 'DATE') as ScalarKind),
    };
  return scalar(sqlNames[field.type] ?? (field.type as ScalarKind));
}

const numberKinds: ReadonlySet<string> = new Set(['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC']);

export const isNumber = (type: SqlType): boolean => numberKinds.has(type.kind);

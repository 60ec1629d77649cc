import { type BigQueryField } from '../../bigquery/schema.js';
import { type AvroSchema } from './avro-schema.js';

type NamedSchema = Exclude<AvroSchema, string | readonly AvroSchema[]>;

/** Records, enums and fixeds that a schema defines, so that it may name them again. */
export type NamedTypes = Map<string, NamedSchema>;

/** Takes up every named type of a schema, by its short and its full name. */
export function collectNames(schema: AvroSchema, names: NamedTypes = new Map()): NamedTypes {
  if (Array.isArray(schema)) for (const branch of schema) collectNames(branch, names);
  if (typeof schema !== 'object' || Array.isArray(schema)) return names;
  const named = schema as NamedSchema;
  if (named.name !== undefined) {
    names.set(named.name, named);
    if (named.namespace) names.set(`${named.namespace}.${named.name}`, named);
  }
  if (typeof named.type === 'object') collectNames(named.type, names);
  for (const inner of [named.items, named.values])
    if (inner !== undefined) collectNames(inner, names);
  for (const field of named.fields ?? []) collectNames(field.type, names);
  return names;
}

/** The schema behind a name or behind `{type: {…}}`. */
export function resolveSchema(schema: AvroSchema, names: NamedTypes): AvroSchema {
  if (typeof schema === 'string') return names.get(schema) ?? schema;
  if (Array.isArray(schema)) return schema;
  const { type, logicalType, sqlType } = schema as NamedSchema;
  return typeof type === 'object' && logicalType === undefined && sqlType === undefined
    ? resolveSchema(type, names)
    : schema;
}

/** The BigQuery fields of a record. Logical types count only when they are asked for, as in BigQuery's own loads. */
export function fieldsOfRecord(
  schema: AvroSchema,
  names: NamedTypes,
  useLogicalTypes: boolean,
): BigQueryField[] {
  const { fields = [] } = resolveSchema(schema, names) as NamedSchema;
  return fields.map(({ name, type, doc }) => ({
    ...fieldOf(name, type, names, useLogicalTypes),
    ...(doc === undefined ? {} : { description: doc }),
  }));
}

function fieldOf(
  name: string,
  given: AvroSchema,
  names: NamedTypes,
  useLogicalTypes: boolean,
): BigQueryField {
  const schema = resolveSchema(given, names);
  if (Array.isArray(schema)) {
    const branches = schema.filter((branch) => branch !== 'null');
    if (branches.length !== 1) throw new Error(`Field ${name} is a union of several types.`);
    const inner = fieldOf(name, branches[0] as AvroSchema, names, useLogicalTypes);
    return inner.mode === 'REPEATED' ? inner : { ...inner, mode: 'NULLABLE' };
  }
  const { type, items, values } = (
    typeof schema === 'string' ? { type: schema } : schema
  ) as NamedSchema;
  const mode = 'REQUIRED' as const;
  switch (type) {
    case 'record':
      return { name, type: 'RECORD', mode, fields: fieldsOfRecord(schema, names, useLogicalTypes) };
    case 'array':
      return { ...fieldOf(name, items ?? 'null', names, useLogicalTypes), mode: 'REPEATED' };
    case 'map':
      return {
        name,
        type: 'RECORD',
        mode: 'REPEATED',
        fields: [
          { name: 'key', type: 'STRING', mode },
          fieldOf('value', values ?? 'null', names, useLogicalTypes),
        ],
      };
    default:
      return { name, type: scalarType(schema as NamedSchema | string, useLogicalTypes), mode };
  }
}

function scalarType(schema: NamedSchema | string, useLogicalTypes: boolean): string {
  const {
    type,
    logicalType,
    sqlType,
    precision = 0,
    scale = 0,
  } = typeof schema === 'string' ? ({ type: schema } as NamedSchema) : schema;
  if (sqlType === 'JSON' || sqlType === 'GEOGRAPHY') return sqlType;
  if (logicalType === 'decimal' && useLogicalTypes)
    return scale <= 9 && precision - scale <= 29 ? 'NUMERIC' : 'BIGNUMERIC';
  const logical = useLogicalTypes ? logicalTypes[logicalType ?? ''] : undefined;
  const plain = plainTypes[String(type)];
  if (!plain) throw new Error(`The Avro type ${String(type)} cannot be read.`);
  return logical ?? plain;
}

const logicalTypes: Readonly<Record<string, string>> = {
  date: 'DATE',
  'time-micros': 'TIME',
  'time-millis': 'TIME',
  'timestamp-micros': 'TIMESTAMP',
  'timestamp-millis': 'TIMESTAMP',
  'local-timestamp-micros': 'DATETIME',
  'local-timestamp-millis': 'DATETIME',
  datetime: 'DATETIME',
};

const plainTypes: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  int: 'INTEGER',
  long: 'INTEGER',
  float: 'FLOAT',
  double: 'FLOAT',
  bytes: 'BYTES',
  fixed: 'BYTES',
  string: 'STRING',
  enum: 'STRING',
};

import { type DecimalTarget, decimalTarget } from '../../bigquery/decimal-targets.js';
import { type BigQueryField } from '../../bigquery/schema.js';
import { type AvroSchema } from './avro-schema.js';

type NamedSchema = Exclude<AvroSchema, string | readonly AvroSchema[]>;

/** How the reader of Avro files was asked to take their types. */
export interface AvroReading {
  readonly useAvroLogicalTypes: boolean;
  readonly decimalTargets: readonly DecimalTarget[];
}

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
  reading: AvroReading,
): BigQueryField[] {
  const { fields = [] } = resolveSchema(schema, names) as NamedSchema;
  return fields.map(({ name, type, doc }) => ({
    ...fieldOf(name, type, names, reading),
    ...(doc === undefined ? {} : { description: doc }),
  }));
}

function fieldOf(
  name: string,
  given: AvroSchema,
  names: NamedTypes,
  reading: AvroReading,
): BigQueryField {
  const schema = resolveSchema(given, names);
  if (Array.isArray(schema)) {
    const branches = schema.filter((branch) => branch !== 'null');
    if (branches.length !== 1) throw new Error(`Field ${name} is a union of several types.`);
    const inner = fieldOf(name, branches[0] as AvroSchema, names, reading);
    return inner.mode === 'REPEATED' ? inner : { ...inner, mode: 'NULLABLE' };
  }
  const { type, items, values } = (
    typeof schema === 'string' ? { type: schema } : schema
  ) as NamedSchema;
  const mode = 'REQUIRED' as const;
  switch (type) {
    case 'record':
      return { name, type: 'RECORD', mode, fields: fieldsOfRecord(schema, names, reading) };
    case 'array':
      return { ...fieldOf(name, items ?? 'null', names, reading), mode: 'REPEATED' };
    case 'map':
      return {
        name,
        type: 'RECORD',
        mode: 'REPEATED',
        fields: [
          { name: 'key', type: 'STRING', mode },
          fieldOf('value', values ?? 'null', names, reading),
        ],
      };
    default:
      return { name, type: scalarType(schema as NamedSchema | string, reading), mode };
  }
}

function scalarType(
  schema: NamedSchema | string,
  { useAvroLogicalTypes, decimalTargets }: AvroReading,
): string {
  const {
    type,
    logicalType,
    sqlType,
    precision = 0,
    scale = 0,
  } = typeof schema === 'string' ? ({ type: schema } as NamedSchema) : schema;
  if (sqlType === 'JSON' || sqlType === 'GEOGRAPHY') return sqlType;
  // Decimals are converted whether logical types are asked for or not.
  if (logicalType === 'decimal') return decimalTarget(decimalTargets, precision, scale);
  const logical = useAvroLogicalTypes ? logicalTypes[logicalType ?? ''] : undefined;
  const plain = plainTypes[String(type)];
  if (!plain) throw new Error(`The Avro type ${String(type)} cannot be read.`);
  return logical ?? plain;
}

/** BigQuery's own `datetime` is not among them: it is read back as a STRING. */
const logicalTypes: Readonly<Record<string, string>> = {
  date: 'DATE',
  'time-micros': 'TIME',
  'time-millis': 'TIME',
  'timestamp-micros': 'TIMESTAMP',
  'timestamp-millis': 'TIMESTAMP',
  'local-timestamp-micros': 'DATETIME',
  'local-timestamp-millis': 'DATETIME',
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

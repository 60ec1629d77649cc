import { type BigQueryField } from '../../bigquery/schema.js';

/** An Avro schema as its JSON is written; only the forms that BigQuery's own files have. */
export type AvroSchema =
  | string
  | readonly AvroSchema[]
  | {
      readonly type: string | AvroSchema;
      readonly name?: string;
      readonly namespace?: string;
      readonly logicalType?: string;
      readonly sqlType?: string;
      readonly precision?: number;
      readonly scale?: number;
      readonly items?: AvroSchema;
      readonly values?: AvroSchema;
      readonly symbols?: readonly string[];
      readonly size?: number;
      readonly fields?: readonly AvroField[];
    };

export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly doc?: string;
}

/**
 * The record `Root` of a table. DATE, TIME and DATETIME are texts marked by `sqlType` unless logical types are asked
 * for; TIMESTAMP and the decimals have theirs always.
 */
export const avroSchemaOf = (
  fields: readonly BigQueryField[],
  useLogicalTypes: boolean,
): AvroSchema => ({
  type: 'record',
  name: 'Root',
  fields: avroFields(fields, 'root', useLogicalTypes),
});

/**
 * Avro knows letters, digits and underscores only. What BigQuery does with flexible column names is not documented; here
 * other characters become underscores, and a number tells apart what would be called the same.
 */
function avroFields(
  fields: readonly BigQueryField[],
  namespace: string,
  useLogicalTypes: boolean,
): AvroField[] {
  const taken = new Set(fields.map(({ name }) => name.toLowerCase()));
  return fields.map((field) => {
    const plain = field.name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    let name = plain;
    if (plain !== field.name)
      for (let number = 1; taken.has(name.toLowerCase()); number++) name = `${plain}_${number}`;
    taken.add(name.toLowerCase());
    return avroField({ ...field, name }, namespace, useLogicalTypes);
  });
}

function avroField(field: BigQueryField, namespace: string, useLogicalTypes: boolean): AvroField {
  const element = elementSchema(field, namespace, useLogicalTypes);
  const type: AvroSchema =
    field.mode === 'REPEATED'
      ? { type: 'array', items: element }
      : field.mode === 'REQUIRED'
        ? element
        : ['null', element];
  return { name: field.name, type, ...(field.description ? { doc: field.description } : {}) };
}

function elementSchema(
  field: BigQueryField,
  namespace: string,
  useLogicalTypes: boolean,
): AvroSchema {
  const text = (sqlType: string): AvroSchema => ({ type: 'string', sqlType });
  switch (field.type) {
    case 'RECORD':
    case 'STRUCT':
      return {
        type: 'record',
        namespace,
        name: field.name.charAt(0).toUpperCase() + field.name.slice(1),
        fields: avroFields(
          field.fields ?? [],
          `${namespace}.${field.name.toLowerCase()}`,
          useLogicalTypes,
        ),
      };
    case 'INTEGER':
    case 'INT64':
      return 'long';
    case 'FLOAT':
    case 'FLOAT64':
      return 'double';
    case 'BOOLEAN':
    case 'BOOL':
      return 'boolean';
    case 'BYTES':
      return 'bytes';
    case 'TIMESTAMP':
      return { type: 'long', logicalType: 'timestamp-micros' };
    case 'DATE':
      return useLogicalTypes ? { type: 'int', logicalType: 'date' } : text('DATE');
    case 'TIME':
      return useLogicalTypes ? { type: 'long', logicalType: 'time-micros' } : text('TIME');
    case 'DATETIME':
      return useLogicalTypes ? { type: 'string', logicalType: 'datetime' } : text('DATETIME');
    case 'NUMERIC':
    case 'BIGNUMERIC':
      return { type: 'bytes', logicalType: 'decimal', ...decimalSize(field) };
    case 'GEOGRAPHY':
    case 'JSON':
      return text(field.type);
    default:
      return 'string';
  }
}

/** Digits in all and behind the point; parameters of the column win over the type's own. */
export function decimalSize(field: BigQueryField): { precision: number; scale: number } {
  if (field.precision)
    return { precision: Number(field.precision), scale: Number(field.scale ?? 0) };
  return field.type === 'NUMERIC' ? { precision: 38, scale: 9 } : { precision: 77, scale: 38 };
}

import { type BigQueryField } from '../../bigquery/schema.js';
import { decimalOfBytes } from '../../googlesql/native/decimal-bytes.js';

import { type NamedTypes, resolveSchema } from './avro-fields.js';
import { type AvroSchema } from './avro-schema.js';
import { type ByteReader } from './byte-reader.js';
import { dateText, datetimeText, timeText } from './civil-text.js';
import { RawJson } from './raw-json.js';

type NamedSchema = Exclude<AvroSchema, string | readonly AvroSchema[]>;

/** Reads one value in the form JSON lines have it in: scalars as BigQuery's text. */
export type Decode = (reader: ByteReader) => unknown;

/**
 * The decoder of a schema. `field` is what the value is read for: a long marked as an instant becomes a text only for a
 * TIMESTAMP. Undefined = the value is not wanted.
 */
export function decoderOf(
  given: AvroSchema,
  names: NamedTypes,
  field: BigQueryField | undefined,
): Decode {
  const schema = resolveSchema(given, names);
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) => decoderOf(branch as AvroSchema, names, field));
    return (reader) => {
      const branch = branches[reader.count()];
      if (!branch) throw new RangeError('A union of the Avro data has no such branch.');
      return branch(reader);
    };
  }
  const named = (typeof schema === 'string' ? { type: schema } : schema) as NamedSchema;
  switch (named.type) {
    case 'record':
      return recordDecoder(named, names, field?.fields ?? []);
    case 'array':
      return blocksDecoder(decoderOf(named.items ?? 'null', names, field));
    case 'map':
      return mapDecoder(named, names, field);
    default:
      return scalarDecoder(named, field);
  }
}

/** The decoder of a whole row; members are named as the fields are, whatever their case in the file. */
export function recordDecoder(
  { fields = [] }: NamedSchema,
  names: NamedTypes,
  wanted: readonly BigQueryField[],
): Decode {
  const members = fields.map(({ name, type }) => {
    const field = wanted.find((each) => each.name.toLowerCase() === name.toLowerCase());
    return { name: field?.name, decode: decoderOf(type, names, field) };
  });
  return (reader) => {
    const row: Record<string, unknown> = {};
    for (const { name, decode } of members) {
      const value = decode(reader);
      if (name !== undefined && value !== null) row[name] = value;
    }
    return row;
  };
}

const blocksDecoder =
  (decode: Decode): Decode =>
  (reader) => {
    const items: unknown[] = [];
    for (let count = reader.count(); count !== 0; count = reader.count()) {
      // A negative count is followed by the block's bytes, for skipping.
      if (count < 0) reader.count();
      for (let index = Math.abs(count); index > 0; index--) items.push(decode(reader));
    }
    return items;
  };

function mapDecoder(
  { values = 'null' }: NamedSchema,
  names: NamedTypes,
  field: BigQueryField | undefined,
): Decode {
  const decode = decoderOf(
    values,
    names,
    field?.fields?.find(({ name }) => name === 'value'),
  );
  return blocksDecoder((reader) => ({ key: reader.text(), value: decode(reader) }));
}

function scalarDecoder(schema: NamedSchema, field: BigQueryField | undefined): Decode {
  const { type, logicalType, scale = 0, size = 0, symbols = [] } = schema;
  const isLogical = field !== undefined && !['INTEGER', 'BYTES', 'STRING'].includes(field.type);
  switch (type) {
    case 'null':
      return () => null;
    case 'boolean':
      return (reader) => String(reader.byte() === 1);
    case 'int':
    case 'long':
      return isLogical ? instantDecoder(logicalType) : (reader) => String(reader.long());
    case 'float':
      return (reader) => String(reader.float());
    case 'double':
      return (reader) => String(reader.double());
    case 'bytes':
    case 'fixed': {
      const read = (reader: ByteReader): Buffer =>
        type === 'fixed' ? reader.raw(size) : reader.data();
      return logicalType === 'decimal' && field !== undefined && field.type !== 'BYTES'
        ? (reader) => decimalOfBytes(read(reader), scale, field.type)
        : (reader) => read(reader).toString('base64');
    }
    case 'string':
      return field?.type === 'JSON'
        ? (reader) => new RawJson(reader.text())
        : (reader) => reader.text();
    case 'enum':
      return (reader) => symbols[reader.count()];
    default:
      throw new Error(`The Avro type ${String(type)} cannot be read.`);
  }
}

function instantDecoder(logicalType: string | undefined): Decode {
  const timestamp = (micros: bigint): string => `${datetimeText(micros).replace('T', ' ')} UTC`;
  switch (logicalType) {
    case 'date':
      return (reader) => dateText(Number(reader.long()));
    case 'time-micros':
      return (reader) => timeText(reader.long());
    case 'time-millis':
      return (reader) => timeText(reader.long() * 1000n);
    case 'timestamp-micros':
      return (reader) => timestamp(reader.long());
    case 'timestamp-millis':
      return (reader) => timestamp(reader.long() * 1000n);
    case 'local-timestamp-micros':
      return (reader) => datetimeText(reader.long());
    case 'local-timestamp-millis':
      return (reader) => datetimeText(reader.long() * 1000n);
    default:
      return (reader) => String(reader.long());
  }
}

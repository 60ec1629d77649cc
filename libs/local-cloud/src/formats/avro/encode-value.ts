import {
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBDecimalValue,
  type DuckDBListValue,
  type DuckDBStructValue,
  type DuckDBTimestampTZValue,
  type DuckDBTimestampValue,
  type DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { type BigQueryField } from '../../bigquery/schema.js';
import { twosComplement } from '../../googlesql/native/decimal-bytes.js';
import { decimalSize } from './avro-schema.js';
import { type ByteWriter } from './byte-writer.js';
import { dateText, datetimeText, timeText } from './civil-text.js';

export type Encode = (writer: ByteWriter, value: DuckDBValue) => void;

/** The encoder of a column, with the union branch of a nullable one and the blocks of a repeated one. */
export function encoderOf(field: BigQueryField, useLogicalTypes: boolean): Encode {
  const element = elementEncoder(field, useLogicalTypes);
  if (field.mode === 'REPEATED')
    return (writer, value) => {
      const items = value === null ? [] : (value as DuckDBListValue).items;
      if (items.length > 0) {
        writer.long(items.length);
        for (const item of items) {
          if (item === null) throw new Error(`Array ${field.name} cannot have a null element`);
          element(writer, item);
        }
      }
      writer.byte(0);
    };
  if (field.mode === 'REQUIRED')
    return (writer, value) => {
      if (value === null) throw new Error(`Required field ${field.name} cannot be null`);
      element(writer, value);
    };
  return (writer, value) => {
    if (value === null) return writer.byte(0);
    writer.byte(2);
    element(writer, value);
  };
}

function elementEncoder(field: BigQueryField, useLogicalTypes: boolean): Encode {
  switch (field.type) {
    case 'RECORD':
    case 'STRUCT':
      return recordEncoder(field.fields ?? [], useLogicalTypes);
    case 'INTEGER':
    case 'INT64':
      return (writer, value) => writer.long(value as bigint);
    case 'FLOAT':
    case 'FLOAT64':
      return (writer, value) => writer.double(value as number);
    case 'BOOLEAN':
    case 'BOOL':
      return (writer, value) => writer.byte(value === true ? 1 : 0);
    case 'BYTES':
      return (writer, value) => writer.bytes((value as DuckDBBlobValue).bytes);
    case 'TIMESTAMP':
      return (writer, value) => writer.long((value as DuckDBTimestampTZValue).micros);
    case 'DATE':
      return useLogicalTypes
        ? (writer, value) => writer.long((value as DuckDBDateValue).days)
        : (writer, value) => writer.text(dateText((value as DuckDBDateValue).days));
    case 'TIME':
      return useLogicalTypes
        ? (writer, value) => writer.long((value as DuckDBTimeValue).micros)
        : (writer, value) => writer.text(timeText((value as DuckDBTimeValue).micros));
    case 'DATETIME':
      return (writer, value) => writer.text(datetimeText((value as DuckDBTimestampValue).micros));
    case 'NUMERIC':
      return numericEncoder(decimalSize(field).scale);
    case 'BIGNUMERIC':
      return bigNumericEncoder(decimalSize(field).scale);
    default:
      return (writer, value) => writer.text(String(value));
  }
}

function recordEncoder(fields: readonly BigQueryField[], useLogicalTypes: boolean): Encode {
  const encoders = fields.map((field) => encoderOf(field, useLogicalTypes));
  return (writer, value) => {
    const values = Object.values((value as DuckDBStructValue).entries);
    for (const [index, encode] of encoders.entries()) encode(writer, values[index] ?? null);
  };
}

const numericEncoder =
  (scale: number): Encode =>
  (writer, value) => {
    const decimal = value as DuckDBDecimalValue;
    writer.bytes(twosComplement(rescale(decimal.value, decimal.scale, scale)));
  };

/** BIGNUMERIC is stored as its decimal text. */
const bigNumericEncoder =
  (scale: number): Encode =>
  (writer, value) => {
    const [, sign = '', whole = '0', fraction = ''] =
      /^([+-]?)(\d*)\.?(\d*)$/.exec(String(value)) ?? [];
    const unscaled = rescale(BigInt(`${whole}${fraction}` || '0'), fraction.length, scale);
    writer.bytes(twosComplement(sign === '-' ? -unscaled : unscaled));
  };

const rescale = (value: bigint, from: number, to: number): bigint =>
  to >= from ? value * 10n ** BigInt(to - from) : value / 10n ** BigInt(from - to);

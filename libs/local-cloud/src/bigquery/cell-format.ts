import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { intervalText } from '../googlesql/native/interval-text.js';
import { isRecord } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';

/** How TIMESTAMP cells are written: seconds as a floating-point number (the default), microseconds, or ISO 8601. */
export type TimestampFormat = 'FLOAT64' | 'INT64' | 'ISO8601_STRING';

/** A row as `tabledata.list` and query results write it. */
export interface RestRow {
  readonly f: readonly { readonly v: unknown }[];
}

export const toRestRow = (
  values: readonly DuckDBValue[],
  fields: readonly BigQueryField[],
  timestamps: TimestampFormat,
): RestRow => ({
  f: fields.map((field, index) => ({ v: toCell(values[index] ?? null, field, timestamps) })),
});

/** A row whose TIMESTAMPs are microseconds, with them in another form. */
export const restyleRow = (
  { f }: RestRow,
  fields: readonly BigQueryField[],
  timestamps: TimestampFormat,
): RestRow => ({
  f: fields.map((field, index) => ({ v: restyleCell(f[index]?.v, field, timestamps) })),
});

function restyleCell(value: unknown, field: BigQueryField, timestamps: TimestampFormat): unknown {
  if (value === null || value === undefined) return null;
  if (field.mode === 'REPEATED') {
    const element: BigQueryField = { ...field, mode: 'NULLABLE' };
    return (value as { v: unknown }[]).map(({ v }) => ({
      v: restyleCell(v, element, timestamps),
    }));
  }
  if (isRecord(field)) return restyleRow(value as RestRow, field.fields ?? [], timestamps);
  return field.type === 'TIMESTAMP' ? formatTimestamp(BigInt(String(value)), timestamps) : value;
}

function toCell(value: DuckDBValue, field: BigQueryField, timestamps: TimestampFormat): unknown {
  if (field.mode === 'REPEATED') {
    const items = value instanceof DuckDBListValue ? value.items : [];
    const element: BigQueryField = { ...field, mode: 'NULLABLE' };
    return items.map((item) => ({ v: toCell(item, element, timestamps) }));
  }
  if (value === null) return null;
  if (isRecord(field)) {
    const { entries } = value as DuckDBStructValue;
    const fields = field.fields ?? [];
    return toRestRow(Object.values(entries), fields, timestamps);
  }
  if (field.type === 'RANGE' && value instanceof DuckDBStructValue) {
    const element = { name: '', type: field.rangeElementType?.type ?? 'DATE' };
    const [start, end] = Object.values(value.entries).map((bound) =>
      bound === null ? 'UNBOUNDED' : String(toCell(bound, element, timestamps)),
    );
    return `[${start}, ${end})`;
  }
  return toText(value, timestamps);
}

function toText(value: DuckDBValue, timestamps: TimestampFormat): string {
  if (typeof value === 'number') return formatFloat(value);
  if (value instanceof DuckDBTimestampTZValue) return formatTimestamp(value.micros, timestamps);
  if (value instanceof DuckDBTimestampValue) return formatDatetime(value.micros);
  if (value instanceof DuckDBDateValue) return formatDate(BigInt(value.days));
  if (value instanceof DuckDBTimeValue) return formatTime(value.micros);
  if (value instanceof DuckDBDecimalValue) return formatDecimal(value.value, value.scale);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  if (value instanceof DuckDBIntervalValue)
    return intervalText(BigInt(value.months), BigInt(value.days), value.micros);
  return String(value);
}

/** Like Java's Double.toString, which is what BigQuery prints: `1.0`, `1.0E10`, `NaN`. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function formatTimestamp(micros: bigint, format: TimestampFormat): string {
  if (format === 'INT64') return String(micros);
  if (format === 'ISO8601_STRING') return `${formatDatetime(micros)}Z`;
  return scientificSeconds(micros);
}

/** Exact seconds in scientific form, e.g. `1.577836800123456E9`: a double could not hold every microsecond. */
function scientificSeconds(micros: bigint): string {
  if (micros === 0n) return '0.0';
  const digits = String(micros < 0n ? -micros : micros);
  const exponent = digits.length - 7;
  const sign = micros < 0n ? '-' : '';
  if (exponent < 7 && exponent >= -3) {
    const padded = digits.padStart(7, '0');
    const fraction = padded.slice(-6).replace(/0+$/, '') || '0';
    return `${sign}${padded.slice(0, -6)}.${fraction}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1).replace(/0+$/, '') || '0'}E${exponent}`;
}

const dayMicros = 86_400_000_000n;

function formatDatetime(micros: bigint): string {
  const days = (micros - (((micros % dayMicros) + dayMicros) % dayMicros)) / dayMicros;
  return `${formatDate(days)}T${formatTime(micros - days * dayMicros)}`;
}

function formatDate(days: bigint): string {
  const date = new Date(Number(days) * 86_400_000);
  const pad = (part: number, width: number): string => String(part).padStart(width, '0');
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
}

function formatTime(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const fraction = micros % 1_000_000n;
  const text = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, '0'))
    .join(':');
  return fraction === 0n ? text : `${text}.${String(fraction).padStart(6, '0')}`;
}

/** Decimal digits without trailing zeros. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : digits.slice(-scale).replace(/0+$/, '');
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
}

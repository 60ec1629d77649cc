import { duckdbType, quoteName, fieldName, sameType, type SqlType } from '../types.js';
import { applyTemplate, failSql } from './typed.js';

type Cast = (sql: string) => string;

/** Microseconds as `.123` or `.123456`; nothing when there are none. */
const fractionSql = (micros: string): string =>
  `CASE WHEN ${micros} % 1000000 = 0 THEN '' WHEN ${micros} % 1000 = 0 THEN printf('.%03d', ${micros} % 1000000 // 1000) ELSE printf('.%06d', ${micros} % 1000000) END`;

/** Epoch microseconds of a TIMESTAMP without zone, made positive so that `%` gives the part of a second. */
const microsOf = (sql: string): string => `(epoch_us(${sql}) + 62135596800000000)`;

export const datetimeText: Cast = (x) =>
  `strftime(${x}, '%Y-%m-%d %H:%M:%S') || ${fractionSql(microsOf(x))}`;

const timestampText: Cast = (x) => `${datetimeText(`timezone('UTC', ${x})`)} || '+00'`;

const timeText: Cast = (x) => `left(CAST(${x} AS VARCHAR), 8) || ${fractionSql(`epoch_us(${x})`)}`;

export const decimalText: Cast = (x) => `rtrim(rtrim(CAST(${x} AS VARCHAR), '0'), '.')`;

/** The shortest text that reads back; whole numbers without a point. */
export const floatText: Cast = (x) =>
  `CASE WHEN ${x} = trunc(${x}) AND abs(${x}) < 1e15 THEN CAST(CAST(${x} AS BIGINT) AS VARCHAR) WHEN abs(${x}) < 1e15 AND abs(${x}) >= 1e-4 THEN CAST(${x} AS VARCHAR) ELSE gs_float_text(${x}) END`;

const toDatetime: Cast = (x) => `CAST(${x} AS TIMESTAMP)`;
const inUtc: Cast = (x) => `timezone('UTC', ${x})`;

const casts: Readonly<Record<string, Cast>> = {
  'INT64 BOOL': (x) => `(${x} <> 0)`,
  'INT64 FLOAT64': (x) => `CAST(${x} AS DOUBLE)`,
  'INT64 NUMERIC': (x) => `CAST(${x} AS DECIMAL(38,9))`,
  'INT64 BIGNUMERIC': (x) => `CAST(${x} AS VARCHAR)`,
  'INT64 STRING': (x) => `CAST(${x} AS VARCHAR)`,
  'FLOAT64 INT64': (x) => `CAST(round(${x}) AS BIGINT)`,
  'FLOAT64 NUMERIC': (x) => `CAST(gs_numeric_of_float(${x}) AS DECIMAL(38,9))`,
  'FLOAT64 BIGNUMERIC': (x) => `gs_bignumeric_of_float(${x})`,
  'FLOAT64 STRING': floatText,
  'BOOL INT64': (x) => `CAST(${x} AS BIGINT)`,
  'BOOL STRING': (x) => `CAST(${x} AS VARCHAR)`,
  'STRING INT64': (x) =>
    `CASE WHEN regexp_full_match(${x}, '[+-]?[0-9]{1,18}') THEN CAST(${x} AS BIGINT) ELSE gs_int64(${x}) END`,
  'STRING FLOAT64': (x) =>
    `CASE WHEN regexp_full_match(${x}, '[+-]?[0-9]+(\\.[0-9]*)?([eE][+-]?[0-9]{1,2})?') THEN CAST(${x} AS DOUBLE) ELSE gs_float64(${x}) END`,
  'STRING BOOL': (x) =>
    `CASE WHEN lower(${x}) = 'true' THEN true WHEN lower(${x}) = 'false' THEN false ELSE ${failSql(`'Bad bool value: ' || ${x}`, { kind: 'BOOL' })} END`,
  'STRING BYTES': (x) => `encode(${x})`,
  'STRING NUMERIC': (x) => `CAST(gs_numeric(${x}) AS DECIMAL(38,9))`,
  'STRING BIGNUMERIC': (x) => `gs_bignumeric(${x})`,
  'STRING DATE': (x) =>
    `coalesce(TRY_CAST(CASE WHEN regexp_full_match(${x}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') THEN ${x} END AS DATE), CAST(gs_date(${x}) AS DATE))`,
  'STRING TIME': (x) => `CAST(gs_time(${x}) AS TIME)`,
  'STRING DATETIME': (x) => `make_timestamp(gs_datetime(${x}))`,
  'STRING TIMESTAMP': (x) => `make_timestamptz(gs_timestamp(${x}, 'UTC'))`,
  'STRING INTERVAL': (x) => `CAST(gs_interval(${x}) AS INTERVAL)`,
  'BYTES STRING': (x) => `decode(${x})`,
  'NUMERIC INT64': (x) => `CAST(${x} AS BIGINT)`,
  'NUMERIC FLOAT64': (x) => `CAST(${x} AS DOUBLE)`,
  'NUMERIC BIGNUMERIC': decimalText,
  'NUMERIC STRING': decimalText,
  'BIGNUMERIC INT64': (x) => `CAST(gs_decimal_round(${x}, 0, 'BIGNUMERIC') AS BIGINT)`,
  'BIGNUMERIC FLOAT64': (x) => `CAST(${x} AS DOUBLE)`,
  'BIGNUMERIC NUMERIC': (x) => `CAST(gs_numeric(${x}) AS DECIMAL(38,9))`,
  'BIGNUMERIC STRING': (x) => x,
  'DATE STRING': (x) => `strftime(${x}, '%Y-%m-%d')`,
  'DATE DATETIME': toDatetime,
  'DATE TIMESTAMP': (x) => inUtc(toDatetime(x)),
  'DATETIME STRING': datetimeText,
  'DATETIME DATE': (x) => `CAST(${x} AS DATE)`,
  'DATETIME TIME': (x) => `CAST(${x} AS TIME)`,
  'DATETIME TIMESTAMP': inUtc,
  'TIME STRING': timeText,
  'TIMESTAMP STRING': timestampText,
  'TIMESTAMP DATE': (x) => `CAST(timezone('UTC', ${x}) AS DATE)`,
  'TIMESTAMP DATETIME': inUtc,
  'TIMESTAMP TIME': (x) => `CAST(timezone('UTC', ${x}) AS TIME)`,
  'INTERVAL STRING': (x) =>
    `gs_interval_text(CAST(datepart('year', ${x}) * 12 + datepart('month', ${x}) AS BIGINT), CAST(datepart('day', ${x}) AS BIGINT), CAST(datepart('hour', ${x}) * 3600000000 + datepart('minute', ${x}) * 60000000 + datepart('microsecond', ${x}) AS BIGINT))`,
};

/** The SQL function that casts one type to another; undefined where GoogleSQL has no such cast. */
export function castBetween(from: SqlType, to: SqlType): Cast | undefined {
  if (sameType(from, to) && duckdbType(from) === duckdbType(to)) return (x) => x;
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    const element = castBetween(from.element, to.element);
    return element && ((x) => `list_transform(${x}, lambda e: ${element('e')})`);
  }
  if (from.kind === 'STRUCT' && to.kind === 'STRUCT') {
    if (from.fields.length !== to.fields.length) return undefined;
    const members = from.fields.map((field, index) => {
      const target = to.fields[index];
      const cast = target && castBetween(field.type, target.type);
      const source = quoteName(fieldName(field, index));
      const name = target && quoteName(fieldName(target, index));
      return cast && ((x: string) => `${name} := ${cast(`${x}.${source}`)}`);
    });
    if (members.some((member) => !member)) return undefined;
    return (x) =>
      `CASE WHEN ${x} IS NULL THEN NULL ELSE struct_pack(${members.map((member) => member?.(x)).join(', ')}) END`;
  }
  if (from.kind === 'RANGE' && to.kind === 'STRING') return rangeText(from.element);
  return casts[`${from.kind} ${to.kind}`];
}

/** `[2024-01-01, UNBOUNDED)`. */
function rangeText(element: SqlType): Cast | undefined {
  const bound = castBetween(element, { kind: 'STRING' });
  const text = (x: string): string => `coalesce(${bound?.(x)}, 'UNBOUNDED')`;
  return (
    bound &&
    ((x) =>
      `CASE WHEN ${x} IS NOT NULL THEN '[' || ${text(`${x}."start"`)} || ', ' || ${text(`${x}."end"`)} || ')' END`)
  );
}

/** A value as another type, between which there is a cast. */
export function castSql(sql: string, from: SqlType, to: SqlType, isSafe = false): string {
  const cast = castBetween(from, to);
  if (!cast) throw new Error(`no cast from ${duckdbType(from)} to ${duckdbType(to)}`);
  return applyTemplate((x) => `(${cast(x)})`, [sql], isSafe);
}

import { type Expression } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { date, datetime, int64, interval, string, time, typeName } from '../types.js';
import { coerceOr } from './coerce.js';
import { typed, type Typed } from './typed.js';

/** `EXTRACT(part FROM value [AT TIME ZONE zone])`. */
export function analyzeExtract(
  node: Extract<Expression, { kind: 'extract' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  const value = analyze(node.value);
  const { kind } = value.type;
  const zone =
    node.zone &&
    coerceOr(analyze(node.zone), string, 'EXTRACT AT TIME ZONE needs a STRING', node.at);
  if (zone && kind !== 'TIMESTAMP')
    throw mistake(`EXTRACT from ${typeName(value.type)} does not support AT TIME ZONE`, node.at);
  const { part } = node;
  if (kind === 'INTERVAL') return typed(partOfInterval(part, value.sql, node.at), int64);
  if (kind !== 'DATE' && kind !== 'DATETIME' && kind !== 'TIMESTAMP' && kind !== 'TIME')
    throw mistake(`EXTRACT does not support arguments of type ${typeName(value.type)}`, node.at);
  const sql = kind === 'TIMESTAMP' ? localTime(value.sql, zone?.sql) : value.sql;
  if (part === 'DATE' || part === 'TIME' || part === 'DATETIME') {
    if (kind === 'DATE' || kind === 'TIME' || (kind === 'DATETIME' && part === 'DATETIME'))
      throw invalidPart(part, kind, node.at);
    if (part === 'DATETIME') return typed(sql, datetime);
    return typed(`CAST(${sql} AS ${part})`, part === 'DATE' ? date : time);
  }
  const isClock = clockParts.has(part);
  const isDay = part in dayParts || /^WEEK\(/.test(part);
  if ((isClock && kind === 'DATE') || (isDay && kind === 'TIME') || !(isClock || isDay))
    throw invalidPart(part, kind, node.at);
  return typed(partSql(part, sql), int64);
}

/** A TIMESTAMP on the clocks of a zone; UTC when none is given. */
export function localTime(sql: string, zone = "'UTC'"): string {
  const minutes = offsetOf(zone);
  return minutes === undefined
    ? `timezone(${zoneSql(zone)}, ${sql})`
    : `(timezone('UTC', ${sql}) + to_minutes(CAST(${minutes} AS BIGINT)))`;
}

/** The TIMESTAMP at which the clocks of a zone show a DATETIME. */
export function instantAt(sql: string, zone = "'UTC'"): string {
  const minutes = offsetOf(zone);
  return minutes === undefined
    ? `timezone(${zoneSql(zone)}, ${sql})`
    : `timezone('UTC', ${sql} - to_minutes(CAST(${minutes} AS BIGINT)))`;
}

/** Minutes ahead of UTC of a zone that is written as an offset, like `'+05:30'`. DuckDB knows names only. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^'([+-])(\d{1,2})(?::(\d{2}))?'$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  const total = Number(hours) * 60 + Number(minutes);
  if (total > 14 * 60 || Number(minutes) > 59) throw mistake(`Invalid time zone: ${zone}`);
  return sign === '-' ? -total : total;
}

/** DuckDB takes some texts for zones that are none, and takes them wrongly: `UTC+05:30` for five hours. */
const zoneSql = (zone: string): string => (zone === "'UTC'" ? zone : `gs_zone(${zone})`);

const invalidPart = (part: string, kind: string, at: number) =>
  mistake(`EXTRACT from ${kind} does not support the ${part} date part`, at);

const clockParts = new Set(['MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR']);

const dayParts: Readonly<Record<string, (sql: string) => string>> = {
  YEAR: (x) => `datepart('year', ${x})`,
  QUARTER: (x) => `datepart('quarter', ${x})`,
  MONTH: (x) => `datepart('month', ${x})`,
  DAY: (x) => `datepart('day', ${x})`,
  DAYOFWEEK: (x) => `datepart('dayofweek', ${x}) + 1`,
  DAYOFYEAR: (x) => `datepart('dayofyear', ${x})`,
  ISOWEEK: (x) => `datepart('week', ${x})`,
  ISOYEAR: (x) => `datepart('isoyear', ${x})`,
  WEEK: (x) => weekOfYear(x, 0),
};

const weekdays = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/** 0 for SUNDAY. Throws for what is no weekday. */
export function weekdayOf(part: string, at: number): number {
  if (part === 'WEEK') return 0;
  const index = weekdays.indexOf(/^WEEK\((\w+)\)$/.exec(part)?.[1] ?? '');
  if (index < 0) throw mistake(`${part} is not a valid date part`, at);
  return index;
}

/** Days before the year's first given weekday are in week 0. */
const weekOfYear = (x: string, first: number): string =>
  `(datepart('dayofyear', ${x}) + 6 - (datepart('dayofweek', ${x}) - ${first} + 7) % 7) // 7`;

function partSql(part: string, x: string): string {
  const bracketed = /^WEEK\(/.test(part) ? weekOfYear(x, weekdayOf(part, 0)) : dayParts[part]?.(x);
  if (bracketed) return `CAST(${bracketed} AS BIGINT)`;
  if (part === 'MICROSECOND') return `CAST(datepart('microsecond', ${x}) % 1000000 AS BIGINT)`;
  if (part === 'MILLISECOND')
    return `CAST(datepart('microsecond', ${x}) % 1000000 // 1000 AS BIGINT)`;
  return `CAST(datepart('${part.toLowerCase()}', ${x}) AS BIGINT)`;
}

function partOfInterval(part: string, x: string, at: number): string {
  if (
    !['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'].includes(
      part,
    )
  )
    throw mistake(`EXTRACT from INTERVAL does not support the ${part} date part`, at);
  return partSql(part, x);
}

const units: Readonly<Record<string, string>> = {
  YEAR: 'to_years',
  QUARTER: 'to_quarters',
  MONTH: 'to_months',
  WEEK: 'to_weeks',
  DAY: 'to_days',
  HOUR: 'to_hours',
  MINUTE: 'to_minutes',
  SECOND: 'to_seconds',
  MILLISECOND: 'to_milliseconds',
  MICROSECOND: 'to_microseconds',
};

/** `INTERVAL 3 DAY` as a value. The forms with TO take a text. */
export function analyzeInterval(
  node: Extract<Expression, { kind: 'interval' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  if (node.to) throw refused(`INTERVAL … ${node.from} TO ${node.to}`, node.at);
  const make = units[node.from];
  if (!make) throw mistake(`Invalid INTERVAL part: ${node.from}`, node.at);
  const value = coerceOr(
    analyze(node.value),
    int64,
    'INTERVAL value must be of INT64 type',
    node.at,
  );
  const isLarge = /SECOND|MINUTE|HOUR/.test(node.from);
  const amount =
    isLarge && make !== 'to_seconds' && make !== 'to_milliseconds'
      ? value.sql
      : `CAST(${value.sql} AS INTEGER)`;
  return typed(`${make}(${amount})`, interval);
}

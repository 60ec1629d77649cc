import { daysOf, parseDate, parseDatetime, parseTime, parseTimestamp } from './civil-time.js';
import { formatTime } from './format-time.js';
import { intervalText, readInterval } from './interval-text.js';
import { type NativeFunction, QueryFailure } from './native-function.js';
import { parseTimeText } from './parse-time.js';
import { zoneOffsetMicros } from './time-zone.js';

function orFail<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new QueryFailure(message);
  return value;
}

const ranges: Readonly<Record<string, string>> = {
  DATE: 'DATE',
  DATETIME: 'DATETIME',
  TIMESTAMP: 'TIMESTAMP',
};

/** Years 1 to 9999. */
function inRange(micros: bigint, type: string): bigint {
  if (micros >= -62_135_596_800_000_000n && micros <= 253_402_300_799_999_999n) return micros;
  throw new QueryFailure(
    `${ranges[type] ?? type} value is out of allowed range: from 0001-01-01 to 9999-12-31`,
  );
}

function makeDate(year: bigint, month: bigint, day: bigint): string {
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === undefined)
    throw new QueryFailure(`Input calculates to invalid date: ${year}-${month}-${day}`);
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function makeTime(hour: bigint, minute: bigint, second: bigint): string {
  const text = parseTime(`${hour}:${minute}:${second}`);
  if (text === undefined)
    throw new QueryFailure(`Input calculates to invalid time: ${hour}:${minute}:${second}`);
  return text;
}

/** Three digits of a second’s part or six, none when there is none. */
function civilText(micros: bigint): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = rest === 0n ? '%S' : rest % 1000n === 0n ? '%E3S' : '%E6S';
  return formatTime(`%E4Y-%m-%d %H:%M:${seconds}`, micros, 'UTC', false);
}

/** With the zone’s distance from UTC, in minutes only where it has some: `+00`, `-08`, `+05:30`. */
function timestampText(micros: bigint, zone: string): string {
  const offset = zoneOffsetMicros(zone, micros, 'instant');
  if (offset === undefined) throw new QueryFailure(`Invalid time zone: ${zone}`);
  return civilText(micros + offset) + formatTime('%Ez', micros, zone, true).replace(/:00$/, '');
}

/** The name by which DuckDB knows a zone, of offsets in whole hours too. */
function zoneName(zone: string): string {
  const micros = zoneOffsetMicros(zone, 0n, 'instant');
  if (micros === undefined) throw new QueryFailure(`Invalid time zone: ${zone.slice(0, 100)}`);
  if (!/^[+-]/.test(zone)) return zone;
  const hours = Number(micros) / 3_600_000_000;
  if (!Number.isInteger(hours) || hours < -12)
    throw new QueryFailure(`The local cloud does not support the time zone ${zone} here`);
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

export const timeFunctions: readonly NativeFunction[] = [
  {
    name: 'gs_timestamp_text',
    parameters: ['BIGINT', 'VARCHAR'],
    returns: 'VARCHAR',
    run: timestampText,
  },
  { name: 'gs_datetime_text', parameters: ['BIGINT'], returns: 'VARCHAR', run: civilText },
  {
    name: 'gs_format_time',
    parameters: ['VARCHAR', 'BIGINT', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: (format: string, micros: bigint, zone: string, kind: string) =>
      formatTime(format, micros, zone, kind === 'TIMESTAMP'),
  },
  {
    name: 'gs_parse_time',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'BIGINT',
    run: (format: string, text: string, zone: string, kind: string) =>
      inRange(parseTimeText(format, text, zone, kind === 'TIMESTAMP'), kind),
  },
  {
    name: 'gs_interval_text',
    parameters: ['BIGINT', 'BIGINT', 'BIGINT'],
    returns: 'VARCHAR',
    run: intervalText,
  },
  {
    name: 'gs_interval',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => orFail(readInterval(text), `Invalid INTERVAL value '${text}'`),
  },
  { name: 'gs_zone', parameters: ['VARCHAR'], returns: 'VARCHAR', run: zoneName },
  { name: 'gs_in_range', parameters: ['BIGINT', 'VARCHAR'], returns: 'BIGINT', run: inRange },
  {
    name: 'gs_make_date',
    parameters: ['BIGINT', 'BIGINT', 'BIGINT'],
    returns: 'VARCHAR',
    run: makeDate,
  },
  {
    name: 'gs_make_time',
    parameters: ['BIGINT', 'BIGINT', 'BIGINT'],
    returns: 'VARCHAR',
    run: makeTime,
  },
  {
    name: 'gs_date',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => orFail(parseDate(text), `Invalid date: '${text}'`),
  },
  {
    name: 'gs_time',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => orFail(parseTime(text), `Invalid time string "${text}"`),
  },
  {
    name: 'gs_datetime',
    parameters: ['VARCHAR'],
    returns: 'BIGINT',
    run: (text: string) => orFail(parseDatetime(text), `Invalid datetime string "${text}"`),
  },
  {
    name: 'gs_timestamp',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'BIGINT',
    run: (text: string, zone: string) =>
      orFail(parseTimestamp(text, zone), `Invalid timestamp: '${text}'`),
  },
];

import { daysOf, parseDate, parseDatetime, parseTime, parseTimestamp } from './civil-time.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

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

export const timeFunctions: readonly NativeFunction[] = [
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

import { instantAt, localTime, weekdayOf } from '../analyzer/analyze-time.js';
import { mistake } from '../sql-error.js';

export type TimeKind = 'DATE' | 'DATETIME' | 'TIME' | 'TIMESTAMP';

const clockMicros: Readonly<Record<string, bigint>> = {
  MICROSECOND: 1n,
  MILLISECOND: 1000n,
  SECOND: 1_000_000n,
  MINUTE: 60_000_000n,
  HOUR: 3_600_000_000n,
};

const dayParts = new Set(['DAY', 'WEEK', 'ISOWEEK', 'MONTH', 'QUARTER', 'YEAR', 'ISOYEAR']);

/** A part that fits the type; throws BigQuery’s error for others. */
export function partOf(part: string, kind: TimeKind, functionName: string, at: number): string {
  const isDay = dayParts.has(part) || /^WEEK\(/.test(part);
  if (/^WEEK\(/.test(part)) weekdayOf(part, at);
  const isClock = part in clockMicros;
  const moves = /_(ADD|SUB)$/.test(functionName);
  const fits =
    (kind !== 'TIME' &&
      isDay &&
      !(moves && (part === 'ISOWEEK' || part === 'ISOYEAR' || part.includes('(')))) ||
    (kind !== 'DATE' && isClock);
  const isAlsoRefused =
    kind === 'TIMESTAMP' && /_(ADD|SUB|DIFF)$/.test(functionName) && isDay && part !== 'DAY';
  if (!isDay && !isClock) throw mistake(`A valid date part name is required but found ${part}`, at);
  if (!fits || isAlsoRefused)
    throw mistake(`${functionName} does not support the ${part} date part`, at);
  return part;
}

const months: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };

/** A value moved by `amount` parts. */
export function addSql(kind: TimeKind, part: string, x: string, amount: string): string {
  const clock = clockMicros[part];
  if (kind === 'TIME')
    return `CAST(make_timestamp(CAST(((epoch_us(${x}) + ((${amount} * ${clock}) % 86400000000) + 86400000000) % 86400000000) AS BIGINT)) AS TIME)`;
  if (kind === 'TIMESTAMP')
    return `make_timestamptz(gs_in_range(epoch_us(${x}) + ${amount} * ${clock ?? 86_400_000_000n}, 'TIMESTAMP'))`;
  if (clock !== undefined)
    return `make_timestamp(gs_in_range(epoch_us(${x}) + ${amount} * ${clock}, 'DATETIME'))`;
  const unit = months[part];
  const moved =
    unit === undefined
      ? `${x} + to_days(CAST(${amount} * ${part === 'WEEK' ? 7 : 1} AS INTEGER))`
      : `${x} + to_months(CAST(${amount} * ${unit} AS INTEGER))`;
  const checked = `make_timestamp(gs_in_range(epoch_us(${moved}), '${kind}'))`;
  return kind === 'DATE' ? `CAST(${checked} AS DATE)` : checked;
}

/** How many boundaries of the part lie between two values; for clock parts of timestamps and times whole parts. */
export function diffSql(kind: TimeKind, part: string, a: string, b: string): string {
  const clock = clockMicros[part];
  if (kind === 'TIME' || kind === 'TIMESTAMP' || (kind === 'DATETIME' && clock !== undefined)) {
    const size = clock ?? 86_400_000_000n;
    if (kind === 'TIMESTAMP') return `(epoch_us(${a}) - epoch_us(${b})) // ${size}`;
    // Boundaries: both values are cut to the part first.
    return `(epoch_us(${a}) - epoch_us(${b}) - (epoch_us(${a}) + 62135596800000000) % ${size} + (epoch_us(${b}) + 62135596800000000) % ${size}) // ${size}`;
  }
  const day = (x: string): string => (kind === 'DATE' ? x : `CAST(${x} AS DATE)`);
  const [x, y] = [day(a), day(b)];
  switch (part) {
    case 'DAY':
      return `CAST(${x} - ${y} AS BIGINT)`;
    case 'YEAR':
      return `CAST(datepart('year', ${x}) - datepart('year', ${y}) AS BIGINT)`;
    case 'ISOYEAR':
      return `CAST(datepart('isoyear', ${x}) - datepart('isoyear', ${y}) AS BIGINT)`;
    case 'QUARTER':
      return `CAST((datepart('year', ${x}) - datepart('year', ${y})) * 4 + datepart('quarter', ${x}) - datepart('quarter', ${y}) AS BIGINT)`;
    case 'MONTH':
      return `CAST((datepart('year', ${x}) - datepart('year', ${y})) * 12 + datepart('month', ${x}) - datepart('month', ${y}) AS BIGINT)`;
    default:
      return `CAST((${weekStart(part, x)} - ${weekStart(part, y)}) // 7 AS BIGINT)`;
  }
}

/** The first day of the week that a DATE lies in. */
function weekStart(part: string, x: string): string {
  const first = part === 'ISOWEEK' ? 1 : weekdayOf(part, 0);
  return `(${x} - CAST((datepart('dayofweek', ${x}) - ${first} + 7) % 7 AS INTEGER))`;
}

/** The value cut to the part. */
export function truncSql(kind: TimeKind, part: string, x: string, zone: string): string {
  const clock = clockMicros[part];
  if (kind === 'TIME')
    return `CAST(make_timestamp(epoch_us(${x}) - epoch_us(${x}) % ${clock}) AS TIME)`;
  if (kind === 'TIMESTAMP') {
    if (clock !== undefined && clock < 3_600_000_000n)
      return `make_timestamptz(epoch_us(${x}) - (epoch_us(${x}) + 62135596800000000) % ${clock})`;
    return instantAt(truncSql('DATETIME', part, localTime(x, zone), zone), zone);
  }
  if (clock !== undefined)
    return `make_timestamp(epoch_us(${x}) - (epoch_us(${x}) + 62135596800000000) % ${clock})`;
  const day = kind === 'DATE' ? x : `CAST(${x} AS DATE)`;
  const start =
    part === 'DAY'
      ? day
      : part === 'ISOYEAR'
        ? `${weekStart('ISOWEEK', `make_date(datepart('isoyear', ${day}), 1, 4)`)}`
        : part in months
          ? `CAST(date_trunc('${part.toLowerCase()}', ${day}) AS DATE)`
          : weekStart(part, day);
  return kind === 'DATE' ? `CAST(${start} AS DATE)` : `CAST(${start} AS TIMESTAMP)`;
}

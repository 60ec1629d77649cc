import { zoneOffsetMicros } from './time-zone.js';

const dateForm = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const timeForm = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,6}))?$/;
const datetimeForm = /^(\d{4}-\d{1,2}-\d{1,2})(?:[Tt ](\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{0,6})?))?$/;
const timestampForm =
  /^(\d{4}-\d{1,2}-\d{1,2})(?:[Tt ](\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{0,6})?)?))?(?:\s*([Zz]|[+-]\d{1,2}(?::?\d{2})?)|\s+([A-Za-z][\w/+-]*))?$/;

export const dayMicros = 86_400_000_000n;

/** Days since 1970-01-01; undefined when there is no such day. */
export function daysOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const fits =
    year >= 1 &&
    year <= 9999 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    month >= 1;
  return fits ? date.getTime() / 86_400_000 : undefined;
}

/** `2024-1-5` → `2024-01-05`. */
export function parseDate(text: string): string | undefined {
  const [, year, month, day] = dateForm.exec(text) ?? [];
  const days = year === undefined ? undefined : daysOf(Number(year), Number(month), Number(day));
  return days === undefined ? undefined : new Date(days * 86_400_000).toISOString().slice(0, 10);
}

export function parseTime(text: string): string | undefined {
  const micros = timeMicros(text);
  return micros === undefined ? undefined : formatClock(micros);
}

/** Microseconds since 1970-01-01 of a time without zone. */
export function parseDatetime(text: string): bigint | undefined {
  const [, date, clock = '0:0:0'] = datetimeForm.exec(text) ?? [];
  return date === undefined ? undefined : civilMicros(date, clock);
}

/** Microseconds since the epoch; texts without a zone are in `zone`. */
export function parseTimestamp(text: string, zone: string): bigint | undefined {
  const [, date, clock = '0:0:0', offset, name] = timestampForm.exec(text.trim()) ?? [];
  if (date === undefined) return undefined;
  const whole = /^\d{1,2}:\d{1,2}$/.test(clock) ? `${clock}:00` : clock;
  const civil = civilMicros(date, whole);
  if (civil === undefined) return undefined;
  const shift = zoneOffsetMicros(offset ?? name ?? zone, civil, 'civil');
  if (shift === undefined) return undefined;
  const micros = civil - shift;
  return micros >= -62_135_596_800_000_000n && micros <= 253_402_300_799_999_999n
    ? micros
    : undefined;
}

function civilMicros(date: string, clock: string): bigint | undefined {
  const [year, month, day] = date.split('-').map(Number);
  const days = daysOf(year ?? 0, month ?? 0, day ?? 0);
  const micros = timeMicros(clock);
  return days === undefined || micros === undefined ? undefined : BigInt(days) * dayMicros + micros;
}

export function timeMicros(text: string): bigint | undefined {
  const [, hour, minute, second, fraction = ''] = timeForm.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function formatClock(micros: bigint): string {
  const seconds = Number(micros / 1_000_000n);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  const fraction = micros % 1_000_000n;
  return fraction === 0n ? clock : `${clock}.${String(fraction).padStart(6, '0')}`;
}

import {
  type CivilParts,
  isoWeekOf,
  monthNames,
  partsOf,
  weekdayNames,
  weekOf,
} from './civil-parts.js';
import { QueryFailure } from './native-function.js';
import { zoneOffsetMicros } from './time-zone.js';

const pad = (value: number, width: number, by = '0'): string => String(value).padStart(width, by);
const hour12 = (hour: number): number => hour % 12 || 12;
const short = (name: string | undefined): string => (name ?? '').slice(0, 3);

type Element = (parts: CivilParts, offsetMicros: bigint, micros: bigint) => string;

const elements: Readonly<Record<string, Element>> = {
  A: ({ weekday }) => weekdayNames[weekday] ?? '',
  a: ({ weekday }) => short(weekdayNames[weekday]),
  B: ({ month }) => monthNames[month - 1] ?? '',
  b: ({ month }) => short(monthNames[month - 1]),
  h: ({ month }) => short(monthNames[month - 1]),
  C: ({ year }) => pad(Math.floor(year / 100), 2),
  d: ({ day }) => pad(day, 2),
  e: ({ day }) => pad(day, 2, ' '),
  G: (parts) => String(isoWeekOf(parts).year),
  g: (parts) => pad(isoWeekOf(parts).year % 100, 2),
  H: ({ hour }) => pad(hour, 2),
  I: ({ hour }) => pad(hour12(hour), 2),
  j: ({ dayOfYear }) => pad(dayOfYear, 3),
  k: ({ hour }) => pad(hour, 2, ' '),
  l: ({ hour }) => pad(hour12(hour), 2, ' '),
  M: ({ minute }) => pad(minute, 2),
  m: ({ month }) => pad(month, 2),
  n: () => '\n',
  P: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  Q: ({ month }) => String(Math.ceil(month / 3)),
  S: ({ second }) => pad(second, 2),
  s: (_parts, offset, micros) =>
    String(
      (micros - offset - ((((micros - offset) % 1_000_000n) + 1_000_000n) % 1_000_000n)) /
        1_000_000n,
    ),
  t: () => '\t',
  U: (parts) => pad(weekOf(parts, 0), 2),
  u: ({ weekday }) => String(weekday === 0 ? 7 : weekday),
  V: (parts) => pad(isoWeekOf(parts).week, 2),
  W: (parts) => pad(weekOf(parts, 1), 2),
  w: ({ weekday }) => String(weekday),
  Y: ({ year }) => String(year),
  y: ({ year }) => pad(year % 100, 2),
  Z: (_parts, offset) => zoneName(offset),
  z: (_parts, offset) => zoneDigits(offset, ''),
  '%': () => '%',
};

/** Elements that stand for several others. */
export const compounds: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  x: '%m/%d/%y',
};

/** Formats a time as FORMAT_TIMESTAMP and its kin do. `micros` is on the clocks of the zone when it is not an instant. */
export function formatTime(
  format: string,
  micros: bigint,
  zone: string,
  isInstant: boolean,
): string {
  const offset = isInstant ? zoneOffsetMicros(zone, micros, 'instant') : 0n;
  if (offset === undefined) throw new QueryFailure(`Invalid time zone: ${zone}`);
  const local = micros + offset;
  const parts = partsOf(local);
  return write(format, parts, offset, local);
}

function write(format: string, parts: CivilParts, offset: bigint, local: bigint): string {
  return format.replace(
    /%(E\*S|E[0-9]S|E4Y|Ez|E.|O.|[\s\S]|$)/g,
    (whole: string, name: string): string => {
      if (name === 'E*S') return seconds(parts, 'all');
      const digits = /^E([0-9])S$/.exec(name)?.[1];
      if (digits !== undefined) return seconds(parts, Number(digits));
      if (name === 'E4Y') return pad(parts.year, 4);
      if (name === 'Ez') return zoneDigits(offset, ':');
      const key = /^[EO](.)$/.exec(name)?.[1] ?? name;
      const compound = compounds[key];
      if (compound !== undefined) return write(compound, parts, offset, local);
      const element = elements[key];
      if (!element) throw new QueryFailure(`Invalid format element ${whole} in the format string`);
      return element(parts, offset, local);
    },
  );
}

function seconds({ second, micros }: CivilParts, digits: number | 'all'): string {
  const fraction = pad(micros, 6);
  const shown =
    digits === 'all' ? fraction.replace(/0+$/, '') : fraction.padEnd(9, '0').slice(0, digits);
  return shown === '' ? pad(second, 2) : `${pad(second, 2)}.${shown}`;
}

function zoneDigits(offset: bigint, separator: string): string {
  const minutes = Math.abs(Number(offset / 60_000_000n));
  return `${offset < 0n ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${separator}${pad(minutes % 60, 2)}`;
}

function zoneName(offset: bigint): string {
  if (offset === 0n) return 'UTC';
  const minutes = Math.abs(Number(offset / 60_000_000n));
  const rest = minutes % 60 === 0 ? '' : `:${pad(minutes % 60, 2)}`;
  return `UTC${offset < 0n ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

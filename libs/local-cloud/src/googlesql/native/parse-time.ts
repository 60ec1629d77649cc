import { monthNames, weekdayNames } from './civil-parts.js';
import { dayMicros, daysOf } from './civil-time.js';
import { compounds } from './format-time.js';
import { QueryFailure } from './native-function.js';
import { zoneOffsetMicros } from './time-zone.js';

interface Found {
  year: number;
  month: number;
  day: number;
  dayOfYear?: number;
  hour: number;
  minute: number;
  second: number;
  micros: bigint;
  isAfternoon?: boolean;
  zone?: string;
  epochSeconds?: bigint;
}

type Reader = readonly [pattern: RegExp, take: (found: Found, text: string) => void];

const number = (digits: string, take: (found: Found, value: number) => void): Reader => [
  new RegExp(`\\s*(\\d{${digits}})`, 'y'),
  (found, text) => take(found, Number(text)),
];

const names = (list: readonly string[]): string =>
  list.flatMap((name) => [name, name.slice(0, 3)]).join('|');

const month: Reader = [
  new RegExp(`(${names(monthNames)})`, 'iy'),
  (found, text) => {
    const key = text.slice(0, 3).toLowerCase();
    found.month = monthNames.findIndex((name) => name.slice(0, 3).toLowerCase() === key) + 1;
  },
];

// A weekday has to be one, but says nothing that the date does not say.
const weekday: Reader = [new RegExp(`(${names(weekdayNames)})`, 'iy'), () => undefined];

const half: Reader = [
  /(am|pm)/iy,
  (found, text) => {
    found.isAfternoon = text.toLowerCase() === 'pm';
  },
];

const fractional: Reader = [
  /(\d{1,2}(?:\.\d+)?)/y,
  (found, text) => {
    const [whole, fraction = ''] = text.split('.');
    found.second = Number(whole);
    found.micros = BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  },
];

const zone: Reader = [
  /(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})/y,
  (found, text) => {
    found.zone = text;
  },
];

const readers: Readonly<Record<string, Reader>> = {
  A: weekday,
  a: weekday,
  B: month,
  b: month,
  h: month,
  Y: [/\s*(\d{1,4})/y, (found, text) => void (found.year = Number(text))],
  E4Y: number('4', (found, value) => void (found.year = value)),
  y: number('1,2', (found, value) => void (found.year = value < 69 ? 2000 + value : 1900 + value)),
  // Not one of BigQuery's: `YY` of CAST … FORMAT takes the century of today.
  Ey: number('2', (found, value) => void (found.year = 2000 + value)),
  m: number('1,2', (found, value) => void (found.month = value)),
  d: number('1,2', (found, value) => void (found.day = value)),
  e: number('1,2', (found, value) => void (found.day = value)),
  j: number('1,3', (found, value) => void (found.dayOfYear = value)),
  H: number('1,2', (found, value) => void (found.hour = value)),
  k: number('1,2', (found, value) => void (found.hour = value)),
  I: number('1,2', (found, value) => void (found.hour = value)),
  l: number('1,2', (found, value) => void (found.hour = value)),
  M: number('1,2', (found, value) => void (found.minute = value)),
  S: number('1,2', (found, value) => void (found.second = value)),
  'E*S': fractional,
  p: half,
  P: half,
  s: [/\s*(-?\d+)/y, (found, text) => void (found.epochSeconds = BigInt(text))],
  z: zone,
  Ez: zone,
  Z: [/([A-Za-z][\w/+-]*)/y, (found, text) => void (found.zone = text)],
  '%': [/(%)/y, () => undefined],
};

/** Reads a text as PARSE_TIMESTAMP and its kin do. Microseconds of an instant, or of a time without zone. */
export function parseTimeText(
  format: string,
  text: string,
  zoneName: string,
  isInstant: boolean,
): bigint {
  const found: Found = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, micros: 0n };
  let at = skipSpace(text, 0);
  for (const token of tokensOf(format)) {
    if (token.space) {
      at = skipSpace(text, at);
      continue;
    }
    if (token.literal !== undefined) {
      if (!text.startsWith(token.literal, at)) throw failed(text);
      at += token.literal.length;
      continue;
    }
    const reader = readerFor(token.element ?? '');
    const [pattern, take] = reader;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) throw failed(text);
    take(found, match[1] ?? '');
    at += match[0].length;
  }
  if (skipSpace(text, at) !== text.length) throw failed(text);
  return instantOf(found, text, zoneName, isInstant);
}

function readerFor(element: string): Reader {
  const digits = /^E([0-9])S$/.exec(element);
  const reader = digits ? fractional : readers[element];
  if (!reader) throw new QueryFailure(`The format element %${element} cannot be parsed here`);
  return reader;
}

function* tokensOf(
  format: string,
): Generator<{ element?: string; literal?: string; space?: true }> {
  for (const [whole, element] of format.matchAll(
    /%(E\*S|E[0-9]S|E4Y|E[zy]|[EO]?[\s\S])|\s+|[^%\s]+/g,
  )) {
    if (element === undefined) {
      if (/^\s/.test(whole)) yield { space: true };
      else yield { literal: whole };
      continue;
    }
    const key =
      readers[element] || /^E[0-9]S$/.test(element) ? element : element.replace(/^[EO](?=.)/, '');
    const compound = compounds[key];
    if (key === 'n' || key === 't') yield { space: true };
    else if (compound === undefined) yield { element: key };
    else yield* tokensOf(compound);
  }
}

function instantOf(found: Found, text: string, zoneName: string, isInstant: boolean): bigint {
  if (found.epochSeconds !== undefined) return found.epochSeconds * 1_000_000n;
  if (found.isAfternoon !== undefined)
    found.hour = (found.hour % 12) + (found.isAfternoon ? 12 : 0);
  const days =
    found.dayOfYear === undefined
      ? daysOf(found.year, found.month, found.day)
      : (daysOf(found.year, 1, 1) ?? 0) + found.dayOfYear - 1;
  if (days === undefined || found.hour > 23 || found.minute > 59 || found.second > 60)
    throw failed(text);
  const seconds = found.hour * 3600 + found.minute * 60 + found.second;
  const civil = BigInt(days) * dayMicros + BigInt(seconds) * 1_000_000n + found.micros;
  if (!isInstant) return civil;
  const offset = zoneOffsetMicros(found.zone ?? zoneName, civil, 'civil');
  if (offset === undefined) throw new QueryFailure(`Invalid time zone: ${found.zone ?? zoneName}`);
  return civil - offset;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text[at] ?? '')) at++;
  return at;
}

const failed = (text: string): QueryFailure =>
  new QueryFailure(`Failed to parse input string ${JSON.stringify(text)}`);

import { dayMicros } from './civil-time.js';

/** A point in time on a calendar and a clock. */
export interface CivilParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** 0 for Sunday. */
  readonly weekday: number;
  /** 1 for January 1st. */
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

const floorDiv = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by;

/** Splits microseconds since 1970-01-01 on the clocks of a place. */
export function partsOf(micros: bigint): CivilParts {
  const days = floorDiv(micros, dayMicros);
  const rest = Number(micros - days * dayMicros);
  const date = new Date(Number(days) * 86_400_000);
  const year = date.getUTCFullYear();
  const start = new Date(0);
  start.setUTCFullYear(year, 0, 1);
  const seconds = Math.floor(rest / 1_000_000);
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    dayOfYear: Math.round((date.getTime() - start.getTime()) / 86_400_000) + 1,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    micros: rest % 1_000_000,
  };
}

/** Weeks begin on `first` (0 for Sunday); the days before the first such day are in week 0. */
export const weekOf = ({ dayOfYear, weekday }: CivilParts, first: number): number =>
  Math.floor((dayOfYear + 6 - ((weekday - first + 7) % 7)) / 7);

/** ISO 8601: weeks begin on Monday and belong to the year of their Thursday. */
export function isoWeekOf(parts: CivilParts): { readonly year: number; readonly week: number } {
  const { year, month, day, weekday } = parts;
  const thursday = new Date(0);
  thursday.setUTCFullYear(year, month - 1, day + 3 - ((weekday + 6) % 7));
  const start = new Date(0);
  start.setUTCFullYear(thursday.getUTCFullYear(), 0, 1);
  const days = Math.round((thursday.getTime() - start.getTime()) / 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.floor(days / 7) + 1 };
}

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

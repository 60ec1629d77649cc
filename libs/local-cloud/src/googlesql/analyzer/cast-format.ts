import { refused } from '../sql-error.js';

/** Elements of CAST … FORMAT and those of FORMAT_TIMESTAMP that say the same. */
const both: Readonly<Record<string, string>> = {
  YYYY: '%E4Y',
  MM: '%m',
  DDD: '%j',
  DD: '%d',
  HH24: '%H',
  HH12: '%I',
  HH: '%I',
  MI: '%M',
  SS: '%S',
  AM: '%p',
  PM: '%p',
  'A.M.': '',
  TZH: '',
};

const written: Readonly<Record<string, string>> = {
  ...both,
  YY: '%y',
  RR: '%y',
  RRRR: '%E4Y',
  Month: '%B',
  Mon: '%b',
  Day: '%A',
  Dy: '%a',
};

const read: Readonly<Record<string, string>> = {
  ...both,
  YY: '%Ey',
  RR: '%y',
  RRRR: '%Y',
  MONTH: '%B',
  MON: '%b',
  DAY: '%A',
  DY: '%a',
};

const pattern =
  /"([^"]*)"|(YYYY|RRRR|MONTH|HH24|HH12|DDD|DAY|MON|YY|RR|MM|DD|DY|HH|MI|SS|AM|PM)|([-./,'; :T]+)|(.)/gi;

/** A format of CAST in the elements of FORMAT_TIMESTAMP; what has no counterpart is refused by name. */
export function timeFormatOf(format: string, how: 'write' | 'read', at: number): string {
  return [...format.matchAll(pattern)]
    .map(([whole, quoted, element, sign]) => {
      if (quoted !== undefined) return quoted.replaceAll('%', '%%');
      if (sign !== undefined) return sign;
      const found = element === undefined ? undefined : elementOf(element, how);
      if (!found) throw refused(`the element ${whole} in CAST … FORMAT`, at);
      return found;
    })
    .join('');
}

/** Names of months and days are written as the element is: `Mon`; those all in capitals are refused when written. */
function elementOf(element: string, how: 'write' | 'read'): string | undefined {
  const upper = element.toUpperCase();
  if (how === 'read') return read[upper];
  return written[/^(MONTH|MON|DAY|DY)$/.test(upper) ? element : upper];
}

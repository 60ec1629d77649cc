/** `[sign]Y-M [sign]D [sign]H:M:S[.F]`. */
export function intervalText(months: bigint, days: bigint, micros: bigint): string {
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  const sign = (value: bigint): string => (value < 0n ? '-' : '');
  const total = size(micros);
  const seconds = total / 1_000_000n;
  const fraction = total % 1_000_000n;
  const shown =
    fraction === 0n
      ? ''
      : fraction % 1000n === 0n
        ? `.${String(fraction / 1000n).padStart(3, '0')}`
        : `.${String(fraction).padStart(6, '0')}`;
  return `${sign(months)}${size(months) / 12n}-${size(months) % 12n} ${days} ${sign(micros)}${seconds / 3600n}:${(seconds / 60n) % 60n}:${seconds % 60n}${shown}`;
}

const canonical = /^([+-])?(\d+)-(\d+) ([+-])?(\d+) ([+-])?(\d+):(\d+):(\d+)(?:\.(\d{1,6}))?$/;
const duration =
  /^P(?=.)(?:([+-]?\d+)Y)?(?:([+-]?\d+)M)?(?:([+-]?\d+)W)?(?:([+-]?\d+)D)?(?:T(?=.)(?:([+-]?\d+)H)?(?:([+-]?\d+)M)?(?:([+-]?)(\d+)(?:[.,](\d{1,6}))?S)?)?$/;

/** An interval’s text, as above or in the form of ISO 8601, in DuckDB’s words; undefined when it is neither. */
export function readInterval(text: string): string | undefined {
  const plain = canonical.exec(text);
  if (plain) {
    const [, monthSign, years, months, daySign, days, timeSign, hours, minutes, seconds, fraction] =
      plain;
    return inWords(
      signed(monthSign, whole(years) * 12n + whole(months)),
      signed(daySign, whole(days)),
      signed(timeSign, microsOf(whole(hours), whole(minutes), whole(seconds), fraction)),
    );
  }
  const iso = duration.exec(text);
  if (!iso) return undefined;
  const [, years, months, weeks, days, hours, minutes, secondSign, seconds, fraction] = iso;
  return inWords(
    whole(years) * 12n + whole(months),
    whole(weeks) * 7n + whole(days),
    microsOf(whole(hours), whole(minutes), 0n) +
      signed(secondSign, microsOf(0n, 0n, whole(seconds), fraction)),
  );
}

const whole = (digits = '0'): bigint => BigInt(digits.replace('+', ''));
const signed = (sign: string | undefined, size: bigint): bigint => (sign === '-' ? -size : size);
const microsOf = (hours: bigint, minutes: bigint, seconds: bigint, fraction = ''): bigint =>
  ((hours * 60n + minutes) * 60n + seconds) * 1_000_000n + whole(fraction.padEnd(6, '0'));
const inWords = (months: bigint, days: bigint, micros: bigint): string =>
  `${months} months ${days} days ${micros} microseconds`;

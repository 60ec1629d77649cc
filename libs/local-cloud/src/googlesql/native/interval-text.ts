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

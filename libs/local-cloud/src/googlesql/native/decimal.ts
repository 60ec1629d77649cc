/** NUMERIC has 9 digits behind the point, BIGNUMERIC 38. */
export type DecimalKind = 'NUMERIC' | 'BIGNUMERIC';

const scales: Readonly<Record<DecimalKind, number>> = { NUMERIC: 9, BIGNUMERIC: 38 };

const limits: Readonly<Record<DecimalKind, bigint>> = {
  NUMERIC: 99999999999999999999999999999999999999n,
  // 2^255 - 1, the largest number BIGNUMERIC holds, scaled by 10^38.
  BIGNUMERIC: (1n << 255n) - 1n,
};

/** A decimal number, scaled by 10^scale. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** The canonical text of a decimal text; undefined when it is none, or too large. Rounds half away from zero. */
export function parseDecimal(text: string, kind: DecimalKind): string | undefined {
  const read = readDecimal(text);
  return read && formatWithin(read, kind);
}

export function readDecimal(text: string): Decimal | undefined {
  const [, sign, whole, fraction = '', bare, exponent = '0'] =
    /^\s*([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?\s*$/.exec(text) ?? [];
  if (sign === undefined || Math.abs(Number(exponent)) > 400) return undefined;
  const digits = `${whole ?? ''}${fraction}${bare ?? ''}`;
  const unscaled = BigInt(digits || '0') * (sign === '-' ? -1n : 1n);
  const scale = (bare ?? fraction).length - Number(exponent);
  return scale < 0 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale };
}

/** The text of a decimal in a type; undefined when it is too large for it. */
export function formatWithin(value: Decimal, kind: DecimalKind): string | undefined {
  const unscaled = rescale(value, scales[kind]);
  const size = unscaled < 0n ? -unscaled : unscaled;
  return size > limits[kind] ? undefined : formatDecimal({ unscaled, scale: scales[kind] });
}

/** Rounds half away from zero. */
export function rescale({ unscaled, scale }: Decimal, to: number): bigint {
  if (to >= scale) return unscaled * 10n ** BigInt(to - scale);
  return divideRounded(unscaled, 10n ** BigInt(scale - to));
}

export function divideRounded(value: bigint, divisor: bigint): bigint {
  const isNegative = value < 0n !== divisor < 0n;
  const size = value < 0n ? -value : value;
  const by = divisor < 0n ? -divisor : divisor;
  const result = (size * 2n + by) / (by * 2n);
  return isNegative ? -result : result;
}

/** Without trailing zeros. */
export function formatDecimal({ unscaled, scale }: Decimal): string {
  const size = unscaled < 0n ? -unscaled : unscaled;
  const digits = String(size).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : digits.slice(-scale).replace(/0+$/, '');
  const text = fraction ? `${whole}.${fraction}` : whole;
  return unscaled < 0n ? `-${text}` : text;
}

/** The exact decimal expansion of a double. */
export function exactDecimal(value: number): Decimal {
  let scale = 0;
  let whole = value;
  while (!Number.isInteger(whole) && scale < 1100) {
    whole *= 2;
    scale++;
  }
  // value = whole / 2^scale = whole * 5^scale / 10^scale
  return { unscaled: BigInt(whole) * 5n ** BigInt(scale), scale };
}

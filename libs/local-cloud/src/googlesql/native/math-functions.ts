import { type Decimal, formatDecimal, readDecimal, rescale } from './decimal.js';
import { floatText } from './float-text.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

/** Bits pushed out are lost, and the sign is none: `>>` fills with zeros. */
function shift(value: bigint, by: bigint, op: string): bigint {
  if (by < 0n) throw new QueryFailure(`Bitwise shift amount must not be negative: ${by}`);
  if (by >= 64n) return 0n;
  return BigInt.asIntN(64, op === '<<' ? value << by : BigInt.asUintN(64, value) >> by);
}

/** Rounds half away from zero at a decimal place, as C does: by way of the product, which is a double itself. */
function round(value: number, places: bigint): number {
  return atPlace(value, places, (scaled) => Math.sign(scaled) * Math.round(Math.abs(scaled)));
}

function truncate(value: number, places: bigint): number {
  return atPlace(value, places, Math.trunc);
}

function atPlace(value: number, places: bigint, cut: (scaled: number) => number): number {
  if (!Number.isFinite(value) || places > 308n) return value;
  if (places < -308n) return 0;
  const unit = 10 ** Math.abs(Number(places));
  const scaled = places < 0n ? value / unit : value * unit;
  if (!Number.isFinite(scaled)) return value;
  return places < 0n ? cut(scaled) * unit : cut(scaled) / unit;
}

function power(base: number, exponent: number): number {
  const result = Math.pow(base, exponent);
  const isWrong =
    (Number.isNaN(result) && !Number.isNaN(base) && !Number.isNaN(exponent)) ||
    (!Number.isFinite(result) && Number.isFinite(base) && Number.isFinite(exponent));
  if (isWrong)
    throw new QueryFailure(
      `Floating point error in function: POW(${floatText(base)}, ${floatText(exponent)})`,
    );
  // 1 to any power and any number to the power of 0 are 1, even of NaN.
  return base === 1 ? 1 : result;
}

const limbBase = 10n ** 26n;

/** A third of a BIGNUMERIC’s digits, as a whole number that DuckDB can sum. */
function limb(text: string, index: bigint): string {
  const value = readDecimal(text);
  if (!value) throw new QueryFailure(`Invalid BIGNUMERIC value: ${text}`);
  const scaled = rescale(value, 38);
  const size = scaled < 0n ? -scaled : scaled;
  const digits = index === 2n ? size / limbBase ** 2n : (size / limbBase ** index) % limbBase;
  return String(scaled < 0n ? -digits : digits);
}

function ofLimbs(low: string, middle: string, high: string): string {
  const unscaled = BigInt(low) + BigInt(middle) * limbBase + BigInt(high) * limbBase ** 2n;
  const size = unscaled < 0n ? -unscaled : unscaled;
  if (size >= 1n << 255n) throw new QueryFailure('BIGNUMERIC overflow in SUM');
  return formatDecimal({ unscaled, scale: 38 });
}

function sumOf(texts: readonly string[]): string {
  const total = texts.reduce((sum, text) => sum + rescale(readDecimal(text) as Decimal, 38), 0n);
  return formatDecimal({ unscaled: total, scale: 38 });
}

export const mathFunctions: readonly NativeFunction[] = [
  { name: 'gs_shift', parameters: ['BIGINT', 'BIGINT', 'VARCHAR'], returns: 'BIGINT', run: shift },
  { name: 'gs_round', parameters: ['DOUBLE', 'BIGINT'], returns: 'DOUBLE', run: round },
  { name: 'gs_trunc', parameters: ['DOUBLE', 'BIGINT'], returns: 'DOUBLE', run: truncate },
  { name: 'gs_pow', parameters: ['DOUBLE', 'DOUBLE'], returns: 'DOUBLE', run: power },
  {
    name: 'gs_ieee_divide',
    parameters: ['DOUBLE', 'DOUBLE'],
    returns: 'DOUBLE',
    run: (x: number, y: number) => x / y,
  },
  {
    name: 'gs_log',
    parameters: ['DOUBLE', 'DOUBLE'],
    returns: 'DOUBLE',
    run: (x: number, base: number) =>
      base === 10 ? Math.log10(x) : base === 2 ? Math.log2(x) : Math.log(x) / Math.log(base),
  },
  { name: 'gs_decimal_limb', parameters: ['VARCHAR', 'BIGINT'], returns: 'VARCHAR', run: limb },
  {
    name: 'gs_decimal_of_limbs',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: ofLimbs,
  },
  { name: 'gs_decimal_sum', parameters: ['VARCHAR[]'], returns: 'VARCHAR', run: sumOf },
];

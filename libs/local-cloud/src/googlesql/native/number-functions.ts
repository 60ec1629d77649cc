import {
  type Decimal,
  type DecimalKind,
  divideRounded,
  exactDecimal,
  formatWithin,
  readDecimal,
  rescale,
} from './decimal.js';
import { floatText } from './float-text.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

function readNumber(text: string, kind: DecimalKind): Decimal {
  const value = readDecimal(text);
  if (!value) throw new QueryFailure(`Invalid ${kind} value: ${text}`);
  return value;
}

function within(value: Decimal, kind: DecimalKind, what: string): string {
  const text = formatWithin(value, kind);
  if (text === undefined)
    throw new QueryFailure(
      what.startsWith('Invalid') ? what : `${kind.toLowerCase()} overflow: ${what}`,
    );
  return text;
}

const parse = (kind: DecimalKind) => (text: string) =>
  within(readNumber(text, kind), kind, `Invalid ${kind} value: ${text}`);

function ofFloat(kind: DecimalKind) {
  return (value: number): string => {
    if (!Number.isFinite(value))
      throw new QueryFailure(
        `Illegal conversion of non-finite floating point number to numeric: ${floatText(value)}`,
      );
    return within(exactDecimal(value), kind, `Invalid ${kind} value: ${floatText(value)}`);
  };
}

type Operation = (left: Decimal, right: Decimal, shown: string) => Decimal;

const aligned = (left: Decimal, right: Decimal): [bigint, bigint, number] => {
  const scale = Math.max(left.scale, right.scale);
  return [rescale(left, scale), rescale(right, scale), scale];
};

const operations: Readonly<Record<string, Operation>> = {
  '+': (left, right) => {
    const [a, b, scale] = aligned(left, right);
    return { unscaled: a + b, scale };
  },
  '-': (left, right) => {
    const [a, b, scale] = aligned(left, right);
    return { unscaled: a - b, scale };
  },
  '*': (left, right) => ({
    unscaled: left.unscaled * right.unscaled,
    scale: left.scale + right.scale,
  }),
  '/': (left, right, shown) => {
    if (right.unscaled === 0n) throw new QueryFailure(`division by zero: ${shown}`);
    const scale = 40;
    const numerator = left.unscaled * 10n ** BigInt(scale + right.scale);
    return {
      unscaled: divideRounded(numerator, right.unscaled * 10n ** BigInt(left.scale)),
      scale,
    };
  },
  DIV: (left, right, shown) => {
    if (right.unscaled === 0n) throw new QueryFailure(`division by zero: ${shown}`);
    const [a, b] = aligned(left, right);
    return { unscaled: a / b, scale: 0 };
  },
  MOD: (left, right, shown) => {
    if (right.unscaled === 0n) throw new QueryFailure(`division by zero: ${shown}`);
    const [a, b, scale] = aligned(left, right);
    return { unscaled: a % b, scale };
  },
};

function calculate(op: string, a: string, b: string, kind: string): string {
  const type = kind as DecimalKind;
  const shown = op.length === 1 ? `${a} ${op} ${b}` : `${op}(${a}, ${b})`;
  const operation = operations[op] as Operation;
  return within(operation(readNumber(a, type), readNumber(b, type), shown), type, shown);
}

function compare(a: string, b: string): bigint {
  const [left, right] = aligned(readNumber(a, 'BIGNUMERIC'), readNumber(b, 'BIGNUMERIC'));
  return left < right ? -1n : left > right ? 1n : 0n;
}

/** A text whose order is the order of the numbers. */
function sortKey(text: string): string {
  const scaled = rescale(readNumber(text, 'BIGNUMERIC'), 38) + (1n << 255n);
  return String(scaled).padStart(78, '0');
}

const roundings = new Set([
  'ROUND',
  'TRUNC',
  'FLOOR',
  'CEIL',
  'ROUND_HALF_EVEN',
  'ROUND_HALF_AWAY_FROM_ZERO',
]);

function round(text: string, digits: bigint, how: string): string {
  const value = readNumber(text, 'BIGNUMERIC');
  const [kind, mode = 'ROUND'] = how.split(' ') as [DecimalKind, string?];
  if (!roundings.has(mode)) throw new QueryFailure(`Invalid rounding mode: ${mode}`);
  const places = Number(digits);
  if (places >= value.scale) return within(value, kind, `Invalid ${kind} value: ${text}`);
  const unit = 10n ** BigInt(value.scale - places);
  const { unscaled } = value;
  const truncated = unscaled / unit;
  const isExact = truncated * unit === unscaled;
  const rounded =
    mode === 'TRUNC' || isExact
      ? truncated
      : mode === 'FLOOR'
        ? truncated - (unscaled < 0n ? 1n : 0n)
        : mode === 'CEIL'
          ? truncated + (unscaled > 0n ? 1n : 0n)
          : mode === 'ROUND_HALF_EVEN'
            ? halfEven(unscaled, unit)
            : divideRounded(unscaled, unit);
  return within(
    { unscaled: rounded * unit, scale: value.scale },
    kind,
    `ROUND(${text}, ${places})`,
  );
}

function halfEven(value: bigint, unit: bigint): bigint {
  const rounded = divideRounded(value, unit);
  const rest = value % unit;
  const isTie = (rest < 0n ? -rest : rest) * 2n === unit;
  return isTie && rounded % 2n !== 0n ? rounded - (value < 0n ? -1n : 1n) : rounded;
}

function readInt64(text: string): bigint {
  const [, sign, digits] = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)\s*$/.exec(text) ?? [];
  if (digits === undefined) throw new QueryFailure(`Bad int64 value: ${text}`);
  const value = BigInt(digits) * (sign === '-' ? -1n : 1n);
  if (value !== BigInt.asIntN(64, value)) throw new QueryFailure(`Bad int64 value: ${text}`);
  return value;
}

function readFloat64(text: string): number {
  const plain = text.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain)) {
    const value = Number(plain);
    if (Number.isFinite(value)) return value;
  }
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(plain) ?? [];
  if (word === undefined) throw new QueryFailure(`Bad double value: ${text}`);
  if (/^nan$/i.test(word)) return Number.NaN;
  return sign === '-' ? -Infinity : Infinity;
}

/** PARSE_NUMERIC allows commas among the digits, and the sign before or behind them, apart from them by blanks. */
function parseDecimalText(text: string, kind: string): string {
  const [, before = '', digits = '', after = ''] =
    /^\s*([+-]?)\s*([\d,]*\.?\d*(?:[eE][+-]?\d+)?)\s*([+-]?)\s*$/.exec(text) ?? [];
  const plain = digits.replaceAll(',', '');
  if (!/\d/.test(plain) || (before && after))
    throw new QueryFailure(`Invalid input to PARSE_${kind}: ${JSON.stringify(text)}`);
  return parse(kind as DecimalKind)(`${before || after}${plain}`);
}

export const numberFunctions: readonly NativeFunction[] = [
  {
    name: 'gs_parse_decimal',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: parseDecimalText,
  },
  { name: 'gs_numeric', parameters: ['VARCHAR'], returns: 'VARCHAR', run: parse('NUMERIC') },
  { name: 'gs_bignumeric', parameters: ['VARCHAR'], returns: 'VARCHAR', run: parse('BIGNUMERIC') },
  {
    name: 'gs_numeric_of_float',
    parameters: ['DOUBLE'],
    returns: 'VARCHAR',
    run: ofFloat('NUMERIC'),
  },
  {
    name: 'gs_bignumeric_of_float',
    parameters: ['DOUBLE'],
    returns: 'VARCHAR',
    run: ofFloat('BIGNUMERIC'),
  },
  {
    name: 'gs_decimal',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: calculate,
  },
  {
    name: 'gs_decimal_compare',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'BIGINT',
    run: compare,
  },
  { name: 'gs_decimal_key', parameters: ['VARCHAR'], returns: 'VARCHAR', run: sortKey },
  {
    name: 'gs_decimal_round',
    parameters: ['VARCHAR', 'BIGINT', 'VARCHAR'],
    returns: 'VARCHAR',
    run: round,
  },
  { name: 'gs_int64', parameters: ['VARCHAR'], returns: 'BIGINT', run: readInt64 },
  { name: 'gs_float64', parameters: ['VARCHAR'], returns: 'DOUBLE', run: readFloat64 },
  { name: 'gs_float_text', parameters: ['DOUBLE'], returns: 'VARCHAR', run: floatText },
];

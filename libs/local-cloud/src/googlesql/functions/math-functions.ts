import { decimalText } from '../analyzer/cast-sql.js';
import { failSql } from '../analyzer/typed.js';
import { calculate } from '../analyzer/calculate.js';
import { argumentTypes, coerce, supertypeOf } from '../analyzer/coerce.js';
import { applyTemplate, type Typed } from '../analyzer/typed.js';
import { mistake } from '../sql-error.js';
import { float64, int64, isNumber, type SqlType } from '../types.js';
import { custom, fn } from './define.js';
import {
  type CustomCall,
  type FunctionSpec,
  type FunctionTable,
  type Template,
} from './function-spec.js';

const toNumeric = (text: string): string => `CAST(${text} AS DECIMAL(38,9))`;

/** A function of one number that keeps its type. */
function onNumbers(name: string, bignumeric: (x: string) => string, float = name): FunctionSpec {
  return fn(
    ['INT64 -> INT64', (x) => `${name}(${x})`],
    ['NUMERIC -> NUMERIC', (x) => toNumeric(`${name}(${x})`)],
    ['BIGNUMERIC -> BIGNUMERIC', (x) => bignumeric(x as string)],
    ['FLOAT64 -> FLOAT64', (x) => `${float}(${x})`],
  );
}

/** Functions of doubles; where DuckDB fails so does BigQuery. */
const onFloat = (name: string): FunctionSpec => fn(['FLOAT64 -> FLOAT64', (x) => `${name}(${x})`]);

const outOf = (test: string, message: string, result: string, type: SqlType = float64): string =>
  `CASE WHEN ${test} THEN ${failSql(message, type)} ELSE ${result} END`;

/** There is no angle at infinity: NaN. */
const onAngle = (name: string): FunctionSpec =>
  fn([
    'FLOAT64 -> FLOAT64',
    (x) => `CASE WHEN isinf(${x}) THEN CAST('NaN' AS DOUBLE) ELSE ${name}(${x}) END`,
  ]);

function rounding(mode: 'ROUND' | 'TRUNC' | 'CEIL' | 'FLOOR'): FunctionSpec {
  const duck = mode === 'CEIL' ? 'ceil' : mode.toLowerCase();
  const places = mode === 'ROUND' || mode === 'TRUNC';
  const float = (x: string, n?: string): string => {
    if (n === undefined) return `${duck}(${x})`;
    return mode === 'ROUND' ? `gs_round(${x}, ${n})` : `gs_trunc(${x}, ${n})`;
  };
  const decimal =
    (kind: string, text: (x: string) => string) =>
    (x?: string, n = 'CAST(0 AS BIGINT)') =>
      `gs_decimal_round(${text(x as string)}, ${n}, '${kind} ${mode}')`;
  const list = places ? ', [INT64]' : '';
  const modes =
    mode === 'ROUND'
      ? (['NUMERIC', 'BIGNUMERIC'] as const).map((kind): [string, Template] => [
          `${kind}, INT64, STRING -> ${kind}`,
          (x, n, how) =>
            kind === 'NUMERIC'
              ? toNumeric(
                  `gs_decimal_round(${decimalText(x as string)}, ${n}, 'NUMERIC ' || ${how})`,
                )
              : `gs_decimal_round(${x}, ${n}, 'BIGNUMERIC ' || ${how})`,
        ])
      : [];
  return fn(
    [`INT64${list} -> FLOAT64`, (x, n) => float(`CAST(${x} AS DOUBLE)`, n)],
    ...modes,
    [`FLOAT64${list} -> FLOAT64`, (x, n) => float(x as string, n)],
    [`NUMERIC${list} -> NUMERIC`, (x, n) => toNumeric(decimal('NUMERIC', decimalText)(x, n))],
    [`BIGNUMERIC${list} -> BIGNUMERIC`, decimal('BIGNUMERIC', (x) => x)],
  );
}

/** DIV and MOD work on INT64, NUMERIC and BIGNUMERIC. */
function whole(name: 'DIV' | 'MOD'): FunctionSpec {
  const op = name === 'DIV' ? '//' : '%';
  return fn(
    [
      'INT64, INT64 -> INT64',
      (a, b) =>
        outOf(
          `${b} = 0`,
          `'division by zero: ${name}(' || ${a} || ', ' || ${b} || ')'`,
          `${a} ${op} ${b}`,
          int64,
        ),
    ],
    [
      'NUMERIC, NUMERIC -> NUMERIC',
      (a, b) =>
        toNumeric(
          `gs_decimal('${name}', ${decimalText(a as string)}, ${decimalText(b as string)}, 'NUMERIC')`,
        ),
    ],
    [
      'BIGNUMERIC, BIGNUMERIC -> BIGNUMERIC',
      (a, b) => `gs_decimal('${name}', ${a}, ${b}, 'BIGNUMERIC')`,
    ],
  );
}

/** Operators that give NULL instead of failing. */
function safeOperator(op: string): FunctionSpec {
  return custom('T, T', (call: CustomCall): Typed => {
    const [a, b] = call.node.args.map(call.analyze);
    const found = a && b && call.node.args.length === 2 ? supertypeOf([a, b]) : undefined;
    if (!a || !b || !found || !isNumber(found))
      throw mistake(
        `No matching signature for function ${call.name} for argument types: ${argumentTypes([a, b].filter((each) => each !== undefined))}. Supported signatures: ${call.name}(INT64, INT64); ${call.name}(NUMERIC, NUMERIC); ${call.name}(FLOAT64, FLOAT64)`,
        call.node.at,
      );
    const type = op === '/' && found.kind === 'INT64' ? float64 : found;
    const sql = applyTemplate(
      (x, y) => calculate(op, x, y, type).sql,
      [coerce(a, type).sql, coerce(b, type).sql],
      true,
    );
    return { sql: `(${sql})`, type };
  });
}

const power = fn(['FLOAT64, FLOAT64 -> FLOAT64', (x, y) => `gs_pow(${x}, ${y})`]);

export const mathFunctions: FunctionTable = {
  ABS: onNumbers('abs', (x) => `ltrim(${x}, '-')`),
  ACOS: fn([
    'FLOAT64 -> FLOAT64',
    (x) =>
      outOf(
        `abs(${x}) > 1`,
        `'Argument to ACOS must be between -1 and 1: ' || gs_float_text(${x})`,
        `acos(${x})`,
      ),
  ]),
  ACOSH: onFloat('acosh'),
  ASIN: fn([
    'FLOAT64 -> FLOAT64',
    (x) =>
      outOf(
        `abs(${x}) > 1`,
        `'Argument to ASIN must be between -1 and 1: ' || gs_float_text(${x})`,
        `asin(${x})`,
      ),
  ]),
  ASINH: onFloat('asinh'),
  ATAN: onFloat('atan'),
  ATAN2: fn(['FLOAT64, FLOAT64 -> FLOAT64', (y, x) => `atan2(${y}, ${x})`]),
  ATANH: onFloat('atanh'),
  BIT_COUNT: fn(['INT64 -> INT64', (x) => `CAST(bit_count(${x}) AS BIGINT)`]),
  CBRT: onFloat('cbrt'),
  CEIL: rounding('CEIL'),
  CEILING: rounding('CEIL'),
  COS: onAngle('cos'),
  COSH: onFloat('cosh'),
  COT: onAngle('cot'),
  DIV: whole('DIV'),
  EXP: fn([
    'FLOAT64 -> FLOAT64',
    (x) =>
      outOf(
        `${x} > 709.782712893384 AND isfinite(${x})`,
        `'Floating point overflow in function: EXP'`,
        `exp(${x})`,
      ),
  ]),
  FLOOR: rounding('FLOOR'),
  IEEE_DIVIDE: fn(['FLOAT64, FLOAT64 -> FLOAT64', (x, y) => `gs_ieee_divide(${x}, ${y})`]),
  IS_INF: fn(['FLOAT64 -> BOOL', (x) => `isinf(${x})`]),
  IS_NAN: fn(['FLOAT64 -> BOOL', (x) => `isnan(${x})`]),
  LN: fn([
    'FLOAT64 -> FLOAT64',
    (x) =>
      outOf(
        `${x} <= 0`,
        `'Floating point error in function: LN(' || gs_float_text(${x}) || ')'`,
        `ln(${x})`,
      ),
  ]),
  LOG: fn([
    'FLOAT64, [FLOAT64] -> FLOAT64',
    (x, b) =>
      b === undefined
        ? outOf(
            `${x} <= 0`,
            `'Floating point error in function: LOG(' || gs_float_text(${x}) || ')'`,
            `ln(${x})`,
          )
        : outOf(
            `${x} <= 0 OR ${b} <= 0 OR ${b} = 1`,
            `'Floating point error in function: LOG(' || gs_float_text(${x}) || ', ' || gs_float_text(${b}) || ')'`,
            `gs_log(${x}, ${b})`,
          ),
  ]),
  LOG10: fn([
    'FLOAT64 -> FLOAT64',
    (x) =>
      outOf(
        `${x} <= 0`,
        `'Floating point error in function: LOG10(' || gs_float_text(${x}) || ')'`,
        `log10(${x})`,
      ),
  ]),
  MOD: whole('MOD'),
  POW: power,
  POWER: power,
  RAND: fn([' -> FLOAT64', () => 'random()']),
  RANGE_BUCKET: fn([
    'T, ARRAY<T> -> INT64',
    (x, list) =>
      `CASE WHEN ${list} IS NULL OR ${x} IS NULL THEN NULL WHEN list_sort(${list}) IS DISTINCT FROM ${list} OR list_count(${list}) < len(${list}) THEN ${failSql(`'Elements in input array to RANGE_BUCKET must be in ascending order and not NULL'`, int64)} ELSE CAST(len(list_filter(${list}, lambda e: e <= ${x})) AS BIGINT) END`,
  ]),
  ROUND: rounding('ROUND'),
  SAFE_ADD: safeOperator('+'),
  SAFE_DIVIDE: safeOperator('/'),
  SAFE_MULTIPLY: safeOperator('*'),
  SAFE_NEGATE: fn(
    ['INT64 -> INT64', (x) => `CASE WHEN ${x} <> -9223372036854775808 THEN -${x} END`],
    ['NUMERIC -> NUMERIC', (x) => `-${x}`],
    ['FLOAT64 -> FLOAT64', (x) => `-${x}`],
  ),
  SAFE_SUBTRACT: safeOperator('-'),
  SIGN: fn(
    ['INT64 -> INT64', (x) => `CAST(sign(${x}) AS BIGINT)`],
    ['NUMERIC -> NUMERIC', (x) => toNumeric(`sign(${x})`)],
    [
      'FLOAT64 -> FLOAT64',
      (x) => `CASE WHEN isnan(${x}) THEN ${x} ELSE CAST(sign(${x}) AS DOUBLE) END`,
    ],
  ),
  SIN: onAngle('sin'),
  SINH: onFloat('sinh'),
  SQRT: fn([
    'FLOAT64 -> FLOAT64',
    (x) =>
      outOf(
        `${x} < 0`,
        `'Argument to SQRT cannot be negative: ' || gs_float_text(${x})`,
        `sqrt(${x})`,
      ),
  ]),
  TAN: onAngle('tan'),
  TANH: onFloat('tanh'),
  TRUNC: rounding('TRUNC'),
};

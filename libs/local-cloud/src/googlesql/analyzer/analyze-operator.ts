import { mistake } from '../sql-error.js';
import { type Placed } from '../parser/ast.js';
import {
  bool,
  date,
  datetime,
  fieldName,
  float64,
  int64,
  isNumber,
  quoteName,
  type StructField,
  type SqlType,
  string,
  timestamp,
} from '../types.js';
import { decimalText } from './cast-sql.js';
import { argumentTypes, coerce, coercionCost, coerceOr, supertypeOf } from './coerce.js';
import { applyTemplate, failSql, isNullLiteral, type Typed } from './typed.js';

type Operator = Placed & { readonly op: string };

export function analyzeUnary({ op, at }: Operator, operand: Typed): Typed {
  const noMatch = (signatures: string) =>
    `No matching signature for operator ${op} for argument type: ${argumentTypes([operand])}. Supported signatures: ${signatures}`;
  if (op === 'NOT') {
    const value = coerceOr(operand, bool, noMatch('NOT (BOOL)'), at);
    return { sql: `(NOT ${value.sql})`, type: bool };
  }
  if (op === '~') {
    const value = coerceOr(operand, int64, noMatch('~(INT64); ~(BYTES)'), at);
    return { sql: `(~${value.sql})`, type: int64 };
  }
  const { type } = operand;
  if (type.kind === 'INTERVAL' && op === '-') return { sql: `(-${operand.sql})`, type };
  if (!isNumber(type) && !isNullLiteral(operand))
    throw mistake(noMatch(`${op}(INT64); ${op}(NUMERIC); ${op}(BIGNUMERIC); ${op}(FLOAT64)`), at);
  if (op === '+') return operand;
  if (type.kind === 'BIGNUMERIC')
    return { sql: `gs_decimal('-', '0', ${operand.sql}, 'BIGNUMERIC')`, type };
  return { sql: `(-${operand.sql})`, type };
}

export function analyzeBinary({ op, at }: Operator, left: Typed, right: Typed): Typed {
  switch (op) {
    case 'AND':
    case 'OR': {
      const [a, b] = [left, right].map((each) =>
        coerceOr(
          each,
          bool,
          `No matching signature for operator ${op} for argument types: ${argumentTypes([left, right])}. Supported signature: BOOL ${op} (BOOL)`,
          at,
        ),
      ) as [Typed, Typed];
      return { sql: `(${a.sql} ${op} ${b.sql})`, type: bool };
    }
    case '||':
      return concatenate(at, left, right);
    case 'LIKE':
      return like(at, left, right);
    case '+':
    case '-':
    case '*':
    case '/':
      return arithmetic(op, at, left, right);
    case '|':
    case '&':
    case '^':
    case '<<':
    case '>>':
      return bitwise(op, at, left, right);
    default:
      return { sql: compareSql(op, left, right, at), type: bool };
  }
}

function noSignature(op: string, at: number, values: readonly Typed[], supported: string) {
  return mistake(
    `No matching signature for operator ${op} for argument types: ${argumentTypes(values)}. Supported signature${supported.includes(';') ? 's' : ''}: ${supported}`,
    at,
  );
}

function arithmetic(op: string, at: number, left: Typed, right: Typed): Typed {
  const moved = moveInTime(op, left, right);
  if (moved) return moved;
  const type = op === '/' ? quotientType(left, right) : supertypeOf([left, right]);
  if (!type || !isNumber(type))
    throw noSignature(
      op,
      at,
      [left, right],
      op === '/'
        ? 'FLOAT64 / FLOAT64; NUMERIC / NUMERIC; BIGNUMERIC / BIGNUMERIC'
        : ['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC']
            .map((each) => `${each} ${op} ${each}`)
            .join('; '),
    );
  return calculate(op, coerce(left, type).sql, coerce(right, type).sql, type);
}

/** Two numbers of one type with `+`, `-`, `*` or `/`; overflow and division by zero are errors. */
export function calculate(op: string, a: string, b: string, type: SqlType): Typed {
  if (type.kind === 'BIGNUMERIC')
    return { sql: `gs_decimal('${op}', ${a}, ${b}, 'BIGNUMERIC')`, type };
  if (type.kind === 'NUMERIC' && (op === '*' || op === '/')) {
    const [x, y] = [decimalText(a), decimalText(b)];
    return { sql: `CAST(gs_decimal('${op}', ${x}, ${y}, 'NUMERIC') AS DECIMAL(38,9))`, type };
  }
  if (type.kind === 'NUMERIC') return { sql: `CAST(${a} ${op} ${b} AS DECIMAL(38,9))`, type };
  if (type.kind === 'INT64') return { sql: `(${a} ${op} ${b})`, type };
  const shown = op === '/' ? `'division by zero: ' || ` : `'double overflow: ' || `;
  const sql = applyTemplate(
    (x, y) => {
      const text = `gs_float_text(${x}) || ' ${op} ' || gs_float_text(${y})`;
      const result = `(${x} ${op} ${y})`;
      if (op === '/')
        return `(CASE WHEN ${y} = 0 THEN ${failSql(shown + text, type)} WHEN isinf(${result}) AND isfinite(${x}) THEN ${failSql(`'double overflow: ' || ${text}`, type)} ELSE ${result} END)`;
      return `(CASE WHEN isinf(${result}) AND isfinite(${x}) AND isfinite(${y}) THEN ${failSql(shown + text, type)} ELSE ${result} END)`;
    },
    [a, b],
  );
  return { sql, type };
}

/** `/` of INT64 is a FLOAT64. */
function quotientType(left: Typed, right: Typed): SqlType | undefined {
  const type = supertypeOf([left, right]);
  return type?.kind === 'INT64' ? float64 : type;
}

/** DATE + INT64, and times with intervals. */
function moveInTime(op: string, left: Typed, right: Typed): Typed | undefined {
  if (op !== '+' && op !== '-') return undefined;
  const [a, b] = [left.type.kind, right.type.kind];
  if (op === '+' && (a === 'INT64' || a === 'INTERVAL') && isTime(right.type))
    return moveInTime(op, right, left);
  if (a === 'DATE' && b === 'INT64' && !isNullLiteral(left))
    return {
      sql: `CAST(make_timestamp(gs_in_range(epoch_us(${left.sql}) ${op} ${right.sql} * 86400000000, 'DATE')) AS DATE)`,
      type: date,
    };
  if (b === 'INTERVAL') {
    if (a === 'DATE' || a === 'DATETIME') {
      const moved = `CAST(${left.sql} AS TIMESTAMP) ${op} ${right.sql}`;
      return { sql: `make_timestamp(gs_in_range(epoch_us(${moved}), 'DATETIME'))`, type: datetime };
    }
    if (a === 'TIMESTAMP') return { sql: moveTimestamp(op, left.sql, right.sql), type: timestamp };
    if (a === 'INTERVAL') return { sql: `(${left.sql} ${op} ${right.sql})`, type: left.type };
  }
  if (op === '-' && a === b && (a === 'DATE' || a === 'TIMESTAMP' || a === 'DATETIME'))
    return {
      sql:
        a === 'DATE'
          ? `to_days(CAST(${left.sql} - ${right.sql} AS INTEGER))`
          : `to_microseconds(epoch_us(${left.sql}) - epoch_us(${right.sql}))`,
      type: { kind: 'INTERVAL' },
    };
  return undefined;
}

/** How many days a month has depends on a time zone, which a TIMESTAMP has not. */
const moveTimestamp = (op: string, value: string, by: string): string =>
  applyTemplate(
    (x, i) =>
      `(CASE WHEN datepart('year', ${i}) <> 0 OR datepart('month', ${i}) <> 0 THEN ${failSql(`'TIMESTAMP +/- INTERVAL is not supported for intervals with non-zero MONTH or YEAR part.'`, timestamp)} ELSE make_timestamptz(gs_in_range(epoch_us(${x} ${op} ${i}), 'TIMESTAMP')) END)`,
    [value, by],
  );

const isTime = ({ kind }: SqlType): boolean =>
  kind === 'DATE' || kind === 'DATETIME' || kind === 'TIMESTAMP';

function concatenate(at: number, left: Typed, right: Typed): Typed {
  const type = supertypeOf([left, right]);
  const isText = type?.kind === 'STRING' || type?.kind === 'BYTES';
  if (!type || !(isText || type.kind === 'ARRAY' || (isNullLiteral(left) && isNullLiteral(right))))
    throw noSignature(
      '||',
      at,
      [left, right],
      'STRING || STRING; BYTES || BYTES; ARRAY<T1> || ARRAY<T1>',
    );
  const target = isText || type.kind === 'ARRAY' ? type : string;
  const [a, b] = [coerce(left, target), coerce(right, target)];
  return { sql: `(${a.sql} || ${b.sql})`, type: target };
}

function like(at: number, left: Typed, right: Typed): Typed {
  const type = supertypeOf([left, right]);
  const target = type?.kind === 'BYTES' ? type : string;
  for (const each of [left, right])
    if (coercionCost(each, target) === undefined)
      throw noSignature('LIKE', at, [left, right], 'STRING LIKE STRING; BYTES LIKE BYTES');
  if (target.kind === 'BYTES') throw mistake('The local cloud does not support LIKE on BYTES', at);
  const [a, b] = [coerce(left, string), coerce(right, string)];
  return { sql: `(${a.sql} LIKE ${b.sql} ESCAPE '\\')`, type: bool };
}

function bitwise(op: string, at: number, left: Typed, right: Typed): Typed {
  for (const each of [left, right])
    if (coercionCost(each, int64) === undefined)
      throw noSignature(
        op,
        at,
        [left, right],
        `INT64 ${op} INT64; BYTES ${op} ${op.length === 2 ? 'INT64' : 'BYTES'}`,
      );
  const [a, b] = [coerce(left, int64).sql, coerce(right, int64).sql];
  if (op === '^') return { sql: `xor(${a}, ${b})`, type: int64 };
  if (op.length === 1) return { sql: `(${a} ${op} ${b})`, type: int64 };
  return { sql: `gs_shift(${a}, ${b}, '${op}')`, type: int64 };
}

const comparable: ReadonlySet<string> = new Set([
  'INT64',
  'FLOAT64',
  'NUMERIC',
  'BIGNUMERIC',
  'BOOL',
  'STRING',
  'BYTES',
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
  'INTERVAL',
]);

/** A comparison's SQL. NaN equals nothing and is neither less nor greater, unlike in DuckDB. */
export function compareSql(op: string, left: Typed, right: Typed, at?: number): string {
  const type = supertypeOf([left, right]);
  const isStruct = type?.kind === 'STRUCT' && (op === '=' || op === '!=');
  if (!type || !(comparable.has(type.kind) || isStruct))
    throw mistake(
      `No matching signature for operator ${op} for argument types: ${argumentTypes([left, right])}. Supported signature: ANY ${op} ANY`,
      at,
    );
  const [a, b] = [coerce(left, type), coerce(right, type)];
  if (type.kind === 'BIGNUMERIC') return `(gs_decimal_compare(${a.sql}, ${b.sql}) ${op} 0)`;
  if (type.kind === 'STRUCT') return compareStructs(op, a, b, type.fields, at);
  if (type.kind !== 'FLOAT64') return `(${a.sql} ${op} ${b.sql})`;
  const isPlain = (value: Typed): boolean => value.constant?.isLiteral === true;
  if (isPlain(a) && isPlain(b)) return `(${a.sql} ${op} ${b.sql})`;
  return applyTemplate(
    (x, y) => {
      const guards = [
        isPlain(a) ? '' : `NOT isnan(${x})`,
        isPlain(b) ? '' : `NOT isnan(${y})`,
      ].filter(Boolean);
      const test = op === '!=' ? `${x} = ${y}` : `${x} ${op} ${y}`;
      const guarded = `(${[test, ...guards].join(' AND ')})`;
      return op === '!=' ? `(NOT ${guarded})` : guarded;
    },
    [a.sql, b.sql],
  );
}

/** Field by field: NULL where a field is NULL and no other differs. */
function compareStructs(
  op: string,
  left: Typed,
  right: Typed,
  fields: readonly StructField[],
  at?: number,
): string {
  const sql = applyTemplate(
    (x, y) =>
      `(${fields
        .map((field, index) => {
          const name = quoteName(fieldName(field, index));
          const of = (base: string): Typed => ({ sql: `${base}.${name}`, type: field.type });
          return compareSql('=', of(x), of(y), at);
        })
        .join(' AND ')})`,
    [left.sql, right.sql],
  );
  return op === '!=' ? `(NOT ${sql})` : sql;
}

export function analyzeDistinctFrom(
  { negated, at }: Placed & { readonly negated: boolean },
  left: Typed,
  right: Typed,
): Typed {
  const type = supertypeOf([left, right]);
  if (!type)
    throw mistake(
      `No matching signature for operator IS DISTINCT FROM for argument types: ${argumentTypes([left, right])}`,
      at,
    );
  const op = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
  return { sql: `(${coerce(left, type).sql} ${op} ${coerce(right, type).sql})`, type: bool };
}

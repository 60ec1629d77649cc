import { type Placed } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { bool, int64, isNumber, string } from '../types.js';
import { arithmetic } from './calculate.js';
import { argumentTypes, coerce, coerceOr, coercionCost, supertypeOf } from './coerce.js';
import { compareSql } from './compare.js';
import { noSignature } from './no-signature.js';
import { isNullLiteral, type Typed } from './typed.js';

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

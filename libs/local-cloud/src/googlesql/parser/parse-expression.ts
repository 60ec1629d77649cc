import { refused } from '../sql-error.js';
import { type Expression } from './ast.js';
import { parsePostfix } from './parse-primary.js';
import { parseQuery } from './parse-query.js';
import { type TokenCursor } from './token-cursor.js';

/** `OR` and everything that binds closer. */
export function parseExpression(cursor: TokenCursor): Expression {
  let left = parseAnd(cursor);
  while (cursor.is('OR')) left = binary(cursor, 'OR', left, parseAnd);
  return left;
}

function parseAnd(cursor: TokenCursor): Expression {
  let left = parseNot(cursor);
  while (cursor.is('AND')) left = binary(cursor, 'AND', left, parseNot);
  return left;
}

function parseNot(cursor: TokenCursor): Expression {
  if (!cursor.is('NOT')) return parseComparison(cursor);
  const { at } = cursor.next();
  return { kind: 'unary', op: 'NOT', operand: parseNot(cursor), at };
}

const comparisons = ['=', '<', '>', '<=', '>=', '!=', '<>'];

/** Comparisons do not chain: `a = b = c` is a syntax error, except for IS. */
function parseComparison(cursor: TokenCursor): Expression {
  let left = parseBitOr(cursor);
  for (;;) {
    const { at } = cursor.peek();
    const sign = comparisons.find((text) => cursor.is(text));
    if (sign) {
      cursor.next();
      const op = sign === '<>' ? '!=' : sign;
      left = { kind: 'binary', op, left, right: parseBitOr(cursor), at };
    } else if (cursor.is('IS')) left = parseIs(cursor, left);
    else {
      const negated = cursor.is('NOT') && ['IN', 'LIKE', 'BETWEEN'].includes(cursor.peek(1).value);
      if (negated) cursor.next();
      if (cursor.take('BETWEEN')) {
        const low = parseBitOr(cursor);
        cursor.expect('AND');
        left = { kind: 'between', negated, value: left, low, high: parseBitOr(cursor), at };
      } else if (cursor.take('IN')) left = parseIn(cursor, left, negated, at);
      else if (cursor.take('LIKE')) left = parseLike(cursor, left, negated, at);
      else return left;
    }
  }
}

function parseIs(cursor: TokenCursor, value: Expression): Expression {
  const { at } = cursor.next();
  const negated = cursor.take('NOT');
  if (cursor.take('DISTINCT')) {
    cursor.expect('FROM');
    return { kind: 'distinct-from', negated, left: value, right: parseBitOr(cursor), at };
  }
  for (const what of ['NULL', 'TRUE', 'FALSE'] as const)
    if (cursor.take(what)) return { kind: 'is', negated, value, what, at };
  throw cursor.unexpected();
}

function parseIn(cursor: TokenCursor, value: Expression, negated: boolean, at: number): Expression {
  if (cursor.take('UNNEST')) {
    cursor.expect('(');
    const unnest = parseExpression(cursor);
    cursor.expect(')');
    return { kind: 'in', negated, value, unnest, at };
  }
  cursor.expect('(');
  if (cursor.is('SELECT') || cursor.is('WITH')) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { kind: 'in', negated, value, query, at };
  }
  return { kind: 'in', negated, value, list: parseList(cursor), at };
}

function parseLike(
  cursor: TokenCursor,
  value: Expression,
  negated: boolean,
  at: number,
): Expression {
  const how =
    cursor.take('ANY') || cursor.take('SOME') ? 'ANY' : cursor.take('ALL') ? 'ALL' : undefined;
  if (how) {
    if (cursor.is('UNNEST')) throw refused(`LIKE ${how} UNNEST`, at);
    cursor.expect('(');
    return { kind: 'quantified-like', negated, value, how, list: parseList(cursor), at };
  }
  const like: Expression = {
    kind: 'binary',
    op: 'LIKE',
    left: value,
    right: parseBitOr(cursor),
    at,
  };
  return negated ? { kind: 'unary', op: 'NOT', operand: like, at } : like;
}

/** Expressions up to a closing bracket, which is taken. */
function parseList(cursor: TokenCursor): Expression[] {
  const list = [parseExpression(cursor)];
  while (cursor.take(',')) list.push(parseExpression(cursor));
  cursor.expect(')');
  return list;
}

function parseBitOr(cursor: TokenCursor): Expression {
  let left = parseBitXor(cursor);
  while (cursor.is('|')) left = binary(cursor, '|', left, parseBitXor);
  return left;
}

function parseBitXor(cursor: TokenCursor): Expression {
  let left = parseBitAnd(cursor);
  while (cursor.is('^')) left = binary(cursor, '^', left, parseBitAnd);
  return left;
}

function parseBitAnd(cursor: TokenCursor): Expression {
  let left = parseShift(cursor);
  while (cursor.is('&')) left = binary(cursor, '&', left, parseShift);
  return left;
}

function parseShift(cursor: TokenCursor): Expression {
  let left = parseSum(cursor);
  for (;;) {
    const sign = ['<', '>'].find(
      (text) => cursor.is(text, text) && cursor.peek(1).at === cursor.peek().end,
    );
    if (!sign) return left;
    const { at } = cursor.next();
    cursor.next();
    left = { kind: 'binary', op: sign + sign, left, right: parseSum(cursor), at };
  }
}

function parseSum(cursor: TokenCursor): Expression {
  let left = parseProduct(cursor);
  for (;;) {
    const sign = ['+', '-'].find((text) => cursor.is(text));
    if (!sign) return left;
    left = binary(cursor, sign, left, parseProduct);
  }
}

/** `||` binds as closely as `*` and `/`. */
function parseProduct(cursor: TokenCursor): Expression {
  let left = parseUnary(cursor);
  for (;;) {
    const sign = ['*', '/', '||'].find((text) => cursor.is(text));
    if (!sign) return left;
    left = binary(cursor, sign, left, parseUnary);
  }
}

function parseUnary(cursor: TokenCursor): Expression {
  const sign = ['-', '+', '~'].find((text) => cursor.is(text));
  if (!sign) return parsePostfix(cursor);
  const { at, end } = cursor.next();
  const operand = parseUnary(cursor);
  // The smallest INT64 has no positive counterpart.
  if (
    sign === '-' &&
    operand.kind === 'literal' &&
    !operand.text.startsWith('-') &&
    operand.at >= end
  )
    if (operand.type === 'INT64' || operand.type === 'FLOAT64')
      return { ...operand, text: `-${operand.text}`, at };
  return { kind: 'unary', op: sign, operand, at };
}

function binary(
  cursor: TokenCursor,
  op: string,
  left: Expression,
  parseRight: (cursor: TokenCursor) => Expression,
): Expression {
  const { at } = cursor.next();
  return { kind: 'binary', op, left, right: parseRight(cursor), at };
}

import { mistake, refused } from '../sql-error.js';
import { type Expression, type TypeNode } from './ast.js';
import { parseCall } from './parse-call.js';
import { parseExpression } from './parse-expression.js';
import { parseQuery } from './parse-query.js';
import { parseType } from './parse-type.js';
import { type TokenCursor } from './token-cursor.js';

/** An operand with its fields, calls and subscripts: `a.b[OFFSET(0)].c`. */
export function parsePostfix(cursor: TokenCursor): Expression {
  let expression = parsePrimary(cursor);
  for (;;) {
    const { at } = cursor.peek();
    if (cursor.is('.') && cursor.peek(1).text !== '*') {
      cursor.next();
      if (cursor.is('(')) throw refused('extension fields and proto access', at);
      const token = cursor.next();
      if (token.kind !== 'word' && token.kind !== 'quoted')
        throw mistake(`Syntax error: Unexpected "${token.text.slice(0, 40)}"`, token.at);
      expression = {
        kind: 'field',
        base: expression,
        name: cursor.nameOf(token),
        at: expression.at,
      };
      if (cursor.is('(')) expression = parseCall(cursor, expression);
    } else if (cursor.take('[')) {
      const index = parseExpression(cursor);
      cursor.expect(']');
      expression = { kind: 'index', base: expression, index, at };
    } else return expression;
  }
}

const typedLiterals = new Set([
  'DATE',
  'DATETIME',
  'TIME',
  'TIMESTAMP',
  'NUMERIC',
  'DECIMAL',
  'BIGNUMERIC',
  'BIGDECIMAL',
  'JSON',
]);

function parsePrimary(cursor: TokenCursor): Expression {
  const token = cursor.peek();
  const { at } = token;
  switch (token.kind) {
    case 'integer':
      cursor.next();
      return { kind: 'literal', type: 'INT64', text: token.text, at };
    case 'float':
      cursor.next();
      return { kind: 'literal', type: 'FLOAT64', text: token.text, at };
    case 'string':
      cursor.next();
      return { kind: 'literal', type: 'STRING', text: joinStrings(cursor, token.value), at };
    case 'bytes':
      cursor.next();
      return {
        kind: 'literal',
        type: 'BYTES',
        text: '',
        bytes: token.bytes ?? Buffer.alloc(0),
        at,
      };
    case 'parameter':
      cursor.next();
      return token.text === '?'
        ? { kind: 'parameter', index: cursor.takePosition(), at }
        : { kind: 'parameter', name: token.value, index: -1, at };
    case 'word':
      return parseWord(cursor);
    case 'quoted':
      cursor.next();
      if (cursor.is('(')) return parseCall(cursor, { kind: 'name', name: token.value, at });
      return { kind: 'name', name: token.value, at };
    default:
      if (cursor.is('(')) return parseParenthesis(cursor);
      if (cursor.is('[')) return parseArray(cursor, undefined);
      throw cursor.unexpected();
  }
}

/** Literals side by side are not joined in GoogleSQL; the second one is a mistake. */
function joinStrings(cursor: TokenCursor, text: string): string {
  if (cursor.peek().kind === 'string') throw cursor.unexpected();
  return text;
}

function parseWord(cursor: TokenCursor): Expression {
  const token = cursor.peek();
  const { at } = token;
  const following = cursor.peek(1);
  if (following.kind === 'string' && typedLiterals.has(token.value)) {
    cursor.next();
    return { kind: 'typed-literal', type: token.value, text: cursor.next().value, at };
  }
  switch (token.value) {
    case 'NULL':
      cursor.next();
      return { kind: 'literal', type: 'NULL', text: 'NULL', at };
    case 'TRUE':
    case 'FALSE':
      cursor.next();
      return { kind: 'literal', type: 'BOOL', text: token.value, at };
    case 'CASE':
      return parseCase(cursor);
    case 'CAST':
    case 'SAFE_CAST':
      if (following.text === '(') return parseCast(cursor);
      break;
    case 'EXTRACT':
      return parseExtract(cursor);
    case 'INTERVAL':
      return parseInterval(cursor);
    case 'ARRAY':
      return parseArrayWord(cursor);
    case 'STRUCT':
      return parseStruct(cursor);
    case 'EXISTS': {
      cursor.next();
      cursor.expect('(');
      const query = parseQuery(cursor);
      cursor.expect(')');
      return { kind: 'subquery', query, use: 'EXISTS', at };
    }
    case 'IF':
    case 'LEFT':
    case 'RIGHT':
    case 'GROUPING':
      if (following.text === '(') {
        cursor.next();
        return parseCall(cursor, { kind: 'name', name: token.text, at });
      }
      break;
    case 'RANGE':
      throw refused('RANGE values', at);
    case 'WITH':
      throw refused('WITH expressions', at);
  }
  const name = cursor.expectName();
  const base: Expression = { kind: 'name', name: name.text, at };
  return cursor.is('(') ? parseCall(cursor, base) : base;
}

function parseCase(cursor: TokenCursor): Expression {
  const { at } = cursor.next();
  const operand = cursor.is('WHEN') ? undefined : parseExpression(cursor);
  const whens: { when: Expression; then: Expression }[] = [];
  if (!cursor.is('WHEN')) throw cursor.expected('keyword WHEN');
  while (cursor.take('WHEN')) {
    const when = parseExpression(cursor);
    cursor.expect('THEN');
    whens.push({ when, then: parseExpression(cursor) });
  }
  const otherwise = cursor.take('ELSE') ? parseExpression(cursor) : undefined;
  cursor.expect('END');
  return { kind: 'case', operand, whens, otherwise, at };
}

function parseCast(cursor: TokenCursor): Expression {
  const { at, value: word } = cursor.next();
  cursor.expect('(');
  const value = parseExpression(cursor);
  cursor.expect('AS');
  const type = parseType(cursor);
  const format = cursor.take('FORMAT') ? parseExpression(cursor) : undefined;
  const zone = format && cursor.take('AT', 'TIME', 'ZONE') ? parseExpression(cursor) : undefined;
  cursor.expect(')');
  return { kind: 'cast', isSafe: word === 'SAFE_CAST', value, type, format, zone, at };
}

function parseExtract(cursor: TokenCursor): Expression {
  const { at } = cursor.next();
  cursor.expect('(');
  const part = parsePart(cursor);
  cursor.expect('FROM');
  const value = parseExpression(cursor);
  const zone = cursor.take('AT', 'TIME', 'ZONE') ? parseExpression(cursor) : undefined;
  cursor.expect(')');
  return { kind: 'extract', part, value, zone, at };
}

/** `DAY`, `WEEK(MONDAY)`. */
function parsePart(cursor: TokenCursor): string {
  const { value } = cursor.expectName();
  if (value !== 'WEEK' || !cursor.take('(')) return value;
  const day = cursor.expectName().value;
  cursor.expect(')');
  return `WEEK(${day})`;
}

function parseInterval(cursor: TokenCursor): Expression {
  const { at } = cursor.next();
  const value = parseExpression(cursor);
  const from = cursor.expectName().value;
  const to = cursor.take('TO') ? cursor.expectName().value : undefined;
  return { kind: 'interval', value, from, to, at };
}

function parseArrayWord(cursor: TokenCursor): Expression {
  const { at } = cursor.next();
  if (cursor.take('(')) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { kind: 'subquery', query, use: 'ARRAY', at };
  }
  let elementType: TypeNode | undefined;
  if (cursor.take('<')) {
    elementType = parseType(cursor);
    cursor.expect('>');
  }
  return parseArray(cursor, elementType);
}

function parseArray(cursor: TokenCursor, elementType: TypeNode | undefined): Expression {
  const { at } = cursor.expect('[');
  const elements: Expression[] = [];
  if (!cursor.is(']'))
    do elements.push(parseExpression(cursor));
    while (cursor.take(','));
  cursor.expect(']');
  return { kind: 'array', elementType, elements, at };
}

function parseStruct(cursor: TokenCursor): Expression {
  const { at } = cursor.peek();
  const type = cursor.peek(1).text === '<' ? parseType(cursor) : undefined;
  if (!type) cursor.next();
  cursor.expect('(');
  const items: { value: Expression; alias?: string }[] = [];
  if (!cursor.is(')'))
    do {
      const value = parseExpression(cursor);
      items.push(
        cursor.take('AS') ? { value, alias: cursor.nameOf(cursor.expectName()) } : { value },
      );
    } while (cursor.take(','));
  cursor.expect(')');
  return { kind: 'struct', type, items, at };
}

/** A subquery, a value in brackets, or a struct without names: `(1, 'a')`. */
function parseParenthesis(cursor: TokenCursor): Expression {
  const { at } = cursor.next();
  if (isQueryAhead(cursor)) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { kind: 'subquery', query, use: 'SCALAR', at };
  }
  const first = parseExpression(cursor);
  if (!cursor.is(',')) {
    cursor.expect(')');
    return first;
  }
  const items = [{ value: first }];
  while (cursor.take(',')) items.push({ value: parseExpression(cursor) });
  cursor.expect(')');
  return { kind: 'struct', isTuple: true, items, at };
}

/** Whether a query stands here, however many brackets are around it. */
export function isQueryAhead(cursor: TokenCursor): boolean {
  const { kind, value } = cursor.peekBehindBrackets();
  return kind === 'word' && (value === 'SELECT' || value === 'WITH');
}

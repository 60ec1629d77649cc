import { mistake, refused } from '../sql-error.js';
import { type CallNode, type Expression, type OrderItem } from './ast.js';
import { parseExpression } from './parse-expression.js';
import { parseOver } from './parse-window.js';
import { parseOrderBy, parseQuery } from './parse-query.js';
import { isQueryAhead } from './parse-primary.js';
import { type TokenCursor } from './token-cursor.js';

/** The call whose name has just been read; the cursor stands on its opening bracket. */
export function parseCall(cursor: TokenCursor, callee: Expression): CallNode {
  const path = pathOf(callee);
  const { at } = callee;
  const isSafe = path.length > 1 && path[0]?.toUpperCase() === 'SAFE';
  const written = path.slice(isSafe ? 1 : 0).join('.');
  cursor.expect('(');
  const call: Mutable<CallNode> = {
    kind: 'call',
    name: written.toUpperCase(),
    written,
    isSafe,
    isStar: false,
    isDistinct: false,
    args: [],
    named: [],
    orderBy: [],
    at,
  };
  if (cursor.take('*')) call.isStar = true;
  else if (!cursor.is(')')) {
    call.isDistinct = cursor.take('DISTINCT');
    readArguments(cursor, call);
    readModifiers(cursor, call);
  }
  cursor.expect(')');
  if (cursor.is('OVER')) call.over = parseOver(cursor);
  else if ((cursor.is('IGNORE') || cursor.is('RESPECT')) && cursor.peek(1).value === 'NULLS')
    throw mistake(`Syntax error: Unexpected keyword ${cursor.peek().value}`, cursor.at);
  return call;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function pathOf(callee: Expression): string[] {
  if (callee.kind === 'name') return [callee.name];
  if (callee.kind === 'field') return [...pathOf(callee.base), callee.name];
  throw mistake('Syntax error: Unexpected "("', callee.at);
}

function readArguments(cursor: TokenCursor, call: Mutable<CallNode>): void {
  const args: Expression[] = [];
  const named: { name: string; value: Expression }[] = [];
  do {
    if (cursor.isName() && cursor.peek(1).text === '=>') {
      const name = cursor.next().value;
      cursor.next();
      named.push({ name, value: parseExpression(cursor) });
    } else if (isQueryAhead(cursor) && !cursor.is('(')) {
      const { at } = cursor;
      args.push({ kind: 'subquery', query: parseQuery(cursor), use: 'SCALAR', at });
      throw mistake('Syntax error: A query as an argument must be in parentheses', at);
    } else {
      const value = parseExpression(cursor);
      if (cursor.is('->')) throw refused('lambda arguments', cursor.at);
      args.push(value);
      if (cursor.take('AS')) throw refused('aliases of arguments', cursor.at);
    }
  } while (cursor.take(','));
  call.args = args;
  call.named = named;
}

function readModifiers(cursor: TokenCursor, call: Mutable<CallNode>): void {
  for (const nulls of ['IGNORE', 'RESPECT'] as const)
    if (cursor.take(nulls)) {
      cursor.expect('NULLS');
      call.nulls = nulls;
    }
  if (cursor.take('HAVING')) {
    const which = cursor.take('MAX') ? 'MAX' : 'MIN';
    if (which === 'MIN') cursor.expect('MIN');
    call.having = { which, expression: parseExpression(cursor) };
  }
  if (cursor.is('ORDER')) call.orderBy = parseOrderBy(cursor) as OrderItem[];
  if (cursor.take('LIMIT')) call.limit = parseExpression(cursor);
}

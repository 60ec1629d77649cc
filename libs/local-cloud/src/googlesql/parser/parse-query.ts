import { mistake, refused } from '../sql-error.js';
import {
  type Expression,
  type GroupBy,
  type Name,
  type OrderItem,
  type Query,
  type QueryBody,
  type Select,
  type StarItem,
  type ValueItem,
} from './ast.js';
import { parseExpression } from './parse-expression.js';
import { parseFrom } from './parse-from.js';
import { parseWindowSpec } from './parse-window.js';
import { type TokenCursor } from './token-cursor.js';

/** A query with everything that may stand around it: WITH, set operations, ORDER BY, LIMIT. */
export function parseQuery(cursor: TokenCursor): Query {
  const { at } = cursor;
  const ctes: { name: string; query: Query; at: number }[] = [];
  let isRecursive = false;
  if (cursor.take('WITH')) {
    isRecursive = cursor.take('RECURSIVE');
    do {
      if (ctes.length > 0 && (cursor.is('SELECT') || cursor.is('('))) break;
      const name = cursor.expectName();
      cursor.expect('AS');
      cursor.expect('(');
      ctes.push({ name: cursor.nameOf(name), query: parseQuery(cursor), at: name.at });
      cursor.expect(')');
    } while (cursor.take(','));
  }
  if (cursor.is('FROM')) throw refused('pipe syntax (FROM … |>)', cursor.at);
  const body = parseBody(cursor);
  const orderBy = cursor.is('ORDER') ? parseOrderBy(cursor) : [];
  const limit = cursor.take('LIMIT') ? parseExpression(cursor) : undefined;
  const offset = limit && cursor.take('OFFSET') ? parseExpression(cursor) : undefined;
  if (cursor.is('|>')) throw refused('pipe syntax (|>)', cursor.at);
  return { with: ctes, isRecursive, body, orderBy, limit, offset, at };
}

function parseBody(cursor: TokenCursor): QueryBody {
  let left = parseOperand(cursor);
  let first: string | undefined;
  for (;;) {
    const { at } = cursor.peek();
    const op = (['UNION', 'INTERSECT', 'EXCEPT'] as const).find((word) => cursor.is(word));
    if (!op) return left;
    cursor.next();
    const isAll = cursor.take('ALL');
    if (!isAll && !cursor.take('DISTINCT'))
      throw cursor.expected('keyword ALL or keyword DISTINCT');
    const name = `${op} ${isAll ? 'ALL' : 'DISTINCT'}`;
    if (op !== 'UNION' && isAll) throw refused(name, at);
    if (cursor.is('BY', 'NAME') || cursor.is('CORRESPONDING')) throw refused(`${name} BY NAME`, at);
    if (first !== undefined && first !== name)
      throw mistake(
        'Syntax error: Different set operations cannot be used in the same query without using parentheses for grouping',
        at,
      );
    first = name;
    left = { kind: 'set', op, isAll, left, right: parseOperand(cursor), at };
  }
}

function parseOperand(cursor: TokenCursor): QueryBody {
  const { at } = cursor;
  if (cursor.take('(')) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    return { kind: 'parens', query, at };
  }
  return parseSelect(cursor);
}

function parseSelect(cursor: TokenCursor): Select {
  const { at } = cursor.peek();
  if (!cursor.take('SELECT')) throw cursor.unexpected();
  if (cursor.is('WITH')) throw refused('SELECT WITH', at);
  const isDistinct = cursor.take('DISTINCT');
  if (!isDistinct) cursor.take('ALL');
  const as = cursor.take('AS', 'STRUCT')
    ? 'STRUCT'
    : cursor.take('AS', 'VALUE')
      ? 'VALUE'
      : undefined;
  if (as === undefined && cursor.is('AS')) throw refused('SELECT AS a proto type', at);
  const items = parseItems(cursor);
  const from = cursor.take('FROM') ? parseFrom(cursor) : undefined;
  const where = cursor.take('WHERE') ? parseExpression(cursor) : undefined;
  const groupBy = cursor.is('GROUP') ? parseGroupBy(cursor) : undefined;
  const having = cursor.take('HAVING') ? parseExpression(cursor) : undefined;
  const qualify = cursor.take('QUALIFY') ? parseExpression(cursor) : undefined;
  const windows: { name: string; spec: Select['windows'][number]['spec'] }[] = [];
  if (cursor.take('WINDOW'))
    do {
      const name = cursor.nameOf(cursor.expectName());
      cursor.expect('AS');
      const spec = cursor.isName()
        ? { base: cursor.nameOf(cursor.peek()), partitionBy: [], orderBy: [], at: cursor.next().at }
        : parseWindowSpec(cursor);
      windows.push({ name, spec });
    } while (cursor.take(','));
  return {
    kind: 'select',
    isDistinct,
    as,
    items,
    from,
    where,
    groupBy,
    having,
    qualify,
    windows,
    at,
  };
}

/** A comma may follow the last item. */
function parseItems(cursor: TokenCursor): (StarItem | ValueItem)[] {
  if (cursor.is('FROM')) throw mistake('Syntax error: SELECT list must not be empty', cursor.at);
  const items = [parseItem(cursor)];
  while (cursor.take(',')) {
    if (cursor.is('FROM') || cursor.is(')') || cursor.peek().kind === 'end') break;
    items.push(parseItem(cursor));
  }
  return items;
}

function parseItem(cursor: TokenCursor): StarItem | ValueItem {
  const { at } = cursor;
  if (cursor.take('*')) return parseStar(cursor, at);
  const value = parseExpression(cursor);
  if (cursor.take('.', '*')) return parseStar(cursor, at, value);
  if (cursor.take('AS'))
    return { kind: 'value', value, alias: cursor.nameOf(cursor.expectName()), at };
  if (cursor.isName()) return { kind: 'value', value, alias: cursor.nameOf(cursor.next()), at };
  return { kind: 'value', value, at };
}

function parseStar(cursor: TokenCursor, at: number, base?: Expression): StarItem {
  const except: Name[] = [];
  const replace: { value: Expression; name: string }[] = [];
  if (cursor.is('EXCEPT', '(')) {
    cursor.take('EXCEPT', '(');
    do {
      const name = cursor.expectName();
      except.push({ name: cursor.nameOf(name), at: name.at });
    } while (cursor.take(','));
    cursor.expect(')');
  }
  if (cursor.take('REPLACE')) {
    cursor.expect('(');
    do {
      const value = parseExpression(cursor);
      cursor.expect('AS');
      replace.push({ value, name: cursor.nameOf(cursor.expectName()) });
    } while (cursor.take(','));
    cursor.expect(')');
  }
  return { kind: 'star', base, except, replace, at };
}

function parseGroupBy(cursor: TokenCursor): GroupBy {
  const { at } = cursor.next();
  if (cursor.is('AND')) throw refused('GROUP AND ORDER BY', at);
  cursor.expect('BY');
  if (cursor.take('ALL')) return { how: 'ALL', items: [], at };
  if (cursor.take('GROUPING', 'SETS')) {
    cursor.expect('(');
    const sets: Expression[][] = [];
    do {
      if (!cursor.is('(')) {
        sets.push([parseExpression(cursor)]);
        continue;
      }
      cursor.next();
      const set: Expression[] = [];
      if (!cursor.is(')'))
        do set.push(parseExpression(cursor));
        while (cursor.take(','));
      cursor.expect(')');
      sets.push(set);
    } while (cursor.take(','));
    cursor.expect(')');
    return { how: 'SETS', items: sets.flat(), sets, at };
  }
  const how = cursor.is('ROLLUP', '(') ? 'ROLLUP' : cursor.is('CUBE', '(') ? 'CUBE' : 'PLAIN';
  if (how !== 'PLAIN') {
    cursor.next();
    cursor.next();
  }
  const items: Expression[] = [];
  do items.push(parseExpression(cursor));
  while (cursor.take(','));
  if (how !== 'PLAIN') cursor.expect(')');
  return { how, items, at };
}

export function parseOrderBy(cursor: TokenCursor): OrderItem[] {
  cursor.expect('ORDER');
  cursor.expect('BY');
  const items: OrderItem[] = [];
  do {
    const { at } = cursor;
    const expression = parseExpression(cursor);
    if (cursor.is('COLLATE')) throw refused('COLLATE', cursor.at);
    const descending = cursor.take('DESC');
    if (!descending) cursor.take('ASC');
    const nulls = cursor.take('NULLS')
      ? cursor.take('FIRST')
        ? ('FIRST' as const)
        : (cursor.expect('LAST').value as 'LAST')
      : undefined;
    items.push({ expression, descending, nulls, at });
  } while (cursor.take(','));
  return items;
}

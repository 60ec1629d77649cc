import { mistake, refused } from '../sql-error.js';
import { type Expression, type FromItem, type Name } from './ast.js';
import { parseExpression } from './parse-expression.js';
import { isQueryAhead } from './parse-primary.js';
import { parseShape } from './parse-pivot.js';
import { parseQuery } from './parse-query.js';
import { type TokenCursor } from './token-cursor.js';

/** Everything behind FROM. Commas and JOINs bind alike, from left to right. */
export function parseFrom(cursor: TokenCursor): FromItem {
  let left = parseItem(cursor);
  for (;;) {
    const { at } = cursor.peek();
    if (cursor.take(',')) {
      left = { kind: 'join', how: 'CROSS', left, right: parseItem(cursor), at };
      continue;
    }
    const how = takeJoin(cursor);
    if (!how) return left;
    const right = parseItem(cursor);
    if (how === 'CROSS') {
      left = { kind: 'join', how, left, right, at };
      continue;
    }
    const on = cursor.take('ON') ? parseExpression(cursor) : undefined;
    const using = !on && cursor.take('USING') ? parseNames(cursor) : undefined;
    // A correlated array needs no condition: its rows belong to the row they come from.
    if (
      !on &&
      !using &&
      !isArray(right) &&
      !(right.kind === 'table' && how !== 'FULL' && how !== 'RIGHT')
    )
      throw mistake(
        `Syntax error: ${how} JOIN must have an immediately following ON or USING clause`,
        at,
      );
    left = { kind: 'join', how, left, right, on, using, at };
  }
}

const isArray = (item: FromItem): boolean => item.kind === 'unnest';

function takeJoin(cursor: TokenCursor): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | undefined {
  if (cursor.is('NATURAL')) throw refused('NATURAL JOIN', cursor.at);
  if (cursor.take('JOIN') || cursor.take('INNER', 'JOIN')) return 'INNER';
  if (cursor.take('CROSS', 'JOIN')) return 'CROSS';
  for (const side of ['LEFT', 'RIGHT', 'FULL'] as const)
    if (cursor.take(side, 'JOIN') || cursor.take(side, 'OUTER', 'JOIN')) return side;
  return undefined;
}

function parseNames(cursor: TokenCursor): Name[] {
  cursor.expect('(');
  const names: Name[] = [];
  do {
    const token = cursor.expectName();
    names.push({ name: cursor.nameOf(token), at: token.at });
  } while (cursor.take(','));
  cursor.expect(')');
  return names;
}

function parseItem(cursor: TokenCursor): FromItem {
  const { at } = cursor;
  if (cursor.take('UNNEST')) {
    cursor.expect('(');
    const value = parseExpression(cursor);
    if (cursor.is(',')) throw refused('UNNEST of several arrays', cursor.at);
    cursor.expect(')');
    const alias = parseAlias(cursor);
    return { kind: 'unnest', value, alias, offset: parseOffset(cursor), at };
  }
  if (cursor.is('(')) return parseBracket(cursor);
  if (cursor.is('LATERAL')) throw refused('LATERAL', at);
  return parseTable(cursor);
}

function parseBracket(cursor: TokenCursor): FromItem {
  const { at } = cursor;
  cursor.next();
  if (isQueryAhead(cursor)) {
    const query = parseQuery(cursor);
    cursor.expect(')');
    const alias = parseAlias(cursor);
    return parseShape(cursor, { kind: 'query', query, alias, at });
  }
  const item = parseFrom(cursor);
  cursor.expect(')');
  return item;
}

function parseTable(cursor: TokenCursor): FromItem {
  const { at } = cursor;
  const path = parseTablePath(cursor);
  if (cursor.is('('))
    throw refused(`the table function ${path.map(({ name }) => name).join('.')}`, at);
  let systemTime = parseSystemTime(cursor);
  const alias = parseAlias(cursor);
  systemTime ??= parseSystemTime(cursor);
  const offset = parseOffset(cursor);
  let samplePercent: Expression | undefined;
  if (cursor.take('TABLESAMPLE')) {
    if (cursor.expectName().value !== 'SYSTEM') throw refused('TABLESAMPLE other than SYSTEM', at);
    cursor.expect('(');
    samplePercent = parseExpression(cursor);
    cursor.expect('PERCENT');
    cursor.expect(')');
  }
  return parseShape(cursor, { kind: 'table', path, alias, offset, systemTime, samplePercent, at });
}

function parseSystemTime(cursor: TokenCursor): Expression | undefined {
  if (!cursor.take('FOR')) return undefined;
  if (!cursor.take('SYSTEM_TIME') && !cursor.take('SYSTEM', 'TIME'))
    throw cursor.expected('keyword SYSTEM_TIME');
  cursor.expect('AS');
  cursor.expect('OF');
  return parseExpression(cursor);
}

function parseOffset(cursor: TokenCursor): string | undefined {
  if (!cursor.take('WITH', 'OFFSET')) return undefined;
  if (cursor.take('AS')) return cursor.nameOf(cursor.expectName());
  return cursor.isName() ? cursor.nameOf(cursor.next()) : 'offset';
}

export function parseAlias(cursor: TokenCursor): string | undefined {
  if (cursor.take('AS')) return cursor.nameOf(cursor.expectName());
  if (!cursor.isName() || ['PIVOT', 'UNPIVOT', 'MATCH_RECOGNIZE'].includes(cursor.peek().value))
    return undefined;
  return cursor.nameOf(cursor.next());
}

/** `project.dataset.table`, with dashes in an unquoted project, and any of it in one pair of backticks. */
export function parseTablePath(cursor: TokenCursor): Name[] {
  const path: Name[] = [];
  do {
    const token = cursor.peek();
    const { at } = token;
    if (token.kind === 'quoted') {
      cursor.next();
      for (const name of token.value.split('.')) path.push({ name, at });
      continue;
    }
    if (path.length === 0 ? !cursor.isName() : token.kind !== 'word' && token.kind !== 'integer')
      throw cursor.unexpected();
    const name = readDashed(cursor.sql, at);
    cursor.next();
    if (name.length > token.text.length) cursor.relex(at + name.length);
    path.push({ name, at });
  } while (cursor.take('.'));
  if (path.some(({ name }) => name === ''))
    throw mistake(`Invalid table name: ${path.map(({ name }) => name).join('.')}`, path[0]?.at);
  return path;
}

function readDashed(sql: string, at: number): string {
  const pattern = /[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*/y;
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? '';
}

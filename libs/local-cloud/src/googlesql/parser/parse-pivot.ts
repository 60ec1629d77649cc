import { mistake, refused } from '../sql-error.js';
import { type CallNode, type Expression, type FromItem, type Name } from './ast.js';
import { parseExpression } from './parse-expression.js';
import { parseAlias } from './parse-from.js';
import { type TokenCursor } from './token-cursor.js';

/** PIVOT and UNPIVOT behind a table or a subquery, where there is one. */
export function parseShape(cursor: TokenCursor, source: FromItem): FromItem {
  const { at } = cursor;
  if (cursor.is('MATCH_RECOGNIZE', '(')) throw refused('MATCH_RECOGNIZE', at);
  if (cursor.take('PIVOT', '(')) return parsePivot(cursor, source, at);
  const isUnpivot =
    cursor.is('UNPIVOT', '(') || cursor.is('UNPIVOT', 'INCLUDE') || cursor.is('UNPIVOT', 'EXCLUDE');
  return isUnpivot ? parseUnpivot(cursor, source, at) : source;
}

function parsePivot(cursor: TokenCursor, source: FromItem, at: number): FromItem {
  const aggregates: { call: CallNode; alias?: string }[] = [];
  do {
    const call = parseExpression(cursor);
    if (call.kind !== 'call')
      throw mistake('PIVOT expression must be an aggregate function call', call.at);
    const alias = parseAlias(cursor);
    aggregates.push({ call, ...(alias === undefined ? {} : { alias }) });
  } while (cursor.take(','));
  cursor.expect('FOR');
  const by = parseBy(cursor);
  const values: { value: Expression; alias?: string }[] = [];
  cursor.expect('IN');
  cursor.expect('(');
  do {
    const value = parseExpression(cursor);
    const alias = parseAlias(cursor);
    values.push({ value, ...(alias === undefined ? {} : { alias }) });
  } while (cursor.take(','));
  cursor.expect(')');
  cursor.expect(')');
  return { kind: 'pivot', source, aggregates, by, values, alias: parseAlias(cursor), at };
}

/** A path: `IN` behind it belongs to PIVOT. */
function parseBy(cursor: TokenCursor): Expression {
  const first = cursor.expectName();
  let by: Expression = { kind: 'name', name: cursor.nameOf(first), at: first.at };
  while (cursor.take('.'))
    by = { kind: 'field', base: by, name: cursor.nameOf(cursor.expectName()), at: first.at };
  return by;
}

function parseUnpivot(cursor: TokenCursor, source: FromItem, at: number): FromItem {
  cursor.take('UNPIVOT');
  const keepsNulls = cursor.take('INCLUDE');
  if (keepsNulls || cursor.take('EXCLUDE')) cursor.expect('NULLS');
  cursor.expect('(');
  if (cursor.is('(')) throw refused('UNPIVOT into several columns', cursor.at);
  const value = cursor.nameOf(cursor.expectName());
  cursor.expect('FOR');
  const label = cursor.nameOf(cursor.expectName());
  cursor.expect('IN');
  cursor.expect('(');
  const columns: (Name & { as?: Expression })[] = [];
  do {
    const token = cursor.expectName();
    const as = cursor.take('AS') ? parseExpression(cursor) : undefined;
    columns.push({ name: cursor.nameOf(token), at: token.at, ...(as ? { as } : {}) });
  } while (cursor.take(','));
  cursor.expect(')');
  cursor.expect(')');
  return {
    kind: 'unpivot',
    source,
    keepsNulls,
    value,
    label,
    columns,
    alias: parseAlias(cursor),
    at,
  };
}

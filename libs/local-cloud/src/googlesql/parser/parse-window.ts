import { refused } from '../sql-error.js';
import { type Expression, type FrameBound, type WindowSpec } from './ast.js';
import { parseExpression } from './parse-expression.js';
import { parseOrderBy } from './parse-query.js';
import { type TokenCursor } from './token-cursor.js';

/** `OVER name` or `OVER (…)`. */
export function parseOver(cursor: TokenCursor): WindowSpec {
  const { at } = cursor.expect('OVER');
  if (cursor.isName())
    return { base: cursor.nameOf(cursor.next()), partitionBy: [], orderBy: [], at };
  return parseWindowSpec(cursor);
}

export function parseWindowSpec(cursor: TokenCursor): WindowSpec {
  const { at } = cursor.expect('(');
  const base = cursor.isName() ? cursor.nameOf(cursor.next()) : undefined;
  const partitionBy: Expression[] = [];
  if (cursor.take('PARTITION')) {
    cursor.expect('BY');
    do partitionBy.push(parseExpression(cursor));
    while (cursor.take(','));
  }
  const orderBy = cursor.is('ORDER') ? parseOrderBy(cursor) : [];
  const frame = parseFrame(cursor);
  cursor.expect(')');
  return { ...(base === undefined ? {} : { base }), partitionBy, orderBy, frame, at };
}

function parseFrame(cursor: TokenCursor): WindowSpec['frame'] {
  const unit = cursor.take('ROWS') ? 'ROWS' : cursor.take('RANGE') ? 'RANGE' : undefined;
  if (!unit) return undefined;
  if (cursor.take('BETWEEN')) {
    const start = parseBound(cursor);
    cursor.expect('AND');
    const end = parseBound(cursor);
    if (cursor.is('EXCLUDE')) throw refused('EXCLUDE in window frames', cursor.at);
    return { unit, start, end };
  }
  return { unit, start: parseBound(cursor), end: { kind: 'CURRENT ROW' } };
}

function parseBound(cursor: TokenCursor): FrameBound {
  if (cursor.take('CURRENT')) {
    cursor.expect('ROW');
    return { kind: 'CURRENT ROW' };
  }
  const unbounded = cursor.take('UNBOUNDED');
  const offset = unbounded ? undefined : parseExpression(cursor);
  const side = cursor.take('PRECEDING') ? 'PRECEDING' : 'FOLLOWING';
  if (side === 'FOLLOWING') cursor.expect('FOLLOWING');
  return offset ? { kind: side, offset } : { kind: `UNBOUNDED ${side}` };
}

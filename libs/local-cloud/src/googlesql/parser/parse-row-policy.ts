import { mistake } from '../sql-error.js';
import { type ChangeNode, type CreateMode } from './change-ast.js';
import { parseExpression } from './parse-expression.js';
import { parseTablePath } from './parse-from.js';
import { type TokenCursor } from './token-cursor.js';

/** `ROW ACCESS POLICY [IF NOT EXISTS] name ON table [GRANT TO (…)] FILTER USING (…)` behind CREATE. */
export function parseCreatePolicy(
  cursor: TokenCursor,
  orReplace: boolean,
  at: number,
): ChangeNode | undefined {
  if (!cursor.take('ROW', 'ACCESS', 'POLICY')) return undefined;
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  if (orReplace && ifNotExists)
    throw mistake('CREATE ROW ACCESS POLICY cannot have both OR REPLACE and IF NOT EXISTS', at);
  const mode: CreateMode = orReplace ? 'OR REPLACE' : ifNotExists ? 'IF NOT EXISTS' : 'CREATE';
  const policyId = cursor.nameOf(cursor.expectName());
  cursor.expect('ON');
  const path = parseTablePath(cursor);
  const grantees = cursor.take('GRANT') ? parseGrantees(cursor) : [];
  cursor.expect('FILTER');
  cursor.expect('USING');
  cursor.expect('(');
  const start = cursor.at;
  parseExpression(cursor);
  const filter = cursor.sql.slice(start, cursor.at).trim();
  cursor.expect(')');
  return { kind: 'create-policy', path, mode, policyId, grantees, filter, at };
}

function parseGrantees(cursor: TokenCursor): string[] {
  const grantees: string[] = [];
  cursor.expect('TO');
  cursor.expect('(');
  do {
    const token = cursor.peek();
    if (token.kind !== 'string') throw cursor.expected('string literal');
    grantees.push(cursor.next().value);
  } while (cursor.take(','));
  cursor.expect(')');
  return grantees;
}

/** `ROW ACCESS POLICY [IF EXISTS] name ON table` and `ALL ROW ACCESS POLICIES ON table` behind DROP. */
export function parseDropPolicy(cursor: TokenCursor, at: number): ChangeNode | undefined {
  if (cursor.take('ALL', 'ROW', 'ACCESS', 'POLICIES')) {
    cursor.expect('ON');
    return { kind: 'drop-policy', path: parseTablePath(cursor), ifExists: false, at };
  }
  if (!cursor.take('ROW', 'ACCESS', 'POLICY')) return undefined;
  const ifExists = cursor.take('IF', 'EXISTS');
  const policyId = cursor.nameOf(cursor.expectName());
  cursor.expect('ON');
  return { kind: 'drop-policy', path: parseTablePath(cursor), policyId, ifExists, at };
}

import { mistake } from '../sql-error.js';
import { type Statement } from './ast.js';
import { parseOne } from './parse-statement.js';
import { TokenCursor } from './token-cursor.js';

/** A statement of a script, and where it is in the text: its `;` belongs to it. */
export interface ScriptPart {
  readonly kind: Statement['kind'];
  readonly start: number;
  readonly end: number;
  /** How many of the `?` of the script come before it, and how many are its own. */
  readonly positions: { readonly before: number; readonly own: number };
}

/** The statements of a text. All of it is parsed before anything runs; throws BigQuery's syntax errors. */
export function parseScript(sql: string): ScriptPart[] {
  const cursor = new TokenCursor(sql);
  const parts: ScriptPart[] = [];
  while (cursor.peek().kind !== 'end') {
    const start = cursor.at;
    const before = cursor.positions;
    const { kind } = parseOne(cursor);
    const end = cursor.is(';') ? cursor.next().end : cursor.behind;
    if (cursor.peek().kind !== 'end' && sql[end - 1] !== ';') throw cursor.expected('end of input');
    parts.push({ kind, start, end, positions: { before, own: cursor.positions - before } });
  }
  if (parts.length === 0) throw mistake('Syntax error: Unexpected end of statement', cursor.at);
  return parts;
}

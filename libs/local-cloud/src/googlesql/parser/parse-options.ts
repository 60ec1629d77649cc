import { type Option } from './change-ast.js';
import { parseExpression } from './parse-expression.js';
import { type TokenCursor } from './token-cursor.js';

/** `(name = value, …)`. */
export function parseOptions(cursor: TokenCursor): Option[] {
  const options: Option[] = [];
  cursor.expect('(');
  while (!cursor.is(')')) {
    const name = cursor.nameOf(cursor.expectName()).toLowerCase();
    cursor.expect('=');
    options.push({ name, value: parseExpression(cursor) });
    if (!cursor.take(',')) break;
  }
  cursor.expect(')');
  return options;
}

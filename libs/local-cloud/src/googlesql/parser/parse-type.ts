import { mistake } from '../sql-error.js';
import { type FieldAttributes, type FieldNode, type TypeNode } from './ast.js';
import { type TokenCursor } from './token-cursor.js';

/**
 * A type as in CAST: `INT64`, `NUMERIC(10, 2)`, `ARRAY<STRUCT<a INT64, STRING>>`; with `attributesOf` as a column is
 * declared: `STRUCT<a INT64 NOT NULL OPTIONS (description = 'x')>`.
 */
export function parseType(
  cursor: TokenCursor,
  attributesOf?: (cursor: TokenCursor) => FieldAttributes,
): TypeNode {
  const token = cursor.peek();
  const { at } = token;
  if (cursor.take('ARRAY')) {
    cursor.expect('<');
    const element = parseType(cursor, attributesOf);
    cursor.expect('>');
    return { kind: 'array', element, at };
  }
  if (cursor.take('STRUCT')) {
    cursor.expect('<');
    const fields: FieldNode[] = [];
    if (!cursor.is('>'))
      do fields.push(parseField(cursor, attributesOf));
      while (cursor.take(','));
    cursor.expect('>');
    return { kind: 'struct', fields, at };
  }
  if (token.kind !== 'word' && token.kind !== 'quoted') throw cursor.unexpected();
  if (token.kind === 'word' && !cursor.isName() && !cursor.is('RANGE') && !cursor.is('INTERVAL'))
    throw cursor.unexpected();
  cursor.next();
  if (token.value === 'RANGE' && cursor.take('<')) {
    const element = parseType(cursor);
    cursor.expect('>');
    return {
      kind: 'scalar',
      name: `RANGE<${element.kind === 'scalar' ? element.name : '?'}>`,
      parameters: [],
      at,
    };
  }
  const parameters: string[] = [];
  if (cursor.take('(')) {
    do {
      const parameter = cursor.next();
      if (parameter.kind !== 'integer' && parameter.value !== 'MAX')
        throw mistake(
          'Syntax error: Expected integer literal in the type’s parameters',
          parameter.at,
        );
      parameters.push(parameter.text);
    } while (cursor.take(','));
    cursor.expect(')');
  }
  return { kind: 'scalar', name: cursor.nameOf(token).toUpperCase(), parameters, at };
}

function parseField(
  cursor: TokenCursor,
  attributesOf?: (cursor: TokenCursor) => FieldAttributes,
): FieldNode {
  const following = cursor.peek(1);
  const hasName = cursor.isName() && (following.kind === 'word' || following.kind === 'quoted');
  const name = hasName ? cursor.nameOf(cursor.next()) : undefined;
  const type = parseType(cursor, attributesOf);
  return { name, type, attributes: attributesOf?.(cursor) };
}

import { mistake, refused } from '../sql-error.js';
import { type Expression, type FieldAttributes, type Name } from './ast.js';
import { type ChangeNode, type ColumnNode, type CreateMode } from './change-ast.js';
import { parseExpression } from './parse-expression.js';
import { parseAlias, parseTablePath } from './parse-from.js';
import { parseOptions } from './parse-options.js';
import { isQueryAhead } from './parse-primary.js';
import { parseQuery } from './parse-query.js';
import { parseCreatePolicy, parseDropPolicy } from './parse-row-policy.js';
import { parseType } from './parse-type.js';
import { type TokenCursor } from './token-cursor.js';

/** A statement that changes tables; undefined when another statement begins here. */
export function parseChange(cursor: TokenCursor): ChangeNode | undefined {
  const { at } = cursor;
  if (cursor.take('CREATE')) return parseCreate(cursor, at);
  if (cursor.take('DROP')) return parseDrop(cursor, at);
  if (cursor.take('TRUNCATE', 'TABLE'))
    return { kind: 'truncate', path: parseTablePath(cursor), at };
  if (cursor.take('INSERT')) return parseInsert(cursor, at);
  if (cursor.take('DELETE')) return parseDelete(cursor, at);
  if (cursor.take('UPDATE')) return parseUpdate(cursor, at);
  return undefined;
}

function parseCreate(cursor: TokenCursor, at: number): ChangeNode {
  const orReplace = cursor.take('OR', 'REPLACE');
  const policy = parseCreatePolicy(cursor, orReplace, at);
  if (policy) return policy;
  const isTemporary =
    (cursor.is('TEMP', 'TABLE') && cursor.take('TEMP')) ||
    (cursor.is('TEMPORARY', 'TABLE') && cursor.take('TEMPORARY'));
  const { value: what } = cursor.next();
  if (what !== 'TABLE' && what !== 'VIEW')
    throw refused(`the statement CREATE ${what.slice(0, 40)}`, at);
  const ifNotExists = cursor.take('IF', 'NOT', 'EXISTS');
  if (orReplace && ifNotExists)
    throw mistake(`CREATE ${what} cannot have both OR REPLACE and IF NOT EXISTS`, at);
  const mode: CreateMode = orReplace ? 'OR REPLACE' : ifNotExists ? 'IF NOT EXISTS' : 'CREATE';
  const path = parseTablePath(cursor);
  if (what === 'TABLE') return { ...parseCreateTable(cursor, path, mode, at), isTemporary };
  if (cursor.is('(')) throw refused('column lists of CREATE VIEW', cursor.at);
  const options = optionsOf(cursor);
  cursor.expect('AS');
  const start = cursor.at;
  const query = parseQuery(cursor);
  const text = cursor.sql.slice(start, cursor.at).replace(/[;\s]+$/, '');
  return { kind: 'create-view', path, mode, options, query, text, at };
}

const optionsOf = (cursor: TokenCursor) => (cursor.take('OPTIONS') ? parseOptions(cursor) : []);

function parseCreateTable(
  cursor: TokenCursor,
  path: readonly Name[],
  mode: CreateMode,
  at: number,
): Extract<ChangeNode, { kind: 'create-table' }> {
  for (const word of ['LIKE', 'COPY', 'CLONE'])
    if (cursor.is(word)) throw refused(`CREATE TABLE … ${word}`, cursor.at);
  const columns = cursor.is('(') ? parseColumns(cursor) : undefined;
  let partitionBy: Expression | undefined;
  if (cursor.take('PARTITION')) {
    cursor.expect('BY');
    partitionBy = parseExpression(cursor);
  }
  const clusterBy = cursor.take('CLUSTER', 'BY') ? names(cursor) : [];
  const options = optionsOf(cursor);
  const query = cursor.take('AS') ? parseQuery(cursor) : undefined;
  return {
    kind: 'create-table',
    path,
    mode,
    isTemporary: false,
    columns,
    partitionBy,
    clusterBy,
    options,
    query,
    at,
  };
}

function parseColumns(cursor: TokenCursor): ColumnNode[] {
  const columns: ColumnNode[] = [];
  cursor.expect('(');
  do {
    if (cursor.is(')')) break;
    if (cursor.is('PRIMARY') || cursor.is('FOREIGN') || cursor.is('CONSTRAINT'))
      throw refused('constraints of tables', cursor.at);
    const token = cursor.expectName();
    const type = parseType(cursor, attributesOf);
    columns.push({ name: cursor.nameOf(token), type, ...attributesOf(cursor), at: token.at });
  } while (cursor.take(','));
  cursor.expect(')');
  return columns;
}

function attributesOf(cursor: TokenCursor): FieldAttributes {
  for (const word of ['DEFAULT', 'COLLATE', 'PRIMARY', 'REFERENCES', 'GENERATED'])
    if (cursor.is(word)) throw refused(`${word} of a column`, cursor.at);
  const isRequired = cursor.take('NOT', 'NULL');
  return { isRequired, options: optionsOf(cursor) };
}

function names(cursor: TokenCursor): Name[] {
  const list: Name[] = [];
  do {
    const token = cursor.expectName();
    list.push({ name: cursor.nameOf(token), at: token.at });
  } while (cursor.take(','));
  return list;
}

function parseDrop(cursor: TokenCursor, at: number): ChangeNode {
  const policy = parseDropPolicy(cursor, at);
  if (policy) return policy;
  const { value: what } = cursor.next();
  if (what !== 'TABLE' && what !== 'VIEW')
    throw refused(`the statement DROP ${what.slice(0, 40)}`, at);
  const ifExists = cursor.take('IF', 'EXISTS');
  const path = parseTablePath(cursor);
  return { kind: 'drop', what, path, ifExists, at };
}

function parseInsert(cursor: TokenCursor, at: number): ChangeNode {
  cursor.take('INTO');
  const path = parseTablePath(cursor);
  let columns: Name[] | undefined;
  if (cursor.is('(') && !isQueryAhead(cursor)) {
    cursor.next();
    columns = names(cursor);
    cursor.expect(')');
  }
  if (!cursor.take('VALUES'))
    return { kind: 'insert', path, columns, query: parseQuery(cursor), at };
  const rows: Expression[][] = [];
  do {
    cursor.expect('(');
    const row: Expression[] = [];
    do {
      if (cursor.is('DEFAULT')) throw refused('DEFAULT in VALUES', cursor.at);
      row.push(parseExpression(cursor));
    } while (cursor.take(','));
    cursor.expect(')');
    rows.push(row);
  } while (cursor.take(','));
  return { kind: 'insert', path, columns, rows, at };
}

function parseDelete(cursor: TokenCursor, at: number): ChangeNode {
  cursor.take('FROM');
  const path = parseTablePath(cursor);
  const alias = parseAlias(cursor);
  return { kind: 'delete', path, alias, where: parseWhere(cursor, 'DELETE'), at };
}

function parseUpdate(cursor: TokenCursor, at: number): ChangeNode {
  const path = parseTablePath(cursor);
  const alias = parseAlias(cursor);
  cursor.expect('SET');
  const sets: (Name & { value: Expression })[] = [];
  do {
    let token = cursor.expectName();
    if (cursor.take('.')) {
      if (cursor.nameOf(token).toLowerCase() !== (alias ?? path.at(-1)?.name)?.toLowerCase())
        throw refused('UPDATE of nested fields', token.at);
      token = cursor.expectName();
    }
    if (cursor.is('.')) throw refused('UPDATE of nested fields', token.at);
    cursor.expect('=');
    if (cursor.is('DEFAULT')) throw refused('DEFAULT in UPDATE', cursor.at);
    sets.push({ name: cursor.nameOf(token), value: parseExpression(cursor), at: token.at });
  } while (cursor.take(','));
  if (cursor.is('FROM')) throw refused('UPDATE … FROM', cursor.at);
  return { kind: 'update', path, alias, sets, where: parseWhere(cursor, 'UPDATE'), at };
}

function parseWhere(cursor: TokenCursor, verb: string): Expression {
  if (!cursor.take('WHERE'))
    throw mistake(`Syntax error: ${verb} must have a WHERE clause`, cursor.at);
  return parseExpression(cursor);
}

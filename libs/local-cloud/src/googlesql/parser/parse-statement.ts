import { mistake, refused } from '../sql-error.js';
import { type Statement } from './ast.js';
import { parseChange } from './parse-change.js';
import { parseOptions } from './parse-options.js';
import { parseQuery } from './parse-query.js';
import { TokenCursor } from './token-cursor.js';

/** One statement. Throws BigQuery's syntax errors. */
export function parseStatement(sql: string): Statement {
  const cursor = new TokenCursor(sql);
  if (cursor.peek().kind === 'end')
    throw mistake('Syntax error: Unexpected end of statement', cursor.at);
  const statement = parseOne(cursor);
  cursor.take(';');
  if (cursor.peek().kind !== 'end') throw cursor.expected('end of input');
  return statement;
}

const scriptWords = new Set(
  'BEGIN DECLARE SET IF LOOP WHILE REPEAT FOR CALL EXECUTE RAISE BREAK LEAVE CONTINUE ITERATE RETURN COMMIT ROLLBACK ASSERT'.split(
    ' ',
  ),
);

const otherWords = new Set(
  'INSERT UPDATE DELETE MERGE TRUNCATE CREATE DROP ALTER UNDROP LOAD GRANT REVOKE EXPLAIN'.split(
    ' ',
  ),
);

/** The statement that the next tokens make up, without the `;` behind it. */
export function parseOne(cursor: TokenCursor): Statement {
  const { value: word, at, kind } = cursor.peek();
  if (kind === 'word') {
    if (cursor.is('EXPORT', 'DATA')) return parseExportData(cursor);
    if (scriptWords.has(word)) throw refused(`scripting (${word})`, at);
    const change = parseChange(cursor);
    if (change) return change;
    if (otherWords.has(word)) throw refused(`the statement ${word}`, at);
  }
  return { kind: 'query', query: parseQuery(cursor) };
}

function parseExportData(cursor: TokenCursor): Statement {
  cursor.take('EXPORT', 'DATA');
  if (cursor.is('WITH', 'CONNECTION')) throw refused('EXPORT DATA WITH CONNECTION', cursor.at);
  if (!cursor.take('OPTIONS')) throw cursor.expected('keyword OPTIONS');
  const options = parseOptions(cursor);
  cursor.expect('AS');
  return { kind: 'export-data', options, query: parseQuery(cursor) };
}

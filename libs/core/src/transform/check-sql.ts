import { AppError } from '../errors.js';
import { lexSql, type SqlToken } from './sql-lexer.js';

const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const statementWords = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'TRUNCATE',
  'CREATE',
  'DROP',
  'ALTER',
  'EXPORT',
  'LOAD',
  'CALL',
  'BEGIN',
  'DECLARE',
  'SET',
  'EXECUTE',
  'GRANT',
  'REVOKE',
  'ASSERT',
  'COMMIT',
  'ROLLBACK',
]);

/** Checks that a text is one expression: nothing in it closes what surrounds it, ends a statement or begins a clause. */
export function checkExpression(text: string, field: string): string {
  const tokens = readTokens(text, field);
  if (tokens.length === 0) throw refuse(field, 'The expression is empty.');
  if (tokens.some((token) => token.text === ';'))
    throw refuse(field, 'It must be one expression; `;` ends a statement.');
  const own = tokens.filter((token) => token.depth === 0);
  const stray = own.find(
    (token) =>
      token.text === ',' ||
      (token.kind === 'word' &&
        /^(SELECT|FROM|WHERE|GROUP|HAVING|QUALIFY|WINDOW|ORDER|LIMIT|UNION|INTERSECT|EXCEPT|WITH|AS)$/i.test(
          token.text,
        )),
  );
  if (stray)
    throw refuse(field, `It must be one expression; \`${stray.text}\` does not belong there.`);
  refuseStatements(tokens, field);
  return `(\n${text}\n)`;
}

/** Checks that a text is one query, and takes a closing semicolon away. */
export function checkQuery(sql: string, field: string): string {
  const tokens = readTokens(sql, field);
  const first = tokens.find((token) => token.text !== '(');
  if (!first) throw refuse(field, 'The query is empty.');
  const end = tokens.findIndex((token) => token.text === ';');
  if (end !== -1 && end !== tokens.length - 1) {
    throw refuse(field, 'It holds several statements; an export takes one query.');
  }
  if (!/^(SELECT|WITH|FROM)$/i.test(first.text)) {
    throw refuse(
      field,
      `It must be a query that begins with SELECT, WITH or FROM, not ${first.text.slice(0, 40)}.`,
    );
  }
  const last = tokens[end];
  return last ? sql.slice(0, last.at) : sql;
}

/** Whether the outermost query has an ORDER BY. */
export function hasOrder(query: string): boolean {
  const tokens = readTokens(query, 'source.sql');
  return tokens.some(
    ({ kind, text, depth }, at) =>
      kind === 'word' &&
      depth === 0 &&
      text.toUpperCase() === 'ORDER' &&
      tokens[at + 1]?.text.toUpperCase() === 'BY',
  );
}

function refuseStatements(tokens: readonly SqlToken[], field: string): void {
  const first = tokens[0];
  if (first?.kind === 'word' && statementWords.has(first.text.toUpperCase())) {
    throw refuse(
      field,
      `It must be an expression; ${first.text.toUpperCase()} begins a statement.`,
    );
  }
}

function readTokens(text: string, field: string): readonly (SqlToken & { depth: number })[] {
  const tokens = lexSql(text);
  if (!tokens) throw refuse(field, 'A string, a comment or a quoted name in it is not closed.');
  const open: string[] = [];
  const placed = tokens.map((token) => {
    if (token.kind === 'symbol' && closers[token.text]) open.push(closers[token.text] as string);
    else if (token.kind === 'symbol' && /[)\]}]/.test(token.text) && open.pop() !== token.text) {
      throw refuse(field, `A \`${token.text}\` closes nothing.`);
    }
    return { ...token, depth: open.length };
  });
  if (open.length > 0) throw refuse(field, `A \`${open[open.length - 1]}\` is missing.`);
  return placed;
}

const refuse = (field: string, message: string): AppError =>
  new AppError('sql-invalid', message, { field, faults: [{ field, message }] });

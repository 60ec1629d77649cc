import { AppError } from '../errors.js';
import { scanSql, type SqlTokenKind } from './sql-lexer.js';

/** By the code of what opens, the code of what closes. */
const closerOf = (code: number): number =>
  code === 40 ? 41 : code === 91 ? 93 : code === 123 ? 125 : 0;
const isCloser = (code: number): boolean => code === 41 || code === 93 || code === 125;
const semicolon = 59;
const clauseWord =
  /^(SELECT|FROM|WHERE|GROUP|HAVING|QUALIFY|WINDOW|ORDER|LIMIT|UNION|INTERSECT|EXCEPT|WITH|AS)$/i;
const longestKeyword = 9;
/** Far beyond what a query needs; no parser that recurses gets there. */
const deepest = 10_000;

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
  let first: Token | undefined;
  let stray: string | undefined;
  let endsStatement = false;
  readTokens(text, field, (token) => {
    const { kind, from, to, depth } = token;
    first ??= { ...token };
    if (kind === 'symbol' && text.charCodeAt(from) === semicolon) endsStatement = true;
    if (stray !== undefined || depth > 0 || to - from > longestKeyword) return;
    const own = text.slice(from, to);
    if (own === ',' || (kind === 'word' && clauseWord.test(own))) stray = own;
  });
  if (!first) throw refuse(field, 'The expression is empty.');
  if (endsStatement) throw refuse(field, 'It must be one expression; `;` ends a statement.');
  if (stray !== undefined)
    throw refuse(field, `It must be one expression; \`${stray}\` does not belong there.`);
  refuseStatements(text, first, field);
  return `(\n${text}\n)`;
}

/** Checks that a text is one query, and takes a closing semicolon away. */
export function checkQuery(sql: string, field: string): string {
  let first: Token | undefined;
  let end = -1;
  let isEndLast = true;
  readTokens(sql, field, (token) => {
    const code = sql.charCodeAt(token.from);
    if (!first && code !== openParenthesis) first = { ...token };
    if (end !== -1) isEndLast = false;
    else if (token.kind === 'symbol' && code === semicolon) end = token.from;
  });
  if (!first) throw refuse(field, 'The query is empty.');
  if (!isEndLast) throw refuse(field, 'It holds several statements; an export takes one query.');
  const word = sql.slice(first.from, Math.min(first.to, first.from + 40));
  if (!/^(SELECT|WITH|FROM)$/i.test(word)) {
    throw refuse(field, `It must be a query that begins with SELECT, WITH or FROM, not ${word}.`);
  }
  return end === -1 ? sql : sql.slice(0, end);
}

const openParenthesis = 40;

/** Whether the outermost query has an ORDER BY. */
export function hasOrder(query: string): boolean {
  let isAfterOrder = false;
  let found = false;
  readTokens(query, 'source.sql', ({ kind, from, to, depth }) => {
    if (found || (depth > 0 && !isAfterOrder)) return;
    const word = kind === 'word' && to - from <= 5 ? query.slice(from, to).toUpperCase() : '';
    if (isAfterOrder && word === 'BY') found = true;
    isAfterOrder = word === 'ORDER' && depth === 0;
  });
  return found;
}

function refuseStatements(text: string, { kind, from, to }: Token, field: string): void {
  if (kind !== 'word' || to - from > longestKeyword) return;
  const word = text.slice(from, to).toUpperCase();
  if (statementWords.has(word))
    throw refuse(field, `It must be an expression; ${word} begins a statement.`);
}

/** The parameters of the statement hold what masks are made with: no text from outside may name or count them. */
function refuseParameter(
  text: string,
  kind: SqlTokenKind,
  from: number,
  to: number,
  field: string,
): void {
  const first = text[from];
  const isNamed = kind === 'parameter' && text[from + 1] !== '@';
  const isMark = kind === 'symbol' && (first === '@' || first === '?');
  if (!isNamed && !isMark) return;
  const found = text.slice(from, Math.min(to, from + 40));
  throw refuse(field, `\`${found}\` would be a parameter; write the value itself.`);
}

interface Token {
  kind: SqlTokenKind;
  from: number;
  to: number;
  /** How many parentheses and brackets are open after it. */
  depth: number;
}

/** Visits each token; the same object every time. */
function readTokens(text: string, field: string, visit: (token: Readonly<Token>) => void): void {
  const open: number[] = [];
  const token: Token = { kind: 'symbol', from: 0, to: 0, depth: 0 };
  const isClosed = scanSql(text, (kind, from, to) => {
    const code = text.charCodeAt(from);
    refuseParameter(text, kind, from, to, field);
    if (kind === 'symbol') {
      const closer = closerOf(code);
      if (closer !== 0) {
        if (open.length === deepest)
          throw refuse(field, `It nests more than ${deepest} parentheses.`);
        open.push(closer);
      } else if (isCloser(code) && open.pop() !== code)
        throw refuse(field, `A \`${text[from]}\` closes nothing.`);
    }
    token.kind = kind;
    token.from = from;
    token.to = to;
    token.depth = open.length;
    visit(token);
  });
  if (!isClosed) throw refuse(field, 'A string, a comment or a quoted name in it is not closed.');
  const missing = open.at(-1);
  if (missing !== undefined)
    throw refuse(field, `A \`${String.fromCharCode(missing)}\` is missing.`);
}

const refuse = (field: string, message: string): AppError =>
  new AppError('sql-invalid', message, { field, faults: [{ field, message }] });

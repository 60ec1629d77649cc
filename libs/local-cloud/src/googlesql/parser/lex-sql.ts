import { mistake, refused } from '../sql-error.js';
import { type Token } from './token.js';
import { unescapeLiteral } from './unescape-literal.js';

const space = /(?:\s|--[^\n]*|#[^\n]*)+/uy;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const integer = /0[xX][0-9a-fA-F]+|\d+/y;
const float = /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/y;
const parameter = /@[A-Za-z_][A-Za-z0-9_]*|\?/y;
const symbol = /\|\||\|>|<=|>=|<>|!=|=>|->|\+=|-=|[-+*/%(),.;<>=|&^~[\]{}:!@]/y;
const stringStart = /(?:[rR][bB]?|[bB][rR]?)?('''|"""|'|")/y;

/** Splits GoogleSQL text from an offset on; the last token is of kind `end`. Throws BigQuery's syntax errors. */
export function lexSql(sql: string, from = 0): Token[] {
  const tokens: Token[] = [];
  let at = from;
  for (;;) {
    at = skipSpace(sql, at);
    if (at >= sql.length) break;
    const token = nextToken(sql, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', value: '', at: sql.length, end: sql.length });
  return tokens;
}

function skipSpace(sql: string, start: number): number {
  let at = start;
  for (;;) {
    const skipped = match(space, sql, at);
    if (skipped) at += skipped.length;
    else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2);
      if (end === -1) throw mistake('Syntax error: Unclosed comment', at);
      at = end + 2;
    } else return at;
  }
}

function nextToken(sql: string, at: number): Token {
  const opening = match(stringStart, sql, at);
  if (opening !== undefined) return readString(sql, at, opening);
  if (sql[at] === '`') return readQuoted(sql, at);
  const make = (kind: Token['kind'], text: string, value = text): Token => ({
    kind,
    text,
    value,
    at,
    end: at + text.length,
  });
  const name = match(word, sql, at);
  if (name !== undefined) return make('word', name, name.toUpperCase());
  const real = match(float, sql, at);
  if (real !== undefined) return endNumber(sql, make('float', real));
  const whole = match(integer, sql, at);
  if (whole !== undefined) return endNumber(sql, make('integer', whole));
  const bound = match(parameter, sql, at);
  if (bound !== undefined) return make('parameter', bound, bound.slice(1).toLowerCase());
  if (sql.startsWith('@@', at)) throw refused('system variables (@@)', at);
  const sign = match(symbol, sql, at);
  if (sign !== undefined) return make('symbol', sign);
  const character = String.fromCodePoint(sql.codePointAt(at) ?? 0);
  throw mistake(`Syntax error: Illegal input character ${JSON.stringify(character)}`, at);
}

function endNumber(sql: string, token: Token): Token {
  // Not thrown here: `123.dataset` may be the end of a project's name with dashes.
  if (!/[A-Za-z_]/.test(sql[token.end] ?? '')) return token;
  return { ...token, kind: 'bad', value: 'Missing whitespace between literal and alias' };
}

function readString(sql: string, at: number, opening: string): Token {
  const quote = opening.replace(/^[rb]+/i, '');
  const prefix = opening.slice(0, opening.length - quote.length).toLowerCase();
  const isBytes = prefix.includes('b');
  const isRaw = prefix.includes('r');
  const start = at + opening.length;
  const what = `${quote.length === 3 ? 'triple-quoted ' : ''}${isRaw ? 'raw ' : ''}${isBytes ? 'bytes' : 'string'} literal`;
  for (let end = start; end < sql.length; end++) {
    if (sql[end] === '\\') end++;
    else if (quote.length === 1 && (sql[end] === '\n' || sql[end] === '\r')) break;
    else if (sql.startsWith(quote, end)) {
      const body = sql.slice(start, end).replace(/\r\n?/g, '\n');
      const { text, bytes } = unescapeLiteral(body, { isRaw, isBytes, at: start });
      return {
        kind: isBytes ? 'bytes' : 'string',
        text: sql.slice(at, end + quote.length),
        value: text,
        ...(isBytes ? { bytes } : {}),
        at,
        end: end + quote.length,
      };
    }
  }
  throw mistake(`Syntax error: Unclosed ${what}`, at);
}

function readQuoted(sql: string, at: number): Token {
  for (let end = at + 1; end < sql.length && sql[end] !== '\n'; end++) {
    if (sql[end] === '\\') end++;
    else if (sql[end] === '`') {
      const { text } = unescapeLiteral(sql.slice(at + 1, end), {
        isRaw: false,
        isBytes: false,
        at: at + 1,
      });
      if (text === '') throw mistake('Syntax error: Invalid empty identifier', at);
      return { kind: 'quoted', text: sql.slice(at, end + 1), value: text, at, end: end + 1 };
    }
  }
  throw mistake('Syntax error: Unclosed identifier literal', at);
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

export type SqlTokenKind = 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol';

/** Called for each token, which is the text from `from` up to `to`; comments and white space are left out. */
export type VisitToken = (kind: SqlTokenKind, from: number, to: number) => void;

const space = /\s+/uy;
const comment = /[^\n\r]*/uy;
const word = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /(?:0x[0-9a-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)/iuy;
const parameter = /@@?[\p{L}_][\p{L}\p{N}_]*/uy;
/** By character code. */
const isSymbol = new Uint8Array(128);
for (const symbol of '-+*/%(),.;<>=!|&^~[]{}?:@') isSymbol[symbol.charCodeAt(0)] = 1;

const quotes = { double: 34, single: 39, back: 96 } as const;
const backslash = 92;

/**
 * Goes through the tokens of GoogleSQL; false where a string, comment or character cannot be read. A text of 1 MB has a
 * million tokens: none becomes an object, and no pattern is tried that its first character rules out.
 */
export function scanSql(sql: string, visit: VisitToken): boolean {
  let at = 0;
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    const next = sql.charCodeAt(at + 1);
    if (code === 32) {
      at += 1;
      continue;
    }
    if (code < 32 || code > 126) {
      const end = endOf(space, sql, at);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (code === 35 || (code === 45 && next === 45)) {
      at = endOf(comment, sql, at);
      continue;
    }
    if (code === 47 && next === 42) {
      const end = sql.indexOf('*/', at + 2);
      if (end === -1) return false;
      at = end + 2;
      continue;
    }
    const kind = kindAt(sql, at, code, next);
    if (kind === undefined) return false;
    const end = kind === 'symbol' ? at + 1 : endOfToken(kind, sql, at);
    if (end <= at) return false;
    visit(kind, at, end);
    at = end;
  }
  return true;
}

function kindAt(sql: string, at: number, code: number, next: number): SqlTokenKind | undefined {
  if (isQuote(code)) return 'string';
  if (code === quotes.back) return 'quoted';
  if (isDigit(code) || (code === 46 && isDigit(next))) return 'number';
  if (code === 64) return endOf(parameter, sql, at) > at ? 'parameter' : 'symbol';
  if (isSymbol[code] === 1) return 'symbol';
  return isPrefix(code) && isQuote(sql.charCodeAt(at + prefixLength(sql, at))) ? 'string' : 'word';
}

function endOfToken(kind: SqlTokenKind, sql: string, at: number): number {
  switch (kind) {
    case 'string':
      return endOfString(sql, at + prefixLength(sql, at));
    case 'quoted': {
      const end = endOfQuote(sql, at);
      return end === at + 2 ? -1 : end;
    }
    case 'number':
      return endOf(number, sql, at);
    case 'parameter':
      return endOf(parameter, sql, at);
    default:
      return endOf(word, sql, at);
  }
}

/** The end of what starts at a quote, one or three of them; -1 where it is not closed. */
function endOfString(sql: string, at: number): number {
  const quote = sql.charCodeAt(at);
  if (sql.charCodeAt(at + 1) !== quote || sql.charCodeAt(at + 2) !== quote)
    return endOfQuote(sql, at);
  for (let end = at + 3; end < sql.length; end += 1) {
    const code = sql.charCodeAt(end);
    if (code === backslash) end += 1;
    else if (
      code === quote &&
      sql.charCodeAt(end + 1) === quote &&
      sql.charCodeAt(end + 2) === quote
    )
      return end + 3;
  }
  return -1;
}

function endOfQuote(sql: string, at: number): number {
  const quote = sql.charCodeAt(at);
  for (let end = at + 1; end < sql.length; end += 1) {
    let code = sql.charCodeAt(end);
    if (code === quote) return end + 1;
    if (code === backslash) code = sql.charCodeAt((end += 1));
    if (code === 10 || code === 13) return -1;
  }
  return -1;
}

/** Where a match at `at` ends; -1 without one. */
function endOf(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : -1;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isQuote = (code: number): boolean => code === quotes.double || code === quotes.single;
/** r, R, b, B. */
const isPrefix = (code: number): boolean => (code | 32) === 114 || (code | 32) === 98;

/** How many letters stand before the quote of a string: r, b or one of each. */
function prefixLength(sql: string, at: number): number {
  const first = sql.charCodeAt(at);
  const second = sql.charCodeAt(at + 1);
  if (!isPrefix(first)) return 0;
  return isPrefix(second) && (first | 32) !== (second | 32) ? 2 : 1;
}

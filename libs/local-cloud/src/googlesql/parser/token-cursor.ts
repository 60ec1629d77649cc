import { mistake, type SqlMistake } from '../sql-error.js';
import { lexSql } from './lex-sql.js';
import { reservedWords, type Token } from './token.js';

/** Walks over the tokens of one text. Words and symbols are asked for by their text in capitals. */
export class TokenCursor {
  #tokens: Token[];
  #index = 0;
  #positions = 0;
  /** The last run of opening brackets that was looked over: where it began, and the token behind it. */
  #run = { start: 0, end: -1 };

  constructor(readonly sql: string) {
    this.#tokens = lexSql(sql);
  }

  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#index + ahead, last)] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  /** The first token that is no opening bracket. A long run of brackets is looked over once, not once for each. */
  peekBehindBrackets(): Token {
    if (this.#index < this.#run.start || this.#index > this.#run.end) {
      let end = this.#index;
      while (this.#tokens[end]?.text === '(') end++;
      this.#run = { start: this.#index, end };
    }
    return this.#tokens[this.#run.end] as Token;
  }

  /** The number of the next `?`, from 0. */
  takePosition(): number {
    return this.#positions++;
  }

  /** How many `?` there were so far. */
  get positions(): number {
    return this.#positions;
  }

  /** Where the last token that was taken ends. */
  get behind(): number {
    return this.#tokens[this.#index - 1]?.end ?? 0;
  }

  get at(): number {
    return this.peek().at;
  }

  /** Whether the next tokens are these words and symbols. */
  is(...texts: string[]): boolean {
    return texts.every((text, ahead) => isText(this.peek(ahead), text));
  }

  /** Takes the words and symbols when they are next. */
  take(...texts: string[]): boolean {
    if (!this.is(...texts)) return false;
    this.#index += texts.length;
    return true;
  }

  expect(text: string): Token {
    if (!this.is(text)) throw this.expected(/^[A-Z]/.test(text) ? `keyword ${text}` : `"${text}"`);
    return this.next();
  }

  /** Whether the next token can be a name. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'quoted' || (token.kind === 'word' && !reservedWords.has(token.value));
  }

  expectName(): Token {
    if (!this.isName()) throw this.unexpected();
    return this.next();
  }

  /** A name as written; after a dot reserved words are names too. */
  nameOf(token: Token): string {
    return token.kind === 'quoted' ? token.value : token.text;
  }

  /** Goes on reading at an offset, where a token was not what it seemed (`my-project.1a`). */
  relex(at: number): void {
    this.#tokens = [...this.#tokens.slice(0, this.#index), ...lexSql(this.sql, at)];
    this.#run = { start: 0, end: -1 };
  }

  unexpected(): SqlMistake {
    const { kind, value, end } = this.peek();
    if (kind === 'bad') return mistake(`Syntax error: ${value}`, end);
    return mistake(`Syntax error: Unexpected ${describe(this.peek())}`, this.at);
  }

  expected(what: string): SqlMistake {
    return mistake(`Syntax error: Expected ${what} but got ${describe(this.peek())}`, this.at);
  }
}

const isText = ({ kind, value, text }: Token, wanted: string): boolean =>
  (kind === 'word' && value === wanted) || (kind === 'symbol' && text === wanted);

export function describe({ kind, text, value }: Token): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  switch (kind) {
    case 'end':
      return 'end of statement';
    case 'word':
      return reservedWords.has(value) || statementWords.has(value)
        ? `keyword ${value}`
        : `identifier "${short}"`;
    case 'quoted':
      return `identifier ${short}`;
    case 'string':
      return `string literal ${short}`;
    case 'bytes':
      return `bytes literal ${short}`;
    case 'integer':
      return `integer literal "${short}"`;
    case 'float':
      return `floating point literal "${short}"`;
    default:
      return `"${short}"`;
  }
}

const statementWords = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'DROP',
  'ALTER',
  'EXPORT',
  'OFFSET',
  'VALUES',
]);

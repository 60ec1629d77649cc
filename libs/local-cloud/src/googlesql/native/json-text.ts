import { floatText } from './float-text.js';
import { QueryFailure } from './native-function.js';

/** A JSON value whose numbers keep their text. */
export type Json = null | boolean | string | JsonNumber | Json[] | Map<string, Json>;

export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Reads JSON; undefined when the text is none. Of equal names the first one stays, as in BigQuery. */
export function parseJson(text: string): Json | undefined {
  const reader = new JsonReader(text);
  try {
    return reader.readAll();
  } catch (error) {
    if (error instanceof JsonMistake || error instanceof RangeError) return undefined;
    throw error;
  }
}

class JsonMistake extends Error {}

class JsonReader {
  #at = 0;

  constructor(private readonly text: string) {}

  readAll(): Json {
    const value = this.#value();
    this.#space();
    if (this.#at !== this.text.length) throw new JsonMistake();
    return value;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.text[this.#at] ?? '')) this.#at++;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #is(sign: string): boolean {
    this.#space();
    if (this.text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #value(): Json {
    this.#space();
    if (this.#is('{')) return this.#object();
    if (this.#is('[')) return this.#array();
    if (this.text[this.#at] === '"') return this.#string();
    const word = this.#take(/true|false|null/y);
    if (word !== undefined) return word === 'null' ? null : word === 'true';
    const number = this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number === undefined) throw new JsonMistake();
    return new JsonNumber(number);
  }

  #string(): string {
    const quoted = this.#take(
      /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy,
    );
    if (quoted === undefined) throw new JsonMistake();
    return JSON.parse(quoted) as string;
  }

  #array(): Json[] {
    const items: Json[] = [];
    if (this.#is(']')) return items;
    do items.push(this.#value());
    while (this.#is(','));
    if (!this.#is(']')) throw new JsonMistake();
    return items;
  }

  #object(): Map<string, Json> {
    const members = new Map<string, Json>();
    if (this.#is('}')) return members;
    do {
      this.#space();
      const name = this.#string();
      if (!this.#is(':')) throw new JsonMistake();
      const value = this.#value();
      if (!members.has(name)) members.set(name, value);
    } while (this.#is(','));
    if (!this.#is('}')) throw new JsonMistake();
    return members;
  }
}

/** Without blanks; `sorted` puts members in the order of their names, as values of type JSON have them. */
export function writeJson(value: Json, isSorted = false, canRound = false): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof JsonNumber)
    return isSorted ? canonicalNumber(value.text, canRound) : value.text;
  const write = (each: Json): string => writeJson(each, isSorted, canRound);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  const members = [...value];
  if (isSorted) members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`;
}

/** With line breaks and two blanks for each level. */
export function writePrettyJson(value: Json, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + writePrettyJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (!(value instanceof Map)) return writeJson(value);
  if (value.size === 0) return '{}';
  const members = [...value].map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${writePrettyJson(member, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

/**
 * A number as values of type JSON hold it: whole ones of 64 bits, others as doubles. Fails where neither holds all of its
 * digits, unless it may be rounded.
 */
export function canonicalNumber(text: string, canRound = false): string {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (value === BigInt.asIntN(64, value) || value === BigInt.asUintN(64, value))
      return String(value);
  }
  const number = Number(text);
  const isExact = digitsOf(text) === digitsOf(String(number));
  if (!Number.isFinite(number) || (!isExact && !canRound))
    throw new QueryFailure(
      `Invalid input to PARSE_JSON: Input number: ${text.slice(0, 100)} cannot round-trip through string representation`,
    );
  const short = floatText(number);
  return /^-?\d+$/.test(short) ? `${short}.0` : short;
}

const digitsOf = (text: string): string =>
  text
    .replace(/[eE].*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');

import { parseJson, writeJson } from '../../googlesql/native/json-text.js';

/** JSON inside of a row, whose numbers keep all of their digits. */
export class RawJson {
  readonly text: string;

  /** Throws for what is no JSON. */
  constructor(given: string) {
    const value = parseJson(given);
    if (value === undefined) throw new Error(`Invalid JSON: ${given.slice(0, 100)}`);
    this.text = writeJson(value);
  }
}

/** One line of JSON for what a decoder has read. */
export function lineOf(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(lineOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${lineOf(member)}`).join(',')}}`;
}

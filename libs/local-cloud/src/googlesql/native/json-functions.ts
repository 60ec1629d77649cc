import { readDecimal, rescale } from './decimal.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

/** The canonical text of a JSON text. */
function parseJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw new QueryFailure(
      `Invalid input to PARSE_JSON: syntax error while parsing value: ${text.slice(0, 100)}`,
    );
  }
}

/** A decimal is a JSON number where a double holds it, else a text. */
function jsonNumber(text: string): string {
  const isExact = readDecimal(String(Number(text)))?.unscaled !== undefined && sameNumber(text);
  return isExact ? text : `"${text}"`;
}

function sameNumber(text: string): boolean {
  const [a, b] = [readDecimal(text), readDecimal(String(Number(text)))];
  if (!a || !b) return false;
  const scale = Math.max(a.scale, b.scale);
  return rescale(a, scale) === rescale(b, scale);
}

export const jsonFunctions: readonly NativeFunction[] = [
  { name: 'gs_json_number', parameters: ['VARCHAR'], returns: 'VARCHAR', run: jsonNumber },
  {
    name: 'gs_pretty_json',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => JSON.stringify(JSON.parse(text), undefined, 2),
  },
  { name: 'gs_parse_json', parameters: ['VARCHAR'], returns: 'VARCHAR', run: parseJson },
];

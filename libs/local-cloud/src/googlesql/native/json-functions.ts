import { floatText } from './float-text.js';
import { follow } from './json-path.js';
import {
  canonicalNumber,
  type Json,
  JsonNumber,
  parseJson,
  writeJson,
  writePrettyJson,
} from './json-text.js';
import { type NativeFunction, QueryFailure } from './native-function.js';

/** The canonical text of a JSON text; `mode` is `exact` or `round`. */
function canonical(text: string, mode = 'exact'): string {
  const value = parseJson(text);
  if (value === undefined)
    throw new QueryFailure(
      `Invalid input to PARSE_JSON: syntax error while parsing value: ${text.slice(0, 100)}`,
    );
  return writeJson(value, true, mode === 'round');
}

function scalarText(value: Json | undefined): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return value instanceof JsonNumber ? value.text : null;
}

function valueAt(text: string, path: string): string | null {
  const value = parseJson(text);
  return value === undefined ? null : scalarText(follow(value, path));
}

/** `nulls` says what a JSON null becomes: NULL in texts, itself in values of type JSON. */
function queryAt(text: string, path: string, nulls: string): string | null {
  const value = parseJson(text);
  const found = value === undefined ? undefined : follow(value, path);
  if (found === undefined || (found === null && nulls === 'NULL')) return null;
  return writeJson(found);
}

/** An array as the JSON of a list of texts. */
function arrayAt(text: string, path: string, how: string): string | null {
  const value = parseJson(text);
  const found = value === undefined ? undefined : follow(value, path);
  if (!Array.isArray(found)) return null;
  if (how === 'query') return JSON.stringify(found.map((item) => writeJson(item)));
  if (found.some((item) => Array.isArray(item) || item instanceof Map)) return null;
  return JSON.stringify(found.map(scalarText));
}

function typeOf(text: string): string {
  const value = parseJson(text);
  if (value === null) return 'null';
  if (value instanceof JsonNumber) return 'number';
  if (Array.isArray(value)) return 'array';
  return value instanceof Map ? 'object' : typeof value;
}

const refuse = (text: string, type: string): QueryFailure =>
  new QueryFailure(`The provided JSON input is not ${type}: ${text.slice(0, 100)}`);

/** The scalar in a JSON value, as the text of a type; strict ones fail, lax ones convert or give NULL. */
function scalarOf(text: string, type: string, mode: string): string | null {
  const value = parseJson(text);
  const isLax = mode === 'lax';
  if (value === null && isLax) return null;
  const fits =
    (type === 'STRING' && typeof value === 'string') ||
    (type === 'BOOL' && typeof value === 'boolean') ||
    (type === 'FLOAT64' && value instanceof JsonNumber) ||
    (type === 'INT64' && value instanceof JsonNumber && isWhole(value.text));
  if (fits)
    return type === 'INT64'
      ? String(
          BigInt(
            Number.isInteger(Number(value instanceof JsonNumber ? value.text : '0')) &&
              !/^-?\d+$/.test((value as JsonNumber).text)
              ? Number((value as JsonNumber).text)
              : (value as JsonNumber).text,
          ),
        )
      : scalarText(value);
  if (!isLax)
    throw refuse(
      text,
      `a${type === 'INT64' ? 'n integer' : type === 'STRING' ? ' string' : type === 'BOOL' ? ' boolean' : ' number'}`,
    );
  return laxly(value, type);
}

const isWhole = (text: string): boolean =>
  Number.isInteger(Number(text)) && Math.abs(Number(text)) < 9.3e18;

function laxly(value: Json | undefined, type: string): string | null {
  const number =
    value instanceof JsonNumber
      ? Number(value.text)
      : typeof value === 'boolean'
        ? Number(value)
        : typeof value === 'string' && value.trim() !== ''
          ? Number(value)
          : Number.NaN;
  switch (type) {
    case 'BOOL':
      if (value instanceof JsonNumber) return String(number !== 0);
      return typeof value === 'string' && /^(true|false)$/i.test(value)
        ? value.toLowerCase()
        : null;
    case 'STRING':
      if (value instanceof JsonNumber) return canonicalNumber(value.text).replace(/\.0$/, '');
      return typeof value === 'boolean' ? String(value) : null;
    case 'FLOAT64':
      return Number.isNaN(number) || typeof value === 'boolean' ? null : floatText(number);
    default:
      return Number.isFinite(number)
        ? String(BigInt(Math.sign(number) * Math.round(Math.abs(number))))
        : null;
  }
}

export const jsonFunctions: readonly NativeFunction[] = [
  {
    name: 'gs_parse_json',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => canonical(text),
  },
  {
    name: 'gs_parse_wide_json',
    parameters: ['VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: canonical,
  },
  {
    name: 'gs_pretty_json',
    parameters: ['VARCHAR'],
    returns: 'VARCHAR',
    run: (text: string) => writePrettyJson(parseJson(text) ?? null),
  },
  { name: 'gs_json_value', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', run: valueAt },
  {
    name: 'gs_json_query',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: queryAt,
  },
  {
    name: 'gs_json_array',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: arrayAt,
  },
  { name: 'gs_json_type', parameters: ['VARCHAR'], returns: 'VARCHAR', run: typeOf },
  {
    name: 'gs_json_scalar',
    parameters: ['VARCHAR', 'VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: scalarOf,
  },
];

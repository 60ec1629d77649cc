import { notImplemented } from '../http/cloud-error.js';
import { type BigQueryContext } from './bigquery-context.js';
import { invalid } from './bigquery-errors.js';
import { isRecord } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';

/** A structure as DuckDB finds it: the fields of an object, the elements of an array, or the name of a type. */
type Structure = string | readonly Structure[] | { readonly [name: string]: Structure };

/**
 * How the fields of a schema are spelled in lines of JSON, which BigQuery matches without regard to case. Throws its 400
 * for a field that the schema has not, unless those are to be passed over.
 */
export async function findJsonFields(
  { database }: BigQueryContext,
  reader: string,
  schema: readonly BigQueryField[],
  ignoreUnknownValues: boolean,
): Promise<(field: BigQueryField) => string> {
  const result = await database.withConnection((connection) =>
    connection.runAndReadAll(`SELECT json_group_structure(json)::VARCHAR FROM ${reader}`),
  );
  const text = result.getRows()[0]?.[0];
  const found = (typeof text === 'string' ? JSON.parse(text) : {}) as Structure;
  const unknown = ignoreUnknownValues ? undefined : unknownField(found, schema);
  if (unknown !== undefined)
    throw invalid(
      `Error while reading data, error message: JSON parsing error in row: No such field: ${unknown}.`,
    );
  const keys = isObject(found) ? Object.keys(found) : [];
  return ({ name }) => {
    const spellings = keys.filter((key) => isSame(key, name));
    if (spellings.length > 1)
      throw notImplemented(`a field in several spellings (${spellings.join(', ')})`);
    return spellings[0] ?? name;
  };
}

/** The path of the first field that the schema has not. */
function unknownField(
  found: Structure,
  schema: readonly BigQueryField[],
  path = '',
): string | undefined {
  const [element] = Array.isArray(found) ? (found as readonly Structure[]) : [found];
  if (!isObject(element)) return undefined;
  for (const [key, inner] of Object.entries(element)) {
    const field = schema.find(({ name }) => isSame(key, name));
    if (!field) return path + key;
    const unknown = isRecord(field)
      ? unknownField(inner, field.fields ?? [], `${path}${key}.`)
      : undefined;
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

const isObject = (value: unknown): value is { readonly [name: string]: Structure } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

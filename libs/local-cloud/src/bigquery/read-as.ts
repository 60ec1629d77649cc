import { invalidQuery } from './bigquery-errors.js';
import { duckdbTypeOf, isRecord, quoteName } from './duckdb-type.js';
import { type BigQueryField } from './schema.js';
import { sqlTypeOf } from './sql-type.js';

/**
 * SQL that reads a stored value as a field of another schema: fields of records are found by their names, and those that
 * are missing are NULL. Throws BigQuery's 400 where the types differ.
 */
export function readAs(
  value: string,
  stored: BigQueryField,
  wanted: BigQueryField,
  path = wanted.name,
  depth = 0,
): string {
  const isSame =
    stored.type === wanted.type && (stored.mode === 'REPEATED') === (wanted.mode === 'REPEATED');
  if (!isSame && sqlTypeOf(bare(stored)) !== sqlTypeOf(bare(wanted)))
    throw invalidQuery(
      `Cannot read field of type ${sqlTypeOf(bare(stored))} as ${sqlTypeOf(bare(wanted))} Field: ${path}`,
    );
  if (!isRecord(wanted) || duckdbTypeOf(stored) === duckdbTypeOf(wanted)) return value;
  if (wanted.mode === 'REPEATED') {
    const item = `x${depth}`;
    return `list_transform(${value}, lambda ${item}: ${recordAs(item, stored, wanted, path, depth + 1)})`;
  }
  return recordAs(value, stored, wanted, path, depth);
}

function recordAs(
  value: string,
  stored: BigQueryField,
  wanted: BigQueryField,
  path: string,
  depth: number,
): string {
  const members = (wanted.fields ?? []).map((field) => {
    const match = findField(stored.fields ?? [], field.name);
    const name = quoteName(field.name);
    const inner = `${path}.${field.name}`;
    return `${name} := ${match ? readAs(`${value}.${quoteName(match.name)}`, match, field, inner, depth) : missing(field, inner)}`;
  });
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${members.join(', ')}) END`;
}

/** What a column holds that the table has not; throws 400 when it may not be NULL. */
export function missing(field: BigQueryField, path = field.name): string {
  if (field.mode === 'REQUIRED')
    throw invalidQuery(`Required field ${path} is missing in a matched table`);
  return `CAST(NULL AS ${duckdbTypeOf(field)})`;
}

export const findField = (
  fields: readonly BigQueryField[],
  name: string,
): BigQueryField | undefined =>
  fields.find((field) => field.name.toLowerCase() === name.toLowerCase());

/** The field's type alone, without the parameters that do not matter for reading it. */
const bare = ({ precision: _, scale: __, maxLength: ___, ...field }: BigQueryField) => field;

import { duckdbTypeOf, isRecord, quoteName } from './duckdb-type.js';
import { invalid, tableId } from './bigquery-errors.js';
import { type TableName } from '../googlesql/translate.js';
import { type BigQueryField } from './schema.js';

/**
 * The schema a table has after `tables.patch` or `update` asked for `wanted`: columns may be added, REQUIRED relaxed and
 * descriptions changed. Throws BigQuery's 400 for everything else.
 */
export function changeSchema(
  table: TableName,
  before: readonly BigQueryField[],
  wanted: readonly BigQueryField[],
): BigQueryField[] {
  return mergeFields(table, before, wanted, '');
}

function mergeFields(
  table: TableName,
  before: readonly BigQueryField[],
  wanted: readonly BigQueryField[],
  path: string,
): BigQueryField[] {
  const mismatch = (message: string) =>
    invalid(`Provided Schema does not match Table ${tableId(table)}. ${message}`);
  const rest = new Map(wanted.map((field) => [field.name.toLowerCase(), field]));
  const kept = before.map((field) => {
    const name = `${path}${field.name}`;
    const next = rest.get(field.name.toLowerCase());
    if (!next) throw mismatch(`Field ${name} is missing in new schema`);
    rest.delete(field.name.toLowerCase());
    if (next.type !== field.type)
      throw mismatch(`Field ${name} has changed type from ${field.type} to ${next.type}`);
    const [mode, nextMode] = [field.mode ?? 'NULLABLE', next.mode ?? 'NULLABLE'];
    if (mode !== nextMode && !(mode === 'REQUIRED' && nextMode === 'NULLABLE'))
      throw mismatch(`Field ${name} has changed mode from ${mode} to ${nextMode}`);
    return isRecord(field)
      ? {
          ...next,
          name: field.name,
          fields: mergeFields(table, field.fields ?? [], next.fields ?? [], `${name}.`),
        }
      : { ...next, name: field.name };
  });
  const added = [...rest.values()];
  for (const field of added)
    if (field.mode === 'REQUIRED')
      throw mismatch(
        `Cannot add required fields to an existing schema. (field: ${path}${field.name})`,
      );
  return [...kept, ...added];
}

/** What follows `ALTER TABLE … ADD COLUMN`, also for fields inside records. */
export function addedColumns(
  before: readonly BigQueryField[],
  after: readonly BigQueryField[],
  path = '',
): string[] {
  return after.flatMap((field) => {
    const known = before.find(({ name }) => name === field.name);
    if (!known) return [`${path}${quoteName(field.name)} ${duckdbTypeOf(field)}`];
    if (!isRecord(field)) return [];
    const element = field.mode === 'REPEATED' ? '"element".' : '';
    return addedColumns(
      known.fields ?? [],
      field.fields ?? [],
      `${path}${quoteName(field.name)}.${element}`,
    );
  });
}

import { invalidQuery } from './bigquery-errors.js';
import { type BigQueryField } from './schema.js';

const reserved = /^(_PARTITION|_TABLE_|_FILE_|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER)/i;

/** Throws 400 for columns that no table can have: they would be taken for pseudo columns. */
export function requireColumnNames(schema: readonly BigQueryField[]): void {
  const wrong = schema.find(({ name }) => reserved.test(name));
  if (wrong)
    throw invalidQuery(
      `Invalid field name "${wrong.name}". Field names are not allowed to start with the (case-insensitive) prefixes _PARTITION, _TABLE_, _FILE_, _ROW_TIMESTAMP, __ROOT__ and _COLIDENTIFIER`,
    );
}

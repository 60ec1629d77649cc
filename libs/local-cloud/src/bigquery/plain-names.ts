import { invalid } from './bigquery-errors.js';
import { type BigQueryField } from './schema.js';

/**
 * External tables take letters, digits and underscores only; flexible column names are for BigQuery's own tables.
 * https://cloud.google.com/bigquery/docs/schemas#flexible-column-names
 */
export function requirePlainNames(fields: readonly BigQueryField[], path = ''): void {
  for (const { name, fields: children = [] } of fields) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,299}$/.test(name))
      throw invalid(
        `Invalid field name "${path}${name}". Fields must contain only letters, numbers, and underscores, start with a letter or underscore, and be at most 300 characters long.`,
      );
    requirePlainNames(children, `${path}${name}.`);
  }
}

import { type Field } from '../schema.js';

/**
 * The first column, or field of one, whose name BigQuery calls flexible: it has other characters than letters, digits and
 * underscores. Tables and exports may have such names, external tables may not.
 * https://cloud.google.com/bigquery/docs/schemas#flexible-column-names
 */
export function flexibleName(fields: readonly Field[], path = ''): string | undefined {
  for (const { name, fields: nested = [] } of fields) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return path + name;
    const inside = flexibleName(nested, `${path}${name}.`);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

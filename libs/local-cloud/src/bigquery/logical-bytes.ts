import { quoteName } from './engine.js';
import { type BigQueryField } from './schema.js';

/** BigQuery's “data type sizes”: logical bytes of one value. */
const fixed: Readonly<Record<string, number>> = {
  INTEGER: 8, INT64: 8, FLOAT: 8, FLOAT64: 8, BOOLEAN: 1, BOOL: 1, TIMESTAMP: 8, DATE: 8, TIME: 8, DATETIME: 8, NUMERIC: 16, INTERVAL: 16,
};

/** An aggregate over a relation that sums the logical bytes of all its rows; NULLs count nothing. */
export function logicalBytesSql(schema: readonly BigQueryField[]): string {
  const terms = schema.map((field) => `coalesce(sum(${bytesOf(quoteName(field.name), field)}), 0)`);
  return terms.length > 0 ? terms.join(' + ') : '0';
}

function bytesOf(sql: string, field: BigQueryField): string {
  if (field.mode === 'REPEATED') {
    const element = { ...field, mode: 'NULLABLE' as const };
    return `coalesce(list_sum(list_transform(${sql}, lambda e: ${bytesOf('e', element)})), 0)`;
  }
  const size = fixed[field.type];
  if (size !== undefined) return `CASE WHEN ${sql} IS NULL THEN 0 ELSE ${size} END`;
  if (field.type === 'RECORD' || field.type === 'STRUCT') {
    const members = (field.fields ?? []).map((nested) => bytesOf(`${sql}.${quoteName(nested.name)}`, nested));
    return members.length > 0 ? `(${members.join(' + ')})` : '0';
  }
  if (field.type === 'BYTES') return `coalesce(2 + octet_length(${sql}), 0)`;
  return `coalesce(2 + strlen(${sql}), 0)`;
}

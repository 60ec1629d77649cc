import { type Plan } from '../plan/plan.js';
import { type Field } from '../schema.js';
import { quoteIdentifier } from '../transform/quote.js';

/** The rows that the files must hold, as a FROM item; or, with `select`, a query over the whole of them. */
export function sourceFingerprintSql({ source }: Plan, select?: string): string {
  const from = source.sql === undefined ? pinnedTable(source) : `(\n${source.sql}\n) AS source_row`;
  return select === undefined ? from : `SELECT ${select}\nFROM ${from}`;
}

/** The table itself, at the plan's instant; partitions are named by a condition, for SQL knows no decorators. */
function pinnedTable({ table, asOf, extractFrom, where }: Plan['source']): string {
  if (!table) return '';
  const name = [table.project, table.dataset, table.table].map(quoteIdentifier).join('.');
  const pin = extractFrom?.table.includes('@')
    ? ` FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${Date.parse(asOf)})`
    : '';
  const from = `${name} AS source_row${pin}`;
  return where === undefined
    ? from
    : `(SELECT source_row.* FROM ${from} WHERE ${where}) AS source_row`;
}

/**
 * A query for `row_count` and `fingerprint`: each row’s canonical text is hashed, the hashes are summed in two ways that
 * do not depend on the order of rows but do on how often each occurs.
 */
export function fingerprintSelect(from: string, plan: Plan): string {
  const text = `TO_JSON_STRING(STRUCT(${plan.fields.map((field) => `${canonical(field)} AS ${quoteIdentifier(field.name)}`).join(', ')}))`;
  return [
    'SELECT COUNT(*) AS row_count,',
    "  CONCAT(CAST(COALESCE(BIT_XOR(row_hash), 0) AS STRING), ':', CAST(COALESCE(SUM(CAST(row_hash AS BIGNUMERIC)), 0) AS STRING)) AS fingerprint",
    `FROM (SELECT FARM_FINGERPRINT(${text}) AS row_hash FROM ${from})`,
  ].join('\n');
}

/** A form that is the same for the source’s value and for the one read back from any format. */
function canonical(field: Field): string {
  const column = `source_row.${quoteIdentifier(field.name)}`;
  if (field.type === 'FLOAT64' && field.mode !== 'REPEATED') return `CAST(${column} AS STRING)`;
  if (field.type === 'GEOGRAPHY' && field.mode !== 'REPEATED') return `ST_ASTEXT(${column})`;
  return column;
}

import { type Plan } from '../plan/plan.js';
import { quoteIdentifier } from '../transform/quote.js';
import {
  binaryText,
  canonicalText,
  type CanonicalValue,
  jsonValue,
  sourceText,
  textOfText,
  typedValue,
} from './canonical-text.js';
import { csvColumn, isWholeLine, lineColumn } from './files-table.js';

/** Which side of the comparison a query reads. */
export type Side = 'source' | 'files';

/** The rows that the files must hold, as a FROM item; or, with `select`, a query over the whole of them. */
export function sourceFingerprintSql({ source }: Plan, select?: string): string {
  const from = source.sql === undefined ? pinnedTable(source) : `(\n${source.sql}\n) AS source_row`;
  return select === undefined ? from : `SELECT ${select}\nFROM ${from}`;
}

/** The table itself, at the plan's instant; partitions are named by a condition, for SQL knows no decorators. */
function pinnedTable({ table, asOf, pinned, where }: Plan['source']): string {
  if (!table) return '';
  const name = [table.project, table.dataset, table.table].map(quoteIdentifier).join('.');
  const pin = pinned ? ` FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${Date.parse(asOf)})` : '';
  const from = `${name} AS source_row${pin}`;
  return where === undefined
    ? from
    : `(SELECT source_row.* FROM ${from} WHERE ${where}) AS source_row`;
}

/**
 * A query for `row_count` and `fingerprint`: each row’s canonical text is hashed, the hashes are summed in two ways that
 * do not depend on the order of rows but do on how often each occurs.
 */
export function fingerprintSelect(from: string, plan: Plan, side: Side): string {
  const isLines = side === 'files' && plan.files.written.format === 'jsonl';
  const texts = plan.fields.map((field, index) =>
    canonicalText(valueOf(field.name, index, plan, side), field),
  );
  const row = `TO_JSON_STRING([${texts.join(', ')}])`;
  const hash = hashOf(isLines ? orFaultyLine(row) : row, texts, plan);
  return [
    'SELECT COUNT(*) AS row_count,',
    "  CONCAT(CAST(COALESCE(BIT_XOR(row_hash), 0) AS STRING), ':', CAST(COALESCE(SUM(CAST(row_hash AS BIGNUMERIC)), 0) AS STRING)) AS fingerprint",
    `FROM (SELECT ${hash} AS row_hash FROM ${isLines ? documents(from) : from})`,
  ].join('\n');
}

/** A line that is no JSON has a text that no row has. */
const orFaultyLine = (row: string): string =>
  `IF(source_row.document IS NULL, CONCAT('?', source_row.${lineColumn}), ${row})`;

/** Readers of CSV may leave blank lines out, and a lone NULL is one: it adds nothing to the sums on either side. */
function hashOf(row: string, texts: readonly string[], { files }: Plan): string {
  const hash = `FARM_FINGERPRINT(${row})`;
  const [only, ...others] = texts;
  return files.written.format === 'csv' && others.length === 0
    ? `IF(${only} IS NULL, 0, ${hash})`
    : hash;
}

/** Each line is parsed once. */
const documents = (from: string): string =>
  `(SELECT source_row.${lineColumn}, IF(${isWholeLine(`source_row.${lineColumn}`)}, SAFE.PARSE_JSON(source_row.${lineColumn}, wide_number_mode=>'round'), NULL) AS document FROM ${from}) AS source_row`;

function valueOf(name: string, index: number, { files }: Plan, side: Side): CanonicalValue {
  const { format } = files.written;
  const column = `source_row.${quoteIdentifier(name)}`;
  if (side === 'source') return typedValue(column, sourceText(format));
  switch (format) {
    case 'csv':
      return typedValue(`NULLIF(source_row.${csvColumn(index)}, '')`, textOfText);
    case 'jsonl':
      return jsonValue('source_row.document').member(name);
    default:
      return typedValue(column, binaryText(format));
  }
}

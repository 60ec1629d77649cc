import { CloudError } from '../http/cloud-error.js';
import { type BigQueryField } from './schema.js';
import { quoteName } from './engine.js';

const scalars: Readonly<Record<string, string>> = {
  STRING: 'VARCHAR',
  BYTES: 'BLOB',
  INTEGER: 'BIGINT',
  INT64: 'BIGINT',
  FLOAT: 'DOUBLE',
  FLOAT64: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  BOOL: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMPTZ',
  DATE: 'DATE',
  TIME: 'TIME',
  DATETIME: 'TIMESTAMP',
  NUMERIC: 'DECIMAL(38, 9)',
  // DuckDB's decimals end at 38 digits; text keeps all 76.
  BIGNUMERIC: 'VARCHAR',
  GEOGRAPHY: 'VARCHAR',
  JSON: 'VARCHAR',
  INTERVAL: 'INTERVAL',
};

/** The DuckDB type that holds a column of this field. */
export function duckType(field: BigQueryField): string {
  const element = elementType(field);
  return field.mode === 'REPEATED' ? `${element}[]` : element;
}

function elementType(field: BigQueryField): string {
  if (field.type === 'RECORD' || field.type === 'STRUCT') {
    return `STRUCT(${(field.fields ?? []).map((nested) => `${quoteName(nested.name)} ${duckType(nested)}`).join(', ')})`;
  }
  const type = scalars[field.type];
  if (type) return type;
  throw new CloudError(400, 'invalid', `Invalid field schema: Unsupported type ${field.type} of field ${field.name}.`);
}

const inferred: readonly [RegExp, string][] = [
  [/^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT)$/, 'INTEGER'],
  [/^(FLOAT|DOUBLE)$/, 'FLOAT'],
  [/^(HUGEINT|UHUGEINT|DECIMAL.*)$/, 'NUMERIC'],
  [/^BOOLEAN$/, 'BOOLEAN'],
  [/^BLOB$/, 'BYTES'],
  [/^DATE$/, 'DATE'],
  [/^TIME$/, 'TIME'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'TIMESTAMP'],
  [/^TIMESTAMP(_S|_MS|_NS)?$/, 'DATETIME'],
  [/^INTERVAL$/, 'INTERVAL'],
  [/^JSON$/, 'JSON'],
];

/** The BigQuery field that a DuckDB column of a loaded file becomes. */
export function fieldOfDuckType(name: string, type: string): BigQueryField {
  if (type.endsWith('[]')) return { ...fieldOfDuckType(name, type.slice(0, -2)), mode: 'REPEATED' };
  const struct = /^STRUCT\((.*)\)$/s.exec(type)?.[1];
  if (struct !== undefined) {
    return { name, type: 'RECORD', mode: 'NULLABLE', fields: splitMembers(struct).map(([member, inner]) => fieldOfDuckType(member, inner)) };
  }
  const known = inferred.find(([pattern]) => pattern.test(type))?.[1];
  return { name, type: known ?? 'STRING', mode: 'NULLABLE' };
}

/** Splits `"a" BIGINT, b STRUCT(c VARCHAR)` at the commas of its own level. */
function splitMembers(text: string): [string, string][] {
  const members: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (!quoted && character === '(') depth += 1;
    if (!quoted && character === ')') depth -= 1;
    if (at === text.length || (!quoted && depth === 0 && character === ',')) {
      members.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return members.map((member) => {
    const [, plain, quotedName, type] = /^(?:"((?:[^"]|"")*)"|(\S+))\s+([\s\S]*)$/.exec(member) ?? [];
    return [(plain ?? quotedName ?? '').replaceAll('""', '"'), type ?? ''];
  });
}

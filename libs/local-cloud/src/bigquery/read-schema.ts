import { invalid, required } from './bigquery-errors.js';
import { type BigQueryField } from './schema.js';

const typeNames: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
};

const knownTypes = new Set([
  'STRING',
  'BYTES',
  'INTEGER',
  'FLOAT',
  'BOOLEAN',
  'TIMESTAMP',
  'DATE',
  'TIME',
  'DATETIME',
  'NUMERIC',
  'BIGNUMERIC',
  'GEOGRAPHY',
  'JSON',
  'INTERVAL',
  'RANGE',
  'RECORD',
]);

/** Deepest nesting BigQuery allows. */
const maxDepth = 15;

/** The fields of a request's schema in BigQuery's canonical names; 400 when they are not a schema. */
export function readSchema(value: unknown, path = '', depth = 1): BigQueryField[] {
  if (!Array.isArray(value)) throw invalid('Invalid value for schema.fields');
  if (depth > maxDepth) throw invalid(`Schema is nested too deeply: more than ${maxDepth} levels.`);
  const seen = new Set<string>();
  return value.map((item: unknown) => {
    const field = readField(item, path, depth);
    const key = field.name.toLowerCase();
    if (seen.has(key)) throw invalid(`Duplicate column names in the schema: ${path}${field.name}`);
    seen.add(key);
    return field;
  });
}

function readField(value: unknown, path: string, depth: number): BigQueryField {
  const field = (value ?? {}) as Record<string, unknown>;
  const { name, type, mode, fields, ...rest } = field;
  if (typeof name !== 'string' || name === '') throw required('schema.fields.name');
  if (typeof type !== 'string') throw required(`schema.fields.type (${path}${name})`);
  // eslint-disable-next-line no-control-regex -- control characters are among those refused
  if (/[!"$()*,./;?@[\\\]^`{}~\u0000-\u001f]/.test(name) || name.length > 300)
    throw invalid(
      `Invalid field name "${path}${name.slice(0, 100)}". Fields must contain the allowed characters, and be at most 300 characters long.`,
    );
  const canonical = typeNames[type.toUpperCase()] ?? type.toUpperCase();
  if (!knownTypes.has(canonical))
    throw invalid(`Invalid field type: ${path}${name} has type ${type.slice(0, 60)}`);
  const modeName = typeof mode === 'string' ? mode.toUpperCase() : 'NULLABLE';
  if (modeName !== 'NULLABLE' && modeName !== 'REQUIRED' && modeName !== 'REPEATED')
    throw invalid(`Invalid value for mode: ${modeName.slice(0, 60)} is not a valid value`);
  if (canonical === 'RECORD' && (!Array.isArray(fields) || fields.length === 0))
    throw invalid(`Field ${path}${name} is type RECORD but has no schema`);
  const kept = Object.fromEntries(
    keptProperties.flatMap((key) =>
      rest[key] === undefined || rest[key] === null ? [] : [[key, rest[key]]],
    ),
  );
  return {
    name,
    type: canonical,
    mode: modeName,
    ...(canonical === 'RECORD' ? { fields: readSchema(fields, `${path}${name}.`, depth + 1) } : {}),
    ...kept,
  };
}

const keptProperties = [
  'description',
  'precision',
  'scale',
  'maxLength',
  'policyTags',
  'rangeElementType',
  'defaultValueExpression',
];

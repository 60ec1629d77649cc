import { isRecord } from './duckdb-type.js';
import { type ErrorProto } from './job-record.js';
import { type BigQueryField } from './schema.js';

/** What is wrong with a row of JSON for this schema, in BigQuery's words; nothing when it fits. */
export function checkRow(
  row: Readonly<Record<string, unknown>>,
  schema: readonly BigQueryField[],
  ignoresUnknown: boolean,
  path = '',
): ErrorProto[] {
  const known = new Map(schema.map((field) => [field.name.toLowerCase(), field]));
  const problems: ErrorProto[] = [];
  const present = new Set<string>();
  for (const [key, value] of Object.entries(row)) {
    const field = known.get(key.toLowerCase());
    if (!field) {
      if (!ignoresUnknown) problems.push(problem(`no such field: ${path}${key}.`, path + key));
      continue;
    }
    if (value !== null && value !== undefined) present.add(field.name);
    problems.push(...checkValue(value, field, ignoresUnknown, `${path}${field.name}`));
  }
  for (const { name, mode } of schema)
    if (mode === 'REQUIRED' && !present.has(name))
      problems.push(problem(`Missing required field: ${path}${name}.`, `${path}${name}`));
  return problems;
}

function checkValue(
  value: unknown,
  field: BigQueryField,
  ignoresUnknown: boolean,
  path: string,
): ErrorProto[] {
  if (value === null || value === undefined) return [];
  if (field.mode === 'REPEATED') {
    if (!Array.isArray(value)) return [problem(`Field must be an array: ${path}`, path)];
    return value.flatMap((item) =>
      item === null
        ? [problem('Only optional fields can be set to NULL.', path)]
        : checkValue(item, { ...field, mode: 'NULLABLE' }, ignoresUnknown, path),
    );
  }
  if (Array.isArray(value) && field.type !== 'JSON')
    return [problem('Array specified for non-repeated field.', path)];
  if (isRecord(field))
    return typeof value === 'object'
      ? checkRow(value as Record<string, unknown>, field.fields ?? [], ignoresUnknown, `${path}.`)
      : [problem('This field is a record.', path)];
  if (typeof value === 'object' && field.type !== 'JSON')
    return [problem('This field is not a record.', path)];
  if (field.type === 'JSON' && typeof value === 'string')
    return isJsonText(value) ? [] : [problem(`Invalid JSON text in column ${path}.`, path)];
  const form = forms[field.type];
  return !form || form.test(String(value))
    ? []
    : [
        problem(
          `Cannot convert value to ${field.type.toLowerCase()} (bad value): ${String(value).slice(0, 100)}`,
          path,
        ),
      ];
}

/** The row under the schema's spelling of its fields, and its JSON columns, which are streamed as text, as values. */
export function toSchemaFields(
  row: Readonly<Record<string, unknown>>,
  schema: readonly BigQueryField[],
): Record<string, unknown> {
  const known = new Map(schema.map((field) => [field.name.toLowerCase(), field]));
  const read = (value: unknown, field: BigQueryField | undefined): unknown => {
    if (Array.isArray(value) && field?.mode === 'REPEATED')
      return value.map((item) => read(item, field));
    if (field?.type === 'JSON' && typeof value === 'string') return JSON.parse(value) as unknown;
    return field && isRecord(field) && typeof value === 'object' && value !== null
      ? toSchemaFields(value as Record<string, unknown>, field.fields ?? [])
      : value;
  };
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      const field = known.get(key.toLowerCase());
      return [field?.name ?? key, read(value, field)];
    }),
  );
}

function isJsonText(value: unknown): boolean {
  try {
    JSON.parse(String(value));
    return true;
  } catch {
    return false;
  }
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

const forms: Readonly<Record<string, RegExp>> = {
  INTEGER: /^[+-]?\d{1,19}(\.0*)?$/,
  FLOAT: /^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?|nan)$/i,
  NUMERIC: decimal,
  BIGNUMERIC: decimal,
  BOOLEAN: /^(true|false|t|f|1|0|yes|no|y|n)$/i,
  BYTES: /^[A-Za-z0-9+/_-]*={0,2}$/,
  DATE: /^\d{4}-\d{1,2}-\d{1,2}$/,
  TIME: /^\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?$/,
  DATETIME: /^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?)?$/i,
  TIMESTAMP:
    /^(\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,9})?)?)?( ?(Z|UTC|[+-]\d{1,2}(:?\d{2})?))?|-?\d+(\.\d+)?(E\d+)?)$/i,
};

const problem = (message: string, location: string): ErrorProto => ({
  reason: 'invalid',
  location,
  message,
});

import { type QueryParameter } from '../googlesql/translate.js';
import { invalid, invalidQuery, required } from './bigquery-errors.js';
import { type BigQueryField } from './schema.js';

interface WireType {
  readonly type?: string;
  readonly arrayType?: WireType;
  readonly structTypes?: readonly { readonly name?: string; readonly type: WireType }[];
  readonly rangeElementType?: { readonly type: string };
}

interface WireValue {
  readonly value?: string | null;
  readonly arrayValues?: readonly WireValue[] | null;
  readonly structValues?: Readonly<Record<string, WireValue>> | null;
  readonly rangeValue?: { readonly start?: WireValue; readonly end?: WireValue } | null;
}

const canonicalTypes: Readonly<Record<string, string>> = {
  INT64: 'INTEGER',
  FLOAT64: 'FLOAT',
  BOOL: 'BOOLEAN',
  STRUCT: 'RECORD',
};

const textForms: Readonly<Record<string, RegExp>> = {
  INTEGER: /^[+-]?\d{1,19}$/,
  FLOAT: /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)$/i,
  BOOLEAN: /^(true|false)$/i,
  NUMERIC: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  BIGNUMERIC: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  DATE: /^\d{4}-\d{1,2}-\d{1,2}$/,
  TIME: /^\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?$/,
  DATETIME: /^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?)?$/i,
  TIMESTAMP:
    /^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d{1,6})?)?)?( ?(Z|UTC|[+-]\d{1,2}(:\d{2})?|[A-Za-z_]+(\/[A-Za-z_+-]+)+))?$/i,
};

/**
 * The parameters of a query, checked against their types. Scalars keep their text (NULL is null), arrays are arrays,
 * structs are objects. Throws 400 in BigQuery's words.
 */
export function readQueryParameters(
  configuration: Readonly<Record<string, unknown>>,
): QueryParameter[] {
  const parameters = configuration['queryParameters'];
  if (parameters === undefined || parameters === null) return [];
  if (!Array.isArray(parameters)) throw invalid('Invalid value for queryParameters');
  const isNamed =
    String(configuration['parameterMode'] ?? '').toUpperCase() === 'NAMED' ||
    (configuration['parameterMode'] === undefined &&
      parameters.every((each: { name?: string }) => each.name));
  return parameters.map((parameter: Record<string, unknown>, index) => {
    const name = parameter['name'];
    if (isNamed && (typeof name !== 'string' || name === ''))
      throw required(`queryParameters[${index}].name`);
    const type = parameter['parameterType'] as WireType | undefined;
    if (!type) throw required(`queryParameters[${index}].parameterType`);
    const label = typeof name === 'string' && name ? name : String(index + 1);
    return {
      ...(isNamed ? { name: String(name) } : {}),
      type: fieldOf(label, type),
      value: valueOf(label, type, (parameter['parameterValue'] ?? {}) as WireValue),
    };
  });
}

function fieldOf(name: string, wire: WireType): BigQueryField {
  const type = String(wire.type ?? '').toUpperCase();
  if (type === 'ARRAY') return { ...fieldOf(name, wire.arrayType ?? {}), mode: 'REPEATED' };
  const canonical = canonicalTypes[type] ?? type;
  if (canonical === 'RECORD')
    return {
      name,
      type: canonical,
      mode: 'NULLABLE',
      fields: (wire.structTypes ?? []).map((member, index) =>
        fieldOf(member.name ?? `_field_${index + 1}`, member.type),
      ),
    };
  if (!knownTypes.has(canonical))
    throw invalid(`Invalid value for type of query parameter ${name}: ${type.slice(0, 60)}`);
  return {
    name,
    type: canonical,
    mode: 'NULLABLE',
    ...(wire.rangeElementType ? { rangeElementType: wire.rangeElementType } : {}),
  };
}

const knownTypes = new Set([
  ...Object.keys(textForms),
  'STRING',
  'BYTES',
  'GEOGRAPHY',
  'JSON',
  'INTERVAL',
  'RANGE',
]);

function valueOf(name: string, wire: WireType, value: WireValue): unknown {
  const type = String(wire.type ?? '').toUpperCase();
  if (type === 'ARRAY')
    return (value.arrayValues ?? []).map((item) => valueOf(name, wire.arrayType ?? {}, item));
  if (type === 'STRUCT' || type === 'RECORD') {
    if (!value.structValues) return null;
    return Object.fromEntries(
      (wire.structTypes ?? []).map((member, index) => {
        const key = member.name ?? `_field_${index + 1}`;
        return [key, valueOf(name, member.type, value.structValues?.[key] ?? {})];
      }),
    );
  }
  const text = value.value;
  if (text === undefined || text === null) return null;
  const form = textForms[canonicalTypes[type] ?? type];
  if (form && !form.test(String(text)))
    throw invalidQuery(
      `Invalid value for query parameter ${name}: ${JSON.stringify(String(text).slice(0, 100))} is not a valid ${type} value.`,
    );
  return String(text);
}

import fc from 'fast-check';

/** As much of JSON Schema as the API's description uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

const hostile = [
  '',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  "'; DROP TABLE x; --",
  '`',
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '<script>alert(1)</script>',
  '${7*7}',
  '=1+1',
  '__proto__',
  'constructor',
  'a'.repeat(5_000),
  '1e400',
  '-1',
  '💥',
  '\ud800',
];

/** Texts that people type, and those that attackers do. */
export const aText = fc.oneof(
  fc.constantFrom('samples', 'airports', 'orders', 'outhaul-local', 'me', 'all', 'csv'),
  fc.string({ maxLength: 20 }),
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.constantFrom(...hostile),
);

const anyJson = fc.jsonValue({ maxDepth: 3 });
const depthLimit = 5;

/** Values that the schema allows, and about one in eight that it does not. */
export function arbitraryOf(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  depth = 0,
): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 7, arbitrary: allowedBy(schema, definitions, depth) },
    { weight: 1, arbitrary: anyJson },
  );
}

function allowedBy(
  schema: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  depth: number,
): fc.Arbitrary<unknown> {
  const of = (inner: JsonSchema) => arbitraryOf(inner, definitions, depth + 1);
  if (depth > depthLimit) return anyJson;
  if (schema.$ref !== undefined) return of(definitions[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(of));
  switch (schema.type) {
    case 'string':
      return aText;
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({
          min: Math.max(schema.minimum ?? -10, -1_000),
          max: Math.min(schema.maximum ?? 1_000, 1e6),
        }),
        fc.double(),
      );
    case 'array':
      return fc.array(of(schema.items ?? {}), { maxLength: 4 });
    case 'object':
      return anObject(schema, of);
    default:
      return anyJson;
  }
}

function anObject(schema: JsonSchema, of: (inner: JsonSchema) => fc.Arbitrary<unknown>) {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return fc.dictionary(aText, anyJson, { maxKeys: 3 });
  const known = Object.fromEntries(properties.map(([name, inner]) => [name, of(inner)]));
  const record = fc.record(known, { requiredKeys: [...(schema.required ?? [])] });
  // Of many optional fields most are left out: all of them together are never right.
  const few = fc
    .tuple(
      record,
      fc.array(fc.boolean(), { minLength: properties.length, maxLength: properties.length }),
    )
    .map(([value, keep]) =>
      Object.fromEntries(
        Object.entries(value).filter(
          ([name], index) => schema.required?.includes(name) || (keep[index] && index % 3 === 0),
        ),
      ),
    );
  return fc.oneof({ weight: 3, arbitrary: few }, { weight: 1, arbitrary: record });
}

import { type Field } from '@outhaul/api-client';

/** A field in the schema’s tree, as a row of a list. */
export interface SchemaRow {
  readonly field: Field;
  /** Dotted from the top, `customer.email`. */
  readonly path: string;
  readonly depth: number;
  readonly hasChildren: boolean;
}

/** The tree as rows, without what is below the closed paths. */
export function flattenSchema(
  fields: readonly Field[],
  closed: ReadonlySet<string> = new Set(),
  depth = 0,
  prefix = '',
): readonly SchemaRow[] {
  return fields.flatMap((field) => {
    const path = prefix + field.name;
    const children = field.fields ?? [];
    const row = { field, path, depth, hasChildren: children.length > 0 };
    return closed.has(path)
      ? [row]
      : [row, ...flattenSchema(children, closed, depth + 1, `${path}.`)];
  });
}

/** A type as GoogleSQL writes it: `ARRAY<STRUCT>`, `NUMERIC(10, 2)`, `RANGE<DATE>`. */
export function typeName(field: Field): string {
  const inBrackets =
    field.precision === undefined
      ? field.maxLength
      : [field.precision, field.scale].filter((each) => each !== undefined).join(', ');
  const inner =
    field.type +
    (field.rangeElementType ? `<${field.rangeElementType}>` : '') +
    (inBrackets === undefined ? '' : `(${inBrackets})`);
  return field.mode === 'REPEATED' ? `ARRAY<${inner}>` : inner;
}

/** The last part of a policy tag’s resource name. */
export const tagName = (resource: string): string => resource.split('/').at(-1) ?? resource;

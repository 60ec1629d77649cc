import { type Expression } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { arrayOf, duckdbType, int64, type SqlType, typeName } from '../types.js';
import { fieldOf, impliedName } from './analyze-expression.js';
import { structOf } from './build-struct.js';
import { coerceOr, supertypeOf } from './coerce.js';
import { resolveType } from './resolve-type.js';
import { applyTemplate, emptyArray, failSql, isNullLiteral, type Typed } from './typed.js';

/** `array[OFFSET(0)]` and `json['key']`. */
export function analyzeIndex(
  node: Extract<Expression, { kind: 'index' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  const base = analyze(node.base);
  if (base.type.kind === 'JSON') {
    const index = analyze(node.index);
    if (
      index.type.kind === 'STRING' &&
      index.constant?.text !== undefined &&
      index.constant.text !== null
    )
      return fieldOf(base, index.constant.text, node.at);
    if (index.type.kind !== 'INT64' && index.type.kind !== 'STRING')
      throw mistake(
        `JSON subscript must be INT64 or STRING but was ${typeName(index.type)}`,
        node.at,
      );
    const path =
      index.type.kind === 'INT64'
        ? `'$[' || ${index.sql} || ']'`
        : `'$."' || replace(${index.sql}, '"', '\\"') || '"'`;
    return { sql: `json_extract(${base.sql}, ${path})`, type: base.type };
  }
  if (base.type.kind !== 'ARRAY')
    throw mistake(
      `Subscript access using [INT64] is not supported on values of type ${typeName(base.type)}`,
      node.at,
    );
  const { element } = base.type;
  const call =
    node.index.kind === 'call' && accessors.has(node.index.name) ? node.index : undefined;
  const position = call?.args[0] ?? node.index;
  const index = analyze(position);
  coerceOr(
    index,
    int64,
    `Array position must be coercible to INT64 type, but has type ${typeName(index.type)}`,
    node.at,
  );
  const how = call?.name ?? 'OFFSET';
  const sql = applyTemplate(
    (list, place) => {
      const at = how.endsWith('ORDINAL') ? place : `${place} + 1`;
      if (how.startsWith('SAFE_')) return `(CASE WHEN ${at} >= 1 THEN ${list}[${at}] END)`;
      return `(CASE WHEN ${at} >= 1 AND ${at} <= len(${list}) THEN ${list}[${at}] WHEN ${list} IS NULL OR ${place} IS NULL THEN NULL ELSE ${failSql(`'Array index ' || ${place} || ' is out of bounds'`, element)} END)`;
    },
    [base.sql, index.sql],
  );
  return { sql, type: element };
}

const accessors = new Set(['OFFSET', 'ORDINAL', 'SAFE_OFFSET', 'SAFE_ORDINAL']);

/** `[1, 2]`. */
export function analyzeArray(
  node: Extract<Expression, { kind: 'array' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  const elements = node.elements.map(analyze);
  const declared = node.elementType && resolveType(node.elementType);
  const element: SqlType | undefined =
    declared ?? (elements.length === 0 ? int64 : supertypeOf(elements));
  if (!element)
    throw mistake(
      `Array elements of types {${[...new Set(elements.map(({ type }) => typeName(type)))].join(', ')}} do not have a common supertype`,
      node.at,
    );
  if (element.kind === 'ARRAY')
    throw mistake(
      'Cannot construct array with element type ARRAY because nested arrays are not supported',
      node.at,
    );
  const type = arrayOf(element);
  const items = elements.map(
    (each, index) =>
      coerceOr(
        each,
        element,
        `Array element type ${typeName(each.type)} does not coerce to ${typeName(element)}`,
        node.elements[index]?.at ?? node.at,
      ).sql,
  );
  const isLiteral =
    elements.length === 0 ? !declared : elements.every(({ constant }) => constant?.isLiteral);
  const sql = items.length === 0 ? `CAST([] AS ${duckdbType(type)})` : `[${items.join(', ')}]`;
  return {
    sql:
      elements.every(isNullLiteral) && items.length > 0
        ? `CAST(${sql} AS ${duckdbType(type)})`
        : sql,
    type,
    ...(isLiteral
      ? { constant: { text: elements.length === 0 ? emptyArray : '', isLiteral: true } }
      : {}),
  };
}

/** `STRUCT(1 AS a)` and `(1, 2)`. */
export function analyzeStruct(
  node: Extract<Expression, { kind: 'struct' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  const values = node.items.map(({ value }) => analyze(value));
  if (!node.type) {
    if (node.items.length === 0) throw refused('STRUCT without fields', node.at);
    return structOf(
      node.items.map(({ value, alias }, index) => ({
        name: alias ?? (node.isTuple ? undefined : impliedName(value)),
        value: values[index] as Typed,
      })),
    );
  }
  const type = resolveType(node.type);
  if (type.kind !== 'STRUCT' || type.fields.length !== values.length)
    throw mistake(
      `STRUCT type has ${type.kind === 'STRUCT' ? type.fields.length : 0} fields but constructor call has ${values.length} fields`,
      node.at,
    );
  return structOf(
    type.fields.map((field, index) => ({
      name: field.name,
      value: coerceOr(
        values[index] as Typed,
        field.type,
        `Struct field ${index + 1} has type ${typeName((values[index] as Typed).type)} which does not coerce to ${typeName(field.type)}`,
        node.items[index]?.value.at ?? node.at,
      ),
    })),
  );
}

import { type Expression } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import {
  arrayOf,
  bool,
  bytes,
  duckdbType,
  fieldName,
  int64,
  quoteName,
  sameType,
  scalar,
  type ScalarKind,
  type SqlType,
  typeName,
} from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeCall } from './analyze-call.js';
import { analyzeCast } from './analyze-cast.js';
import {
  analyzeBinary,
  analyzeDistinctFrom,
  analyzeUnary,
  compareSql,
} from './analyze-operator.js';
import { analyzeSubquery, inQuery } from './analyze-subquery.js';
import { analyzeExtract, analyzeInterval } from './analyze-time.js';
import { structOf } from './build-struct.js';
import { canonicalOf } from './canonical.js';
import { argumentTypes, coerce, coerceOr, supertypeOf } from './coerce.js';
import { literalSql } from './literal-sql.js';
import { resolveName, resolveQualified } from './resolve-name.js';
import { resolveType } from './resolve-type.js';
import { type Scope } from './scope.js';
import { applyTemplate, failSql, isNullLiteral, quoteBytes, type Typed } from './typed.js';

/** Translates an expression in its scope. Throws BigQuery's errors about names and types. */
export function analyzeExpression(analysis: Analysis, scope: Scope, node: Expression): Typed {
  const key = findKey(analysis, scope, node);
  if (key) return key;
  const analyze = (each: Expression): Typed => analyzeExpression(analysis, scope, each);
  switch (node.kind) {
    case 'literal':
      return analyzeLiteral(node);
    case 'typed-literal': {
      const kind = typedKinds[node.type] ?? node.type;
      return literalSql(scalar(kind as ScalarKind), node.text, node.at);
    }
    case 'parameter':
      return analysis.parameter(node.name, node.index, node.at);
    case 'name':
      return resolveName(analysis, scope, node.name, node.at);
    case 'field':
      return analyzeField(analysis, scope, node);
    case 'unary':
      return analyzeUnary(node, analyze(node.operand));
    case 'binary':
      return analyzeBinary(node, analyze(node.left), analyze(node.right));
    case 'between': {
      const value = analyze(node.value);
      const low = analyze(node.low);
      const high = analyze(node.high);
      if (!supertypeOf([value, low, high]))
        throw mistake(
          `No matching signature for operator BETWEEN for argument types: ${argumentTypes([value, low, high])}. Supported signature: (ANY) BETWEEN (ANY) AND (ANY)`,
          node.at,
        );
      const sql = applyTemplate(
        (x) =>
          `(${compareSql('>=', { ...value, sql: x }, low)} AND ${compareSql('<=', { ...value, sql: x }, high)})`,
        [value.sql],
      );
      return negate({ sql, type: bool }, node.negated);
    }
    case 'in':
      return analyzeIn(analysis, scope, node);
    case 'quantified-like': {
      const value = analyze(node.value);
      const parts = node.list.map((pattern) =>
        analyzeBinary({ op: 'LIKE', at: node.at }, value, analyze(pattern)),
      );
      const sql = `(${parts.map((part) => part.sql).join(node.how === 'ANY' ? ' OR ' : ' AND ')})`;
      return negate({ sql, type: bool }, node.negated);
    }
    case 'is': {
      const value = analyze(node.value);
      if (node.what !== 'NULL')
        coerceOr(
          value,
          bool,
          `No matching signature for operator IS ${node.what} for argument types: ${argumentTypes([value])}`,
          node.at,
        );
      return { sql: `(${value.sql} IS ${node.negated ? 'NOT ' : ''}${node.what})`, type: bool };
    }
    case 'distinct-from':
      return analyzeDistinctFrom(node, analyze(node.left), analyze(node.right));
    case 'case':
      return analyzeCase(node, analyze);
    case 'cast':
      return analyzeCast(node, analyze);
    case 'extract':
      return analyzeExtract(node, analyze);
    case 'interval':
      return analyzeInterval(node, analyze);
    case 'call':
      return analyzeCall(analysis, scope, node);
    case 'index':
      return analyzeIndex(node, analyze);
    case 'array':
      return analyzeArray(node, analyze);
    case 'struct':
      return analyzeStruct(node, analyze);
    case 'subquery':
      return analyzeSubquery(analysis, scope, node);
  }
}

const typedKinds: Readonly<Record<string, string>> = {
  DECIMAL: 'NUMERIC',
  BIGDECIMAL: 'BIGNUMERIC',
};

/** Where rows are grouped by a whole expression, the same expression stands for the group’s value. */
function findKey(analysis: Analysis, scope: Scope, node: Expression): Typed | undefined {
  const { grouping } = scope;
  if (!grouping || node.kind === 'literal' || node.kind === 'name') return undefined;
  if (grouping.keys.length === 0) return undefined;
  const canonical = canonicalOf(analysis, grouping.inner, node);
  return grouping.keys.find((key) => key.canonical === canonical)?.column;
}

const negate = (value: Typed, isNegated: boolean): Typed =>
  isNegated ? { sql: `(NOT ${value.sql})`, type: bool } : value;

function analyzeLiteral(node: Extract<Expression, { kind: 'literal' }>): Typed {
  if (node.type === 'NULL')
    return {
      sql: 'CAST(NULL AS BIGINT)',
      type: int64,
      constant: { text: null, isLiteral: true },
    };
  if (node.type === 'BYTES')
    return {
      sql: quoteBytes(node.bytes ?? Buffer.alloc(0)),
      type: bytes,
    };
  return literalSql(scalar(node.type), node.text, node.at);
}

function analyzeField(
  analysis: Analysis,
  scope: Scope,
  node: Extract<Expression, { kind: 'field' }>,
): Typed {
  if (node.base.kind === 'name') {
    const column = resolveQualified(scope, node.base.name, node.name, node.at);
    if (column) return column;
  }
  const base = analyzeExpression(analysis, scope, node.base);
  return fieldOf(base, node.name, node.at);
}

export function fieldOf(base: Typed, name: string, at: number): Typed {
  if (base.type.kind === 'JSON')
    return { sql: `json_extract(${base.sql}, ${jsonKey(name)})`, type: base.type };
  if (base.type.kind !== 'STRUCT')
    throw mistake(`Cannot access field ${name} on a value with type ${typeName(base.type)}`, at);
  const { fields } = base.type;
  const index = fields.findIndex((field) => field.name?.toLowerCase() === name.toLowerCase());
  const field = fields[index];
  if (!field) throw mistake(`Field name ${name} does not exist in ${typeName(base.type)}`, at);
  if (fields.filter((each) => each.name?.toLowerCase() === name.toLowerCase()).length > 1)
    throw mistake(`Struct field name ${name} is ambiguous`, at);
  return { sql: `${accessible(base.sql)}.${quoteName(fieldName(field, index))}`, type: field.type };
}

const jsonKey = (key: string): string =>
  `'$."${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll("'", "''")}"'`;

/** In DuckDB a dot may follow names and brackets only. */
const accessible = (sql: string): string => (/^[\w."]+$/.test(sql) ? sql : `(${sql})`);

function analyzeIn(
  analysis: Analysis,
  scope: Scope,
  node: Extract<Expression, { kind: 'in' }>,
): Typed {
  const analyze = (each: Expression): Typed => analyzeExpression(analysis, scope, each);
  const value = analyze(node.value);
  if (node.query) return negate(inQuery(analysis, scope, value, node.query, node.at), node.negated);
  if (node.unnest) {
    const array = analyze(node.unnest);
    if (array.type.kind !== 'ARRAY')
      throw mistake(
        `Second argument of IN UNNEST must be an array but was ${typeName(array.type)}`,
        node.at,
      );
    const { element } = array.type;
    const common = supertypeOf([value, { sql: '', type: element, constant: array.constant }]);
    if (!common)
      throw mistake(
        `No matching signature for operator IN UNNEST for argument types: ${argumentTypes([value, array])}. Supported signature: ANY IN UNNEST(ARRAY<ANY>)`,
        node.at,
      );
    const wanted = coerce(value, common);
    const list = sameType(element, common)
      ? array
      : coerce({ ...array, constant: undefined }, arrayOf(common));
    if (common.kind === 'FLOAT64' || common.kind === 'STRUCT' || common.kind === 'BIGNUMERIC')
      return negate({ sql: inByComparison(wanted, list.sql, common), type: bool }, node.negated);
    // NULL where nothing is equal, but the value or one of the elements is NULL; false for an empty array.
    const sql = applyTemplate(
      (x, l) =>
        `(CASE WHEN coalesce(len(${l}), 0) = 0 THEN false WHEN ${x} IS NULL THEN NULL WHEN list_contains(${l}, ${x}) THEN true WHEN list_count(${l}) < len(${l}) THEN NULL ELSE false END)`,
      [wanted.sql, list.sql],
    );
    return negate({ sql, type: bool }, node.negated);
  }
  const list = (node.list ?? []).map(analyze);
  const common = supertypeOf([value, ...list]);
  if (!common)
    throw mistake(
      `No matching signature for operator IN for argument types: ${argumentTypes([value, ...list])}. Supported signature: ANY IN (ANY, ...)`,
      node.at,
    );
  if (common.kind === 'FLOAT64' || common.kind === 'STRUCT' || common.kind === 'BIGNUMERIC') {
    const sql = applyTemplate(
      (x) => `(${list.map((each) => compareSql('=', { ...value, sql: x }, each)).join(' OR ')})`,
      [value.sql],
    );
    return negate({ sql, type: bool }, node.negated);
  }
  const items = list.map((each) => coerce(each, common).sql).join(', ');
  return negate({ sql: `(${coerce(value, common).sql} IN (${items}))`, type: bool }, node.negated);
}

let elements = 0;

/** IN UNNEST for types whose values DuckDB finds equal where GoogleSQL does not: NaN, and structs that hold NULL. */
function inByComparison(value: Typed, list: string, type: SqlType): string {
  const element = `i${++elements % 1_000_000}`;
  return applyTemplate(
    (x, l) => {
      const test = compareSql('=', { sql: x, type }, { sql: element, type });
      const tests = `list_transform(${l}, lambda ${element}: ${test})`;
      return `(CASE WHEN coalesce(len(${l}), 0) = 0 THEN false WHEN list_contains(${tests}, true) THEN true WHEN list_count(${tests}) < len(${l}) THEN NULL ELSE false END)`;
    },
    [value.sql, list],
  );
}

function analyzeCase(
  node: Extract<Expression, { kind: 'case' }>,
  analyze: (each: Expression) => Typed,
): Typed {
  const operand = node.operand && analyze(node.operand);
  const branches = node.whens.map(({ then }) => analyze(then));
  const otherwise = node.otherwise && analyze(node.otherwise);
  const results = [...branches, ...(otherwise ? [otherwise] : [])];
  const type = supertypeOf(results);
  if (!type)
    throw mistake(
      `No matching signature for operator CASE for argument types: ${argumentTypes(results)}; all results must be coercible to a common supertype`,
      node.at,
    );
  const build = (value?: Typed): string =>
    `(CASE ${node.whens
      .map(({ when }, index) => {
        const condition = analyze(when);
        const test = value
          ? compareSql('=', value, condition, when.at)
          : coerceOr(
              condition,
              bool,
              `CASE condition must be BOOL but was ${typeName(condition.type)}`,
              when.at,
            ).sql;
        return `WHEN ${test} THEN ${coerce(branches[index] as Typed, type).sql}`;
      })
      .join(
        ' ',
      )} ELSE ${otherwise ? coerce(otherwise, type).sql : `CAST(NULL AS ${duckdbType(type)})`} END)`;
  if (!operand) return { sql: build(), type };
  return { sql: applyTemplate((x) => build({ ...operand, sql: x }), [operand.sql]), type };
}

function analyzeIndex(
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

function analyzeArray(
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
    ...(isLiteral ? { constant: { text: '', isLiteral: true } } : {}),
  };
}

function analyzeStruct(
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

/** The name that a column or field has without an alias. */
export function impliedName(node: Expression): string | undefined {
  return node.kind === 'name' || node.kind === 'field' ? node.name : undefined;
}

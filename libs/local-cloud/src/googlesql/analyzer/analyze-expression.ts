import { type Expression } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import {
  bool,
  bytes,
  duckdbType,
  fieldName,
  int64,
  quoteName,
  scalar,
  type ScalarKind,
  typeName,
} from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeCall } from './analyze-call.js';
import { analyzeArray, analyzeIndex, analyzeStruct } from './analyze-container.js';
import { analyzeIn } from './analyze-in.js';
import { analyzeCast } from './analyze-cast.js';
import { analyzeBinary, analyzeUnary } from './analyze-operator.js';
import { analyzeSubquery } from './analyze-subquery.js';
import { analyzeExtract, analyzeInterval } from './analyze-time.js';
import { canonicalOf } from './canonical.js';
import { argumentTypes, coerce, coerceOr, supertypeOf } from './coerce.js';
import { analyzeDistinctFrom, compareSql } from './compare.js';
import { literalSql } from './literal-sql.js';
import { resolveName, resolveQualified } from './resolve-name.js';
import { type Scope } from './scope.js';
import { applyTemplate, quoteBytes, type Typed } from './typed.js';

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
      // NOT belongs to each LIKE, not to the whole: NOT LIKE ANY is true where one pattern does not match.
      const parts = node.list.map((pattern) =>
        negate(analyzeBinary({ op: 'LIKE', at: node.at }, value, analyze(pattern)), node.negated),
      );
      const sql = `(${parts.map((part) => part.sql).join(node.how === 'ANY' ? ' OR ' : ' AND ')})`;
      return { sql, type: bool };
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

export const negate = (value: Typed, isNegated: boolean): Typed =>
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

/** The name that a column or field has without an alias. */
export function impliedName(node: Expression): string | undefined {
  return node.kind === 'name' || node.kind === 'field' ? node.name : undefined;
}

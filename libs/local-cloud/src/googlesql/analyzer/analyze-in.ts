import { type Expression } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { arrayOf, bool, sameType, type SqlType, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression, negate } from './analyze-expression.js';
import { compareSql } from './compare.js';
import { inQuery } from './analyze-subquery.js';
import { argumentTypes, coerce, supertypeOf } from './coerce.js';
import { type Scope } from './scope.js';
import { applyTemplate, type Typed } from './typed.js';

/** `IN` a list, a query or an array. */
export function analyzeIn(
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

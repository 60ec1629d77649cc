import { type Expression, type Query } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { arrayOf, bool, duckdbType, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { compareSql } from './compare.js';
import { analyzeQuery } from './analyze-query.js';
import { columnName } from './query-result.js';
import { type Scope } from './scope.js';
import { type Typed } from './typed.js';

/** A scalar subquery, EXISTS or ARRAY. */
export function analyzeSubquery(
  analysis: Analysis,
  scope: Scope,
  { query, use, at }: Extract<Expression, { kind: 'subquery' }>,
): Typed {
  const result = analyzeQuery(analysis, scope, query, { exposeOrder: use === 'ARRAY' });
  if (use === 'EXISTS') return { sql: `EXISTS (${result.sql})`, type: bool };
  const [column] = result.columns;
  const { length } = result.columns;
  if (use === 'SCALAR') {
    if (!column || length !== 1)
      throw mistake(
        `Scalar subquery cannot have more than one column unless using SELECT AS STRUCT to build STRUCT values`,
        at,
      );
    return { sql: `(${result.sql})`, type: column.type };
  }
  if (!column || length !== 1)
    throw mistake(
      'ARRAY subquery cannot have more than one column unless using SELECT AS STRUCT to build STRUCT values',
      at,
    );
  if (column.type.kind === 'ARRAY')
    throw mistake(
      `Cannot use array subquery with column of type ${typeName(column.type)} because nested arrays are not supported`,
      at,
    );
  const relation = analysis.newRelation();
  const order = result.order.length > 0 ? ` ORDER BY ${result.order.join(', ')}` : '';
  const type = arrayOf(column.type);
  return {
    sql: `(SELECT coalesce(list(${columnName(0)}${order}), CAST([] AS ${duckdbType(type)})) FROM (${result.sql}) AS ${relation})`,
    type,
  };
}

/** `value IN (query)`. */
export function inQuery(
  analysis: Analysis,
  scope: Scope,
  value: Typed,
  query: Query,
  at: number,
): Typed {
  const result = analyzeQuery(analysis, scope, query, {});
  const [column] = result.columns;
  if (!column || result.columns.length !== 1)
    throw mistake(`Subquery of type IN must have only one output column`, at);
  // Throws where the two cannot be compared.
  compareSql('=', value, { sql: 'x', type: column.type }, at);
  if (column.type.kind === value.type.kind)
    return { sql: `(${value.sql} IN (${result.sql}))`, type: bool };
  const relation = analysis.newRelation();
  const test = compareSql(
    '=',
    value,
    { sql: `${relation}.${columnName(0)}`, type: column.type },
    at,
  );
  return {
    sql: `(SELECT CASE WHEN count(*) = 0 THEN false WHEN coalesce(bool_or(${test}), false) THEN true WHEN count(*) > count(${test}) THEN NULL ELSE false END FROM (${result.sql}) AS ${relation})`,
    type: bool,
  };
}

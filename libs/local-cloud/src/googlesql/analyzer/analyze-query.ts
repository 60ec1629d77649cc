import { type Expression, type OrderItem, type Query, type QueryBody } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { duckdbType, int64, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { analyzeSelect } from './analyze-select.js';
import { castSql } from './cast-sql.js';
import { coercionCost, supertypeOf } from './coerce.js';
import { takePending, withoutGuards } from './partition-filters.js';
import { orderTerms } from './order-by.js';
import { columnName, type QueryResult, type ResultColumn, scopeOf } from './query-result.js';
import { type Cte, emptyFrom, type Scope } from './scope.js';
import { nullOf } from './typed.js';

export interface QueryOptions {
  /** Whether the order keys are wanted as columns, for who reads the rows into an array. */
  readonly exposeOrder?: boolean;
}

/** A query in the scope around it: names not found inside are looked for there. */
export function analyzeQuery(
  analysis: Analysis,
  outer: Scope,
  query: Query,
  options: QueryOptions,
): QueryResult {
  const { scope, withSql } = defineCtes(analysis, outer, query);
  const limitSql = limitOf(analysis, scope, query);
  const { body, orderBy } = query;
  const isOwnSelect = body.kind === 'select' && !body.isDistinct;
  const result = isOwnSelect
    ? analyzeSelect(analysis, scope, body, { orderBy, limitSql, exposeOrder: options.exposeOrder })
    : ordered(analysis, scope, analyzeBody(analysis, scope, body), orderBy, limitSql, options);
  return withSql ? { ...result, sql: withSql + result.sql } : result;
}

function defineCtes(
  analysis: Analysis,
  outer: Scope,
  query: Query,
): { scope: Scope; withSql: string } {
  if (query.with.length === 0) return { scope: outer, withSql: '' };
  const ctes = new Map(outer.ctes);
  const definitions: string[] = [];
  const own = new Set<string>();
  for (const { name, query: inner, at } of query.with) {
    const key = name.toLowerCase();
    if (own.has(key)) throw mistake(`Duplicate alias ${name} for WITH subquery`, at);
    own.add(key);
    const scope: Scope = { ...outer, ctes: new Map(ctes) };
    const relation = analysis.newRelation();
    const mark = analysis.scans.length;
    const result =
      query.isRecursive && inner.body.kind === 'set'
        ? recursive(analysis, scope, inner, key, relation)
        : analyzeQuery(analysis, scope, inner, {});
    const columns = result.columns.map((_, index) => columnName(index)).join(', ');
    definitions.push(`${relation}(${columns}) AS (${result.sql})`);
    ctes.set(key, {
      relation,
      columns: result.columns.map(({ guards: _, ...column }) => column),
      isValueTable: result.isValueTable,
      pending: takePending(analysis, mark, result.columns),
    });
  }
  return {
    scope: { ...outer, ctes },
    withSql: `WITH ${query.isRecursive ? 'RECURSIVE ' : ''}${definitions.join(', ')} `,
  };
}

/** The second part of the UNION may read the table that it defines. */
function recursive(
  analysis: Analysis,
  scope: Scope,
  query: Query,
  key: string,
  relation: string,
): QueryResult {
  const { body } = query;
  if (body.kind !== 'set' || body.op !== 'UNION') return analyzeQuery(analysis, scope, query, {});
  if (query.orderBy.length > 0 || query.limit)
    throw refused('ORDER BY and LIMIT in recursive queries', query.at);
  const left = analyzeBody(analysis, scope, body.left);
  const cte: Cte = { relation, columns: left.columns, isValueTable: left.isValueTable };
  const inner: Scope = { ...scope, ctes: new Map(scope.ctes).set(key, cte) };
  const right = analyzeBody(analysis, inner, body.right);
  return combine(analysis, body, left, right);
}

function analyzeBody(analysis: Analysis, scope: Scope, body: QueryBody): QueryResult {
  switch (body.kind) {
    case 'select':
      return analyzeSelect(analysis, scope, body, { orderBy: [], limitSql: '' });
    case 'parens':
      return analyzeQuery(analysis, scope, body.query, {});
    case 'set':
      return combine(
        analysis,
        body,
        analyzeBody(analysis, scope, body.left),
        analyzeBody(analysis, scope, body.right),
      );
  }
}

/** Set operations match columns by place; the left query gives their names. */
function combine(
  analysis: Analysis,
  { op, isAll, at }: Extract<QueryBody, { kind: 'set' }>,
  left: QueryResult,
  right: QueryResult,
): QueryResult {
  const name = `${op} ${isAll ? 'ALL' : 'DISTINCT'}`;
  if (left.columns.length !== right.columns.length)
    throw mistake(
      `Queries in ${name} have mismatched column count; query 1 has ${left.columns.length} column${left.columns.length === 1 ? '' : 's'}, query 2 has ${right.columns.length} column${right.columns.length === 1 ? '' : 's'}`,
      at,
    );
  const columns = left.columns.map((column, index): ResultColumn => {
    const other = right.columns[index] as ResultColumn;
    const type = supertypeOf([
      { sql: '', ...column },
      { sql: '', ...other },
    ]);
    if (!type)
      throw mistake(
        `Column ${index + 1} in ${name} has incompatible types: ${typeName(column.type)}, ${typeName(other.type)}`,
        at,
      );
    const guards = [...(column.guards ?? []), ...(other.guards ?? [])];
    return { name: column.name, type, ...(guards.length > 0 ? { guards } : {}) };
  });
  const [a, b] = [left, right].map((side) => converted(analysis, side, columns));
  return {
    sql: `(${a}) ${op}${isAll ? ' ALL' : ''} (${b})`,
    columns,
    isValueTable: left.isValueTable && right.isValueTable,
    order: [],
  };
}

function converted(
  analysis: Analysis,
  { sql, columns }: QueryResult,
  wanted: readonly ResultColumn[],
): string {
  if (
    columns.every(
      ({ type }, index) => duckdbType(type) === duckdbType((wanted[index] as ResultColumn).type),
    )
  )
    return sql;
  const relation = analysis.newRelation();
  const list = columns.map(({ type, constant }, index) => {
    const target = (wanted[index] as ResultColumn).type;
    const value = { sql: `${relation}.${columnName(index)}`, type };
    const isNull = constant?.text === null;
    return `${isNull ? nullOf(target).sql : castSql(value.sql, type, target)} AS ${columnName(index)}`;
  });
  return `SELECT ${list.join(', ')} FROM (${sql}) AS ${relation}`;
}

/** ORDER BY and LIMIT over what is finished: a set operation, SELECT DISTINCT, a query in brackets. */
function ordered(
  analysis: Analysis,
  outer: Scope,
  result: QueryResult,
  orderBy: readonly OrderItem[],
  limitSql: string,
  options: QueryOptions,
): QueryResult {
  if (orderBy.length === 0 && limitSql === '') return result;
  const relation = analysis.newRelation();
  const { from } = { from: scopeOf(relation, result.columns, false, undefined) };
  const scope: Scope = { from, parent: outer, ctes: outer.ctes };
  const terms = orderBy.flatMap((item) => {
    const { expression } = item;
    if (expression.kind === 'literal' && expression.type === 'INT64') {
      const column = from.columns[Number(expression.text) - 1];
      if (!column)
        throw mistake(`ORDER BY column number item is out of range: ${expression.text}`, item.at);
      return orderTerms(item, column);
    }
    const column = from.columns[result.find?.(expression) ?? -1];
    return orderTerms(item, column ?? analyzeExpression(analysis, scope, expression));
  });
  const keys = options.exposeOrder
    ? terms.map(({ sql }, index) => `, ${sql} AS "o${index + 1}"`).join('')
    : '';
  const list = result.columns.map((_, index) => `${relation}.${columnName(index)}`).join(', ');
  const orderSql =
    terms.length > 0
      ? ` ORDER BY ${terms.map(({ sql, suffix }) => `${sql} ${suffix}`).join(', ')}`
      : '';
  return {
    ...result,
    columns: limitSql === '' ? result.columns : withoutGuards(result.columns),
    sql: `SELECT ${list}${keys} FROM (${result.sql}) AS ${relation}${orderSql}${limitSql}`,
    order: options.exposeOrder ? terms.map(({ suffix }, index) => `"o${index + 1}" ${suffix}`) : [],
  };
}

function limitOf(analysis: Analysis, outer: Scope, { limit, offset }: Query): string {
  const scope: Scope = { from: emptyFrom, ctes: outer.ctes };
  const part = (word: string, node: Expression | undefined): string => {
    if (!node) return '';
    if (node.kind !== 'literal' && node.kind !== 'parameter' && node.kind !== 'cast')
      throw mistake(`${word} expects an integer literal or parameter`, node.at);
    const value = analyzeExpression(analysis, scope, node);
    if (coercionCost(value, int64) === undefined || value.constant?.text?.startsWith('-'))
      throw mistake(`${word} expects a non-negative integer literal or parameter`, node.at);
    return ` ${word} ${value.sql}`;
  };
  return part('LIMIT', limit) + part('OFFSET', offset);
}

import { type Expression, type OrderItem, type Select, type WindowSpec } from '../parser/ast.js';
import { mistake, SqlMistake } from '../sql-error.js';
import { bool, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { analyzeFrom } from './analyze-from.js';
import { structOf } from './build-struct.js';
import { canonicalOf } from './canonical.js';
import { coerceOr } from './coerce.js';
import { groupRows, groupSql, keyOf } from './group-rows.js';
import { hasWindows, markFiltered, withoutGuards } from './partition-filters.js';
import { orderTerms } from './order-by.js';
import { columnName, type QueryResult } from './query-result.js';
import { emptyFrom, type Grouping, type Scope } from './scope.js';
import { aliasesOf, type OutputItem, selectItems } from './select-items.js';
import { type Typed } from './typed.js';

export interface SelectTail {
  readonly orderBy: readonly OrderItem[];
  /** `LIMIT … OFFSET …` in DuckDB’s SQL, or nothing. */
  readonly limitSql: string;
  readonly exposeOrder?: boolean;
}

/** A SELECT with the ORDER BY and LIMIT that belong to it. */
export function analyzeSelect(
  analysis: Analysis,
  outer: Scope,
  select: Select,
  tail: SelectTail,
): QueryResult {
  if (!select.from) refuseWithoutFrom(select, tail);
  const from = select.from && analyzeFrom(analysis, outer, select.from);
  const windows = new Map<string, WindowSpec>(
    select.windows.map(({ name, spec }) => [name.toLowerCase(), spec]),
  );
  const rows: Scope = {
    from: from?.scope ?? emptyFrom,
    parent: outer,
    ctes: outer.ctes,
    windows,
    ...(from
      ? {}
      : {
          noAggregates: 'in SELECT without FROM clause',
          noWindows: 'in SELECT without FROM clause',
        }),
  };
  const where = select.where && conditionOf(analysis, rows, select.where, 'WHERE');
  if (select.where) markFiltered(analysis, rows, select.where);
  const grouping = groupRows(analysis, rows, select, tail.orderBy);
  const scope: Scope = grouping ? { ...rows, grouping } : rows;
  const items = selectItems(analysis, scope, select);
  const named: Scope = { ...scope, aliases: aliasesOf(select) };
  const having = select.having && conditionOf(analysis, named, select.having, 'HAVING');
  const qualify =
    select.qualify &&
    boolOf(analyzeExpression(analysis, named, select.qualify), select.qualify.at, 'QUALIFY');
  const order = select.isDistinct ? [] : orderOf(analysis, named, tail.orderBy, items);
  const values = select.as === undefined ? items : [asValue(select, items)];
  const implied =
    tail.exposeOrder && order.length === 0 && !grouping && !select.isDistinct && from?.order;
  const keys = tail.exposeOrder ? (implied ? [{ sql: implied, suffix: 'ASC' }] : order) : [];
  const list = [
    ...values.map(({ value }, index) => `${value.sql} AS ${columnName(index)}`),
    ...keys.map(({ sql }, index) => `${sql} AS "o${index + 1}"`),
  ].join(', ');
  const source = grouping
    ? groupedSource(analysis, select, grouping, from?.sql, where)
    : `${from ? ` FROM ${from.sql}` : ''}${where ? ` WHERE ${where}` : ''}`;
  const orderSql =
    order.length > 0
      ? ` ORDER BY ${order.map(({ sql, suffix }) => `${sql} ${suffix}`).join(', ')}`
      : '';
  const filter = grouping && having ? ` WHERE ${having}` : '';
  const body = `SELECT ${select.isDistinct ? 'DISTINCT ' : ''}${list}${source}${filter}${qualify ? ` QUALIFY ${qualify}` : ''}`;
  const columns = values.map(({ name, value: { type, constant, guards } }) => ({
    name,
    type,
    ...(constant?.isLiteral ? { constant } : {}),
    ...(guards ? { guards } : {}),
  }));
  const result = {
    columns: tail.limitSql !== '' || hasWindows(select) ? withoutGuards(columns) : columns,
    isValueTable: select.as !== undefined,
    order: keys.map(({ suffix }, index) => `"o${index + 1}" ${suffix}`),
  };
  if (select.isDistinct) {
    for (const { value, at } of values)
      if (value.type.kind === 'JSON' || value.type.kind === 'GEOGRAPHY')
        throw mistake(
          `Column of type ${typeName(value.type)} cannot be used in SELECT DISTINCT`,
          at,
        );
  }
  if (!select.isDistinct) return { ...result, sql: `${body}${orderSql}${tail.limitSql}` };
  return { ...result, sql: body, find: (node) => findItem(analysis, named, items, node) };
}

/** There are no rows to choose, order or group. */
function refuseWithoutFrom(select: Select, tail: SelectTail): void {
  const clauses: readonly (readonly [unknown, string])[] = [
    [select.where, 'have a WHERE clause'],
    [select.isDistinct || undefined, 'use SELECT DISTINCT'],
    [select.groupBy, 'have a GROUP BY clause'],
    [select.having, 'have a HAVING clause'],
    [select.windows[0], 'have a WINDOW clause'],
    [tail.orderBy[0], 'have an ORDER BY clause'],
    [select.qualify, 'have a QUALIFY clause'],
  ];
  for (const [clause, what] of clauses)
    if (clause !== undefined) throw mistake(`Query without FROM clause cannot ${what}`, select.at);
}

function conditionOf(analysis: Analysis, scope: Scope, node: Expression, clause: string): string {
  const inClause =
    clause === 'WHERE'
      ? { ...scope, noAggregates: 'in WHERE clause', noWindows: 'in WHERE clause' }
      : { ...scope, noWindows: `in ${clause} clause` };
  return boolOf(analyzeExpression(analysis, inClause, node), node.at, clause);
}

const boolOf = (value: Typed, at: number, clause: string): string =>
  coerceOr(
    value,
    bool,
    `${clause} clause should return type BOOL, but returns ${typeName(value.type)}`,
    at,
  ).sql;

/** The groups as a relation of their keys and aggregates. It is written last: only then all aggregates are known. */
function groupedSource(
  analysis: Analysis,
  select: Select,
  grouping: Grouping,
  from: string | undefined,
  where: string | undefined,
): string {
  const { keys, aggregates, relation, inner } = grouping;
  const values = select.items.filter((item) => item.kind === 'value');
  const group = groupSql(select.groupBy, grouping, (node) => {
    const canonical = canonicalOf(analysis, inner, keyOf(node, select, values));
    return keys.findIndex((key) => key.canonical === canonical);
  });
  const list = [
    ...keys.map(({ key }, index) => `${key.sql} AS "k${index + 1}"`),
    ...aggregates.map((sql, index) => `${sql} AS "a${index + 1}"`),
  ];
  const columns = list.length > 0 ? list.join(', ') : 'count(*) AS "a0"';
  return ` FROM (SELECT ${columns}${from ? ` FROM ${from}` : ''}${where ? ` WHERE ${where}` : ''}${group}) AS ${relation}`;
}

function findItem(
  analysis: Analysis,
  scope: Scope,
  items: readonly OutputItem[],
  node: Expression,
): number | undefined {
  let sql: string;
  try {
    ({ sql } = analyzeExpression(analysis, scope, node));
  } catch (error) {
    if (error instanceof SqlMistake) return undefined;
    throw error;
  }
  const index = items.findIndex(({ value }) => value.sql === sql);
  return index < 0 ? undefined : index;
}

function orderOf(
  analysis: Analysis,
  scope: Scope,
  orderBy: readonly OrderItem[],
  items: readonly OutputItem[],
): { sql: string; suffix: string }[] {
  return orderBy.flatMap((item) => {
    const { expression } = item;
    if (expression.kind === 'literal' && expression.type === 'INT64') {
      const output = items[Number(expression.text) - 1];
      if (!output)
        throw mistake(`ORDER BY column number item is out of range: ${expression.text}`, item.at);
      return orderTerms(item, output.value);
    }
    if (expression.kind === 'literal') throw mistake('Cannot ORDER BY literal values', item.at);
    return orderTerms(item, analyzeExpression(analysis, scope, expression));
  });
}

/** SELECT AS STRUCT and SELECT AS VALUE: one value a row. */
function asValue(select: Select, items: readonly OutputItem[]): OutputItem {
  const [only] = items;
  if (select.as === 'VALUE') {
    if (!only || items.length !== 1)
      throw mistake('SELECT AS VALUE query must have exactly one column', select.at);
    return { value: only.value, at: only.at };
  }
  return { value: structOf(items), at: select.at };
}

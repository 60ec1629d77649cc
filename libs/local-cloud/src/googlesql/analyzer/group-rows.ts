import { type Expression, type GroupBy, type Select, type ValueItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression, impliedName } from './analyze-expression.js';
import { isAggregate } from './aggregates.js';
import { canonicalOf } from './canonical.js';
import { callsIn } from './find-calls.js';
import { type Grouping, sameName, type Scope } from './scope.js';
import { type Typed } from './typed.js';

/** The scope behind GROUP BY, or undefined when rows are not grouped. */
export function groupRows(
  analysis: Analysis,
  inner: Scope,
  select: Select,
  orderBy: unknown,
): Grouping | undefined {
  const clauses = [select.items, select.having, select.qualify, orderBy];
  const aggregates = [...callsIn(clauses)].some((call) => !call.over && isAggregate(call.name));
  if (!select.groupBy && !aggregates && !select.having) return undefined;
  const relation = analysis.newRelation();
  const keyNodes = select.groupBy ? keysOf(select.groupBy, select) : [];
  const grouping: Grouping = { relation, keys: [], aggregates: [], inner };
  for (const node of keyNodes) {
    const key = analyzeExpression(analysis, { ...inner, noAggregates: 'in GROUP BY clause' }, node);
    if (key.type.kind === 'JSON' || key.type.kind === 'GEOGRAPHY')
      throw mistake(
        `Grouping by expressions of type ${typeName(key.type)} is not allowed`,
        node.at,
      );
    const canonical = canonicalOf(analysis, inner, node);
    if (grouping.keys.some((each) => each.canonical === canonical)) continue;
    const column: Typed = { sql: `${relation}."k${grouping.keys.length + 1}"`, type: key.type };
    grouping.keys.push({ canonical, key, column });
  }
  return grouping;
}

/** Ordinals and names of the SELECT list stand for its expressions. */
function keysOf(groupBy: GroupBy, select: Select): Expression[] {
  const values = select.items.filter((item): item is ValueItem => item.kind === 'value');
  if (groupBy.how === 'ALL')
    return values
      .map(({ value }) => value)
      .filter(
        (value) =>
          value.kind !== 'literal' &&
          ![...callsIn(value)].some((call) => call.over ?? isAggregate(call.name)),
      );
  return groupBy.items.map((node) => keyOf(node, select, values));
}

export function keyOf(node: Expression, select: Select, values: readonly ValueItem[]): Expression {
  if (node.kind === 'literal' && node.type === 'INT64') {
    const item = select.items[Number(node.text) - 1];
    if (!item)
      throw mistake(`GROUP BY is out of SELECT column number range: ${node.text}`, node.at);
    if (item.kind === 'star') throw mistake('GROUP BY ordinals cannot refer to *', node.at);
    return item.value;
  }
  if (node.kind === 'literal') throw mistake('Cannot GROUP BY literal values', node.at);
  if (node.kind !== 'name') return node;
  const item = values.find(({ alias, value }) =>
    alias === undefined ? false : sameName(alias, node.name) && impliedName(value) !== alias,
  );
  return item?.value ?? node;
}

/** `GROUP BY` of DuckDB, over the numbers of the keys. */
export function groupSql(
  groupBy: GroupBy | undefined,
  grouping: Grouping,
  find: (node: Expression) => number,
): string {
  const { keys } = grouping;
  if (!groupBy || keys.length === 0) return '';
  const list = keys.map(({ key }) => key.sql).join(', ');
  switch (groupBy.how) {
    case 'ROLLUP':
    case 'CUBE':
      return ` GROUP BY ${groupBy.how} (${list})`;
    case 'SETS':
      return ` GROUP BY GROUPING SETS (${(groupBy.sets ?? []).map((set) => `(${set.map((node) => keys[find(node)]?.key.sql ?? '').join(', ')})`).join(', ')})`;
    default:
      return ` GROUP BY ${list}`;
  }
}

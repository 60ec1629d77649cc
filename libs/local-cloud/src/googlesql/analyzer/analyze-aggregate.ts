import { aggregateFunctions } from '../functions/aggregate-functions.js';
import { type AggregateParts, type AggregateSpec } from '../functions/aggregate-spec.js';
import { type CallNode } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { duckdbType, int64, type SqlType, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { argumentTypes, coerce, coercionCost } from './coerce.js';
import { orderTerms, sortable } from './order-by.js';
import { type Scope } from './scope.js';
import { nullOf, type Typed } from './typed.js';

/** An aggregate over the rows of a group: it becomes a column of the relation of groups. */
export function analyzeAggregate(analysis: Analysis, scope: Scope, node: CallNode): Typed {
  const { grouping, noAggregates } = scope;
  if (noAggregates !== undefined)
    throw mistake(`Aggregate function ${node.name} not allowed ${noAggregates}`, node.at);
  if (!grouping) throw mistake(`Aggregate function ${node.name} not allowed here`, node.at);
  const inner: Scope = {
    ...grouping.inner,
    noAggregates: 'as argument of another aggregate function',
    noWindows: 'inside an aggregate function',
  };
  const { sql, type } = aggregateCall(analysis, inner, node, '');
  const { aggregates, relation } = grouping;
  const known = aggregates.indexOf(sql);
  const index = known >= 0 ? known : aggregates.push(sql) - 1;
  return { sql: `${relation}."a${index + 1}"`, type };
}

/** An aggregate in DuckDB’s SQL; `over` is ` OVER (…)` where it ranges over a window. */
export function aggregateCall(
  analysis: Analysis,
  scope: Scope,
  node: CallNode,
  over: string,
  filter?: string,
): Typed {
  const spec = aggregateFunctions[node.name] as AggregateSpec;
  const { name, at } = node;
  if (node.isSafe) throw refused(`SAFE.${name}`, at);
  if (node.named.length > 0) throw refused(`named arguments of ${name}`, at);
  refuseModifiers(spec, node, over);
  if (node.isStar)
    return {
      sql: `count(*)${filter === undefined ? '' : ` FILTER (WHERE ${filter})`}${over}`,
      type: int64,
    };
  const given = node.args.map((each) => analyzeExpression(analysis, scope, each));
  const args = fit(spec, node, given);
  const type = spec.returns(args);
  if (type.kind === 'ARRAY' && type.element.kind === 'ARRAY')
    throw mistake(
      `The argument to ${name} must not be an array type but was ${typeName(type.element)}`,
      at,
    );
  if (name === 'ARRAY_CONCAT_AGG' && type.kind !== 'ARRAY')
    throw mistake(
      `The argument to ARRAY_CONCAT_AGG must be an array type but was ${typeName(type)}`,
      at,
    );
  const order = node.orderBy.flatMap((item) => {
    const value = analyzeExpression(analysis, scope, item.expression);
    return orderTerms(item, value);
  });
  const conditions: string[] = filter === undefined ? [] : [filter];
  if (node.nulls === 'IGNORE') conditions.push(`${args[0]?.sql} IS NOT NULL`);
  if (node.having) return havingExtreme(analysis, scope, node, spec, args, over);
  const parts = partsOf(node, order, conditions, over);
  return {
    sql: finish(
      analysis,
      scope,
      node,
      spec.sql(args, parts, type),
      spec.isJoined ? (args[1]?.sql ?? "','") : undefined,
      type,
    ),
    type,
  };
}

function partsOf(
  node: CallNode,
  order: readonly { sql: string; suffix: string }[],
  conditions: readonly string[],
  over: string,
): AggregateParts {
  return {
    distinct: node.isDistinct ? 'DISTINCT ' : '',
    order:
      order.length > 0
        ? ` ORDER BY ${order.map(({ sql, suffix }) => `${sql} ${suffix}`).join(', ')}`
        : '',
    filterWith(condition) {
      const all = condition === undefined ? conditions : [...conditions, condition];
      return all.length > 0 ? ` FILTER (WHERE ${all.join(' AND ')})` : '';
    },
    over,
  };
}

/** LIMIT cuts the list; STRING_AGG joins it. */
function finish(
  analysis: Analysis,
  scope: Scope,
  node: CallNode,
  list: string,
  delimiter: string | undefined,
  type: SqlType,
): string {
  const second = node.args[1];
  if (delimiter !== undefined && second && second.kind !== 'literal' && second.kind !== 'parameter')
    throw mistake(`Argument 2 to ${node.name} must be a literal or query parameter`, second.at);
  const limit = node.limit && coerce(analyzeExpression(analysis, scope, node.limit), int64).sql;
  const cut = limit === undefined ? list : `list_slice(${list}, 1, ${limit})`;
  if (delimiter === undefined) return cut;
  return type.kind === 'BYTES'
    ? `gs_join_bytes(list_transform(${cut}, lambda e: hex(e)), ${delimiter === "','" ? "encode(',')" : delimiter})`
    : `array_to_string(${cut}, ${delimiter})`;
}

function refuseModifiers({ allows }: AggregateSpec, node: CallNode, over: string): void {
  const { name, at } = node;
  if (node.isStar && !allows.star)
    throw mistake(`Argument * can only be used in COUNT(*), but was in ${name}(*)`, at);
  if (node.isDistinct && !allows.distinct)
    throw mistake(`Aggregate function ${name} does not support DISTINCT`, at);
  if (node.isDistinct && node.isStar) throw mistake('COUNT(*) cannot be used with DISTINCT', at);
  if (node.orderBy.length > 0 && !allows.orderBy)
    throw mistake(`Aggregate function ${name} does not support ORDER BY in arguments`, at);
  if (node.limit && !allows.limit)
    throw mistake(`Aggregate function ${name} does not support LIMIT in arguments`, at);
  if (node.nulls && !allows.nulls)
    throw mistake(
      `IGNORE NULLS and RESPECT NULLS are not allowed for aggregate function ${name}`,
      at,
    );
  if (over && !allows.over) throw refused(`${name} with OVER`, at);
}

function fit(spec: AggregateSpec, node: CallNode, given: readonly Typed[]): Typed[] {
  for (const parameters of spec.parameters) {
    if (parameters.length !== given.length) continue;
    const costs = parameters.map((type, index) =>
      type === 'ANY' ? 0 : coercionCost(given[index] as Typed, type),
    );
    if (costs.every((cost) => cost !== undefined))
      return parameters.map((type, index) => {
        const value = given[index] as Typed;
        return type === 'ANY' ? value : coerce(value, type);
      });
  }
  throw mistake(
    `No matching signature for aggregate function ${node.name} for argument types: ${argumentTypes(given)}. Supported signatures: ${node.name}(${spec.text})`,
    node.at,
  );
}

/** `HAVING MAX x`: only the rows where x is the greatest. */
function havingExtreme(
  analysis: Analysis,
  scope: Scope,
  node: CallNode,
  spec: AggregateSpec,
  args: readonly Typed[],
  over: string,
): Typed {
  const { having, name, at } = node;
  if (!having) return nullOf(int64);
  if (name !== 'ANY_VALUE' || over) throw refused(`HAVING in ${name}`, at);
  const by = analyzeExpression(analysis, scope, having.expression);
  const type = spec.returns(args);
  const how = having.which === 'MAX' ? 'arg_max_null' : 'arg_min_null';
  return { sql: `CAST(${how}(${args[0]?.sql}, ${sortable(by)}) AS ${duckdbType(type)})`, type };
}

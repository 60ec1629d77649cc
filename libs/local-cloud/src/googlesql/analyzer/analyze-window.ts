import { windowFunctions } from '../functions/window-functions.js';
import { type CallNode, type FrameBound, type WindowSpec } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import { int64, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { aggregateCall } from './analyze-aggregate.js';
import { analyzeExpression } from './analyze-expression.js';
import { isAggregate } from './aggregates.js';
import { coerce, coercionCost, coerceOr } from './coerce.js';
import { orderTerms } from './order-by.js';
import { type Scope } from './scope.js';
import { type Typed } from './typed.js';

/** A function over a window of rows. */
export function analyzeWindow(
  analysis: Analysis,
  scope: Scope,
  node: CallNode,
  over: WindowSpec,
): Typed {
  const { name, at } = node;
  if (scope.noWindows !== undefined)
    throw mistake(`Analytic function not allowed ${scope.noWindows}`, at);
  const inner: Scope = { ...scope, noWindows: 'inside another analytic function' };
  const window = resolveWindow(scope, over);
  if (isAggregate(name)) {
    if (node.isDistinct && (window.orderBy.length > 0 || window.frame))
      throw mistake(`Window ORDER BY is not allowed if DISTINCT is specified`, at);
    if (node.orderBy.length > 0) throw refused(`ORDER BY inside ${name} with OVER`, at);
    return aggregateCall(analysis, inner, node, overSql(analysis, inner, window));
  }
  const spec = Object.hasOwn(windowFunctions, name) ? windowFunctions[name] : undefined;
  if (!spec) {
    if (name === 'PERCENTILE_CONT' || name === 'PERCENTILE_DISC')
      return percentile(analysis, inner, node, window);
    throw mistake(`Function ${name} does not support an OVER clause`, at);
  }
  if (node.args.length < spec.least || node.args.length > spec.most)
    throw mistake(
      `No matching signature for analytic function ${name}. Supported signature: ${name}(${spec.text})`,
      at,
    );
  if (spec.needsOrder && window.orderBy.length === 0)
    throw mistake(`Window ORDER BY is required for analytic function ${name.toLowerCase()}`, at);
  if (!spec.takesFrame && window.frame)
    throw mistake(
      `Window framing clause is not allowed for analytic function ${name.toLowerCase()}`,
      at,
    );
  if (node.nulls && !spec.takesNulls)
    throw mistake(
      `IGNORE NULLS and RESPECT NULLS are not allowed for analytic function ${name}`,
      at,
    );
  const args = node.args.map((each) => analyzeExpression(analysis, inner, each));
  const [first] = args;
  const fitted = args.map((arg, index) => {
    if (index === 0)
      return spec.most === 1 && spec.text === 'INT64'
        ? coerceOr(
            arg,
            int64,
            `Argument 1 of ${name} must be INT64 but was ${typeName(arg.type)}`,
            at,
          )
        : arg;
    return index === 1
      ? coerceOr(
          arg,
          int64,
          `Argument 2 of ${name} must be INT64 but was ${typeName(arg.type)}`,
          at,
        )
      : coerceOr(
          arg,
          (first as Typed).type,
          `Argument 3 of ${name} must be ${typeName((first as Typed).type)}`,
          at,
        );
  });
  const nulls = node.nulls === 'IGNORE' ? ' IGNORE NULLS' : '';
  const sql = `${spec.sql(fitted, nulls)}${overSql(analysis, inner, window)}`;
  const type = spec.returns(fitted);
  return {
    sql: type.kind === 'INT64' && spec.least === 0 ? `CAST(${sql} AS BIGINT)` : `(${sql})`,
    type,
  };
}

/** A named window, with what is added to it. */
function resolveWindow(scope: Scope, spec: WindowSpec): WindowSpec {
  if (spec.base === undefined) return spec;
  const found = scope.windows?.get(spec.base.toLowerCase());
  if (!found) throw mistake(`Unrecognized window alias ${spec.base}`, spec.at);
  const base = resolveWindow(scope, found);
  if (spec.partitionBy.length > 0)
    throw mistake('If a window has a base window, a PARTITION BY clause cannot be added', spec.at);
  return {
    partitionBy: base.partitionBy,
    orderBy: spec.orderBy.length > 0 ? spec.orderBy : base.orderBy,
    frame: spec.frame ?? base.frame,
    at: spec.at,
  };
}

function overSql(analysis: Analysis, scope: Scope, window: WindowSpec): string {
  const partition = window.partitionBy.map((each) => analyzeExpression(analysis, scope, each).sql);
  const values = window.orderBy.map((item) => ({
    item,
    value: analyzeExpression(analysis, scope, item.expression),
  }));
  // A range frame counts from the one value by which rows are ordered, so NaN cannot have a key of its own.
  const order = values.flatMap(({ item, value }) =>
    window.frame?.unit === 'RANGE' ? orderTerms(item, value).slice(-1) : orderTerms(item, value),
  );
  const parts = [
    partition.length > 0 ? `PARTITION BY ${partition.join(', ')}` : '',
    order.length > 0
      ? `ORDER BY ${order.map(({ sql, suffix }) => `${sql} ${suffix}`).join(', ')}`
      : '',
    window.frame
      ? `${window.frame.unit} BETWEEN ${boundSql(analysis, scope, window, window.frame.start)} AND ${boundSql(analysis, scope, window, window.frame.end)}`
      : '',
  ].filter(Boolean);
  return ` OVER (${parts.join(' ')})`;
}

function boundSql(analysis: Analysis, scope: Scope, window: WindowSpec, bound: FrameBound): string {
  if (!('offset' in bound)) return bound.kind;
  const value = analyzeExpression(analysis, scope, bound.offset);
  if (window.frame?.unit === 'RANGE') {
    const [item] = window.orderBy;
    const key = item && analyzeExpression(analysis, scope, item.expression);
    if (!key || window.orderBy.length !== 1)
      throw mistake(
        'Window RANGE frames with an offset need exactly one ORDER BY expression',
        window.at,
      );
    if (coercionCost(value, key.type) === undefined)
      throw mistake(
        `Window framing expression has type ${typeName(value.type)} that cannot coerce to the type of the ORDER BY expression ${typeName(key.type)}`,
        bound.offset.at,
      );
    return `${coerce(value, key.type).sql} ${bound.kind}`;
  }
  const count = coerceOr(
    value,
    int64,
    `Window framing expression must be INT64 but was ${typeName(value.type)}`,
    bound.offset.at,
  );
  return `${count.sql} ${bound.kind}`;
}

/** PERCENTILE_CONT and PERCENTILE_DISC range over whole partitions. */
function percentile(analysis: Analysis, scope: Scope, node: CallNode, window: WindowSpec): Typed {
  const { name, at } = node;
  if (window.orderBy.length > 0)
    throw mistake(`Window ORDER BY is not allowed for analytic function ${name.toLowerCase()}`, at);
  if (node.nulls === 'RESPECT') throw refused(`${name} with RESPECT NULLS`, at);
  const [value, share] = node.args.map((each) => analyzeExpression(analysis, scope, each));
  if (!value || !share || node.args.length !== 2)
    throw mistake(`No matching signature for analytic function ${name}`, at);
  const { kind } = value.type;
  if (kind === 'BIGNUMERIC' || (kind === 'NUMERIC' && name === 'PERCENTILE_CONT'))
    throw refused(`${name} of ${kind}`, at);
  const type = name === 'PERCENTILE_CONT' ? ({ kind: 'FLOAT64' } as const) : value.type;
  const wanted = coerceOr(value, type, `No matching signature for analytic function ${name}`, at);
  const part = coerceOr(
    share,
    { kind: 'FLOAT64' },
    `No matching signature for analytic function ${name}`,
    at,
  );
  const how = name === 'PERCENTILE_CONT' ? 'quantile_cont' : 'quantile_disc';
  if (!share.constant?.isLiteral)
    throw refused(`${name} with a percentile that is not a literal`, at);
  return { sql: `${how}(${wanted.sql}, ${part.sql})${overSql(analysis, scope, window)}`, type };
}

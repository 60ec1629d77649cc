import { type FromItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { bool, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression } from './analyze-expression.js';
import { type AnalyzedFrom, analyzeFrom, innerScope } from './analyze-from.js';
import { compareSql } from './compare.js';
import { coerce, coerceOr, supertypeOf } from './coerce.js';
import { markFiltered, unguarded } from './partition-filters.js';
import { type Column, type FromScope, sameName, type Scope } from './scope.js';
import { type Typed } from './typed.js';

type Join = Extract<FromItem, { kind: 'join' }>;

export function analyzeJoin(
  analysis: Analysis,
  outer: Scope,
  item: Join,
  before: FromScope,
): AnalyzedFrom {
  const left = analyzeFrom(analysis, outer, item.left, before);
  const right = analyzeFrom(analysis, outer, item.right, both(before, left.scope));
  refuseSameVariables(left.scope, right.scope, item.at);
  if (right.isCorrelated && (item.how === 'RIGHT' || item.how === 'FULL'))
    throw mistake(`Array scan is not allowed with ${item.how} JOIN`, item.at);
  const joined = both(
    item.how === 'RIGHT' || item.how === 'FULL' ? optional(left.scope) : left.scope,
    item.how === 'LEFT' || item.how === 'FULL' ? optional(right.scope) : right.scope,
  );
  const using = item.using && mergeUsing(item, left.scope, right.scope);
  const on =
    item.on && analyzeExpression(analysis, innerScope(outer, both(before, joined)), item.on);
  if (item.on) markJoined(analysis, outer, item, { before, joined, left, right });
  const condition =
    using?.condition ??
    (on &&
      coerceOr(
        on,
        bool,
        `JOIN ON clause must be BOOL but was ${typeName(on.type)}`,
        item.on?.at ?? item.at,
      ).sql);
  const lateral = right.isCorrelated ? 'LATERAL ' : '';
  const isCross = condition === undefined && item.how !== 'LEFT';
  const rightSql = item.right.kind === 'join' ? `(${right.sql})` : right.sql;
  const sql = isCross
    ? `${left.sql} CROSS JOIN ${lateral}${rightSql}`
    : `${left.sql} ${item.how === 'CROSS' ? 'INNER' : item.how} JOIN ${lateral}${rightSql} ON ${condition ?? 'true'}`;
  return {
    sql,
    scope: unguarded(using ? { variables: joined.variables, columns: using.columns } : joined, [
      ...(item.how === 'LEFT' || item.how === 'FULL' ? right.scope.columns : []),
      ...(item.how === 'RIGHT' || item.how === 'FULL' ? left.scope.columns : []),
    ]),
    isCorrelated: false,
  };
}

/** A condition of an outer join filters only the side whose rows may be missing in the result. */
function markJoined(
  analysis: Analysis,
  outer: Scope,
  { on, how }: Join,
  sides: {
    readonly before: FromScope;
    readonly joined: FromScope;
    readonly left: AnalyzedFrom;
    readonly right: AnalyzedFrom;
  },
): void {
  if (!on || how === 'FULL') return;
  const scope = innerScope(outer, both(sides.before, sides.joined));
  const side = how === 'LEFT' ? sides.right : how === 'RIGHT' ? sides.left : undefined;
  const own = side?.scope.columns.flatMap(({ guards = [] }) => guards);
  markFiltered(analysis, scope, on, (scan) => !own || own.includes(scan));
}

const both = (left: FromScope, right: FromScope): FromScope => ({
  variables: [...left.variables, ...right.variables],
  columns: [...left.columns, ...right.columns],
});

const optional = (scope: FromScope): FromScope => ({
  ...scope,
  variables: scope.variables.map((variable) => ({ ...variable, mayBeMissing: true as const })),
});

function refuseSameVariables(left: FromScope, right: FromScope, at: number): void {
  for (const { name } of right.variables)
    if (name !== undefined && left.variables.some((variable) => sameName(variable.name, name)))
      throw mistake(`Duplicate table alias ${name} in the same FROM clause`, at);
}

/** Columns of USING stand once, in front of all others. */
function mergeUsing(
  { using = [], how }: Join,
  left: FromScope,
  right: FromScope,
): { condition: string; columns: Column[] } {
  const pairs = using.map(({ name, at }) => {
    const [a, b] = [find(left, name, 'left', at), find(right, name, 'right', at)];
    const type = supertypeOf([a, b]);
    const condition = compareSql('=', a, b, at);
    const values = [a, b].map((each) => coerce(each, type ?? a.type).sql);
    const sql =
      how === 'RIGHT' ? values[1] : how === 'FULL' ? `coalesce(${values.join(', ')})` : values[0];
    const guards = [
      ...((how === 'RIGHT' ? undefined : a.guards) ?? []),
      ...((how === 'LEFT' ? undefined : b.guards) ?? []),
    ];
    const merged: Column = {
      name: a.name,
      type: type ?? a.type,
      sql: sql ?? '',
      ...(guards.length > 0 && how !== 'FULL' ? { guards } : {}),
    };
    return { a, b, condition, merged };
  });
  const used = new Set<Typed>(pairs.flatMap(({ a, b }) => [a, b]));
  return {
    condition: pairs.map(({ condition }) => condition).join(' AND '),
    columns: [
      ...pairs.map(({ merged }) => merged),
      ...[...left.columns, ...right.columns].filter((column) => !used.has(column)),
    ],
  };
}

function find(scope: FromScope, name: string, side: string, at: number): Column {
  const found = scope.columns.filter((column) => sameName(column.name, name));
  if (found.length > 1)
    throw mistake(`Column ${name} in USING clause is ambiguous on ${side} side of join`, at);
  const [column] = found;
  if (!column)
    throw mistake(`Column ${name} in USING clause not found on ${side} side of join`, at);
  if (column.refusal) throw column.refusal;
  return column;
}

import { type PivotItem, type UnpivotItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { string, typeName } from '../types.js';
import { isAggregate } from './aggregates.js';
import { type Analysis } from './analysis.js';
import { aggregateCall } from './analyze-aggregate.js';
import { analyzeExpression } from './analyze-expression.js';
import { type AnalyzedFrom, analyzeFrom, innerScope } from './analyze-from.js';
import { coerce, supertypeOf } from './coerce.js';
import { columnName, type ResultColumn, scopeOf } from './query-result.js';
import { type Column, type FromScope, sameName, type Scope } from './scope.js';
import { stringLiteral } from './literal-sql.js';
import { type Typed } from './typed.js';

/** Rows become columns: one for each value and aggregate; the columns that are not used group the rows. */
export function analyzePivot(
  analysis: Analysis,
  outer: Scope,
  item: PivotItem,
  left: FromScope,
): AnalyzedFrom {
  const source = analyzeFrom(analysis, outer, item.source, left);
  const scope: Scope = {
    ...innerScope(outer, source.scope),
    noAggregates: 'inside another aggregate',
  };
  const by = analyzeExpression(analysis, scope, item.by);
  const used = new Set([by.sql]);
  for (const name of namesIn(item.aggregates))
    for (const column of source.scope.columns)
      if (sameName(column.name, name)) used.add(column.sql);
  const keys = source.scope.columns.filter(({ sql, isPseudo }) => !used.has(sql) && !isPseudo);
  const cells = item.values.flatMap(({ value, alias }) => {
    const wanted = analyzeExpression(analysis, scope, value);
    const type = supertypeOf([by, wanted]);
    if (!type)
      throw mistake(
        `PIVOT values of type ${typeName(wanted.type)} cannot be compared with ${typeName(by.type)}`,
        value.at,
      );
    const filter = `${coerce(by, type).sql} IS NOT DISTINCT FROM ${coerce(wanted, type).sql}`;
    return item.aggregates.map(({ call, alias: prefix }) => {
      if (!isAggregate(call.name))
        throw mistake('PIVOT expression must be an aggregate function call', call.at);
      const cell = aggregateCall(analysis, scope, call, '', filter);
      const label = alias ?? labelOf(wanted, value.at);
      return { name: prefix === undefined ? label : `${prefix}_${label}`, ...cell };
    });
  });
  const columns: ResultColumn[] = [...keys, ...cells].map(({ name, type }) => ({ name, type }));
  const list = [...keys, ...cells].map(({ sql }, index) => `${sql} AS ${columnName(index)}`);
  const group = keys.length > 0 ? ` GROUP BY ${keys.map(({ sql }) => sql).join(', ')}` : '';
  return relationOf(
    analysis,
    `SELECT ${list.join(', ')} FROM ${source.sql}${group}`,
    columns,
    item.alias,
  );
}

function* namesIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const node = value as { kind?: string; name?: string };
  if (node.kind === 'name' && node.name !== undefined) yield node.name;
  for (const child of Object.values(value)) yield* namesIn(child);
}

/** A value as the name of a column: `Q1`, `_1`, `TRUE`, `NULL`. */
function labelOf({ constant, type }: Typed, at: number): string {
  if (!constant) throw mistake('PIVOT values need an alias unless they are literals', at);
  if (constant.text === null) return 'NULL';
  if (type.kind === 'INT64' || type.kind === 'NUMERIC')
    return `_${constant.text.replace('-', 'minus_').replace('.', '_point_')}`;
  return type.kind === 'DATE' ? `_${constant.text.replaceAll('-', '_')}` : constant.text;
}

/** Columns become rows: one for each of the columns named. */
export function analyzeUnpivot(
  analysis: Analysis,
  outer: Scope,
  item: UnpivotItem,
  left: FromScope,
): AnalyzedFrom {
  const source = analyzeFrom(analysis, outer, item.source, left);
  const turned = item.columns.map(({ name, at, as }) => {
    const column = source.scope.columns.find((each) => sameName(each.name, name));
    if (!column) throw mistake(`Unrecognized name: ${name}`, at);
    const label = as
      ? analyzeExpression(analysis, innerScope(outer, source.scope), as)
      : stringLiteral(name);
    return { column, label };
  });
  const type = supertypeOf(turned.map(({ column }) => column)) ?? turned[0]?.column.type ?? string;
  const isTurned = (column: Column): boolean => turned.some((each) => each.column === column);
  const keys = source.scope.columns.filter((column) => !isTurned(column) && !column.isPseudo);
  const labelType = turned[0]?.label.type ?? string;
  const pairs = turned.map(
    ({ column, label }) => `struct_pack(v := ${coerce(column, type).sql}, l := ${label.sql})`,
  );
  const inner = analysis.newRelation();
  const list = [
    ...keys.map(({ sql }, index) => `${sql} AS ${columnName(index)}`),
    `unnest([${pairs.join(', ')}]) AS "p"`,
  ];
  const names = keys.map((_, index) => `${inner}.${columnName(index)}`);
  const select = [...names, `${inner}."p"."v"`, `${inner}."p"."l"`]
    .map((sql, index) => `${sql} AS ${columnName(index)}`)
    .join(', ');
  const where = item.keepsNulls ? '' : ` WHERE ${inner}."p"."v" IS NOT NULL`;
  const columns: ResultColumn[] = [
    ...keys.map((key) => ({ name: key.name, type: key.type })),
    { name: item.value, type },
    { name: item.label, type: labelType },
  ];
  return relationOf(
    analysis,
    `SELECT ${select} FROM (SELECT ${list.join(', ')} FROM ${source.sql}) AS ${inner}${where}`,
    columns,
    item.alias,
  );
}

function relationOf(
  analysis: Analysis,
  sql: string,
  columns: readonly ResultColumn[],
  alias: string | undefined,
): AnalyzedFrom {
  const relation = analysis.newRelation();
  return {
    sql: `(${sql}) AS ${relation}`,
    scope: scopeOf(relation, columns, false, alias),
    isCorrelated: false,
  };
}

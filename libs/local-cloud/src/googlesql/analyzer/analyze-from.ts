import { type Expression, type FromItem, type TableItem, type UnnestItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { float64, fromField, int64, quoteName, typeName } from '../types.js';
import { type Analysis } from './analysis.js';
import { analyzeExpression, impliedName } from './analyze-expression.js';
import { analyzeJoin } from './analyze-join.js';
import { analyzePivot, analyzeUnpivot } from './analyze-pivot.js';
import { analyzeQuery } from './analyze-query.js';
import { coerceOr } from './coerce.js';
import { guardedColumns, guardTable } from './partition-filters.js';
import { scopeOf } from './query-result.js';
import { findVariable } from './resolve-name.js';
import { type Column, emptyFrom, type FromScope, sameName, type Scope } from './scope.js';
import { findTable, instantOf } from './table-path.js';
import { type Typed } from './typed.js';

/** A FROM item in DuckDB’s SQL with what it makes visible. */
export interface AnalyzedFrom {
  readonly sql: string;
  readonly scope: FromScope;
  /** Whether its rows belong to those of the items on its left. */
  readonly isCorrelated: boolean;
  /** The place of each row in the array it comes from, where that is the order of the rows. */
  readonly order?: string;
}

/** `left` is what stands to the left in the same FROM. */
export function analyzeFrom(
  analysis: Analysis,
  outer: Scope,
  item: FromItem,
  left: FromScope = emptyFrom,
): AnalyzedFrom {
  switch (item.kind) {
    case 'table':
      return analyzeTable(analysis, outer, item, left);
    case 'unnest':
      return analyzeUnnest(analysis, outer, item, left);
    case 'query': {
      const relation = analysis.newRelation();
      const result = analyzeQuery(analysis, outer, item.query, {});
      return {
        sql: `(${result.sql}) AS ${relation}`,
        scope: scopeOf(relation, result.columns, result.isValueTable, item.alias),
        isCorrelated: false,
      };
    }
    case 'pivot':
      return analyzePivot(analysis, outer, item, left);
    case 'unpivot':
      return analyzeUnpivot(analysis, outer, item, left);
    case 'join':
      return analyzeJoin(analysis, outer, item, left);
  }
}

/** The scope of expressions inside FROM, which may use what stands to their left. */
export const innerScope = (outer: Scope, from: FromScope): Scope => ({
  from,
  parent: outer,
  ctes: outer.ctes,
  noAggregates: 'in FROM clause',
  noWindows: 'in FROM clause',
});

function analyzeTable(
  analysis: Analysis,
  outer: Scope,
  item: TableItem,
  left: FromScope,
): AnalyzedFrom {
  const [first, ...rest] = item.path;
  if (!first) throw mistake('Syntax error: Expected a table name', item.at);
  const isArrayPath =
    rest.length > 0 &&
    (left.variables.some((variable) => sameName(variable.name, first.name)) ||
      findVariable(outer, first.name) !== undefined);
  if (isArrayPath) {
    const value = rest.reduce<Expression>(
      (base, { name, at }) => ({ kind: 'field', base, name, at }),
      { kind: 'name', name: first.name, at: first.at },
    );
    const alias = item.alias ?? impliedName(value);
    const unnest: UnnestItem = { kind: 'unnest', value, alias, offset: item.offset, at: item.at };
    return analyzeUnnest(analysis, outer, unnest, left);
  }
  if (item.offset !== undefined)
    throw mistake('WITH OFFSET can only be used with array scans', item.at);
  const relation = analysis.newRelation();
  const cte = rest.length === 0 ? outer.ctes.get(first.name.toLowerCase()) : undefined;
  const alias = item.alias ?? item.path.at(-1)?.name ?? first.name;
  if (cte) {
    if (item.systemTime)
      throw mistake('FOR SYSTEM_TIME AS OF cannot be used with tables defined in WITH', item.at);
    return {
      sql: sampled(analysis, outer, `${cte.relation} AS ${relation}`, relation, item),
      scope: scopeOf(relation, guardedColumns(analysis, cte), cte.isValueTable, alias),
      isCorrelated: false,
    };
  }
  const asOfMs =
    item.systemTime && instantOf(analysis, innerScope(outer, emptyFrom), item.systemTime);
  const table = findTable(analysis, item, asOfMs);
  const { relation: source, schema, pseudo = [], refusals } = table;
  const guards = guardTable(analysis, table);
  const columns: Column[] = schema.map((field) => ({
    name: field.name,
    type: fromField(field),
    // A stored array is never NULL, only empty.
    sql:
      field.mode === 'REPEATED'
        ? `coalesce(${relation}.${quoteName(field.name)}, [])`
        : `${relation}.${quoteName(field.name)}`,
    ...(refusals?.has(field.name) ? { refusal: refusals.get(field.name) } : {}),
    ...guards(field.name),
  }));
  for (const field of pseudo)
    columns.push({
      name: field.name,
      type: fromField(field),
      sql: `${relation}.${quoteName(field.name)}`,
      isPseudo: true,
      ...guards(field.name),
    });
  return {
    sql: sampled(analysis, outer, `${source} AS ${relation}`, relation, item),
    scope: { variables: [{ name: alias, columns }], columns },
    isCorrelated: false,
  };
}

/** TABLESAMPLE takes blocks at random in BigQuery; here rows. */
function sampled(
  analysis: Analysis,
  outer: Scope,
  sql: string,
  relation: string,
  { samplePercent, at }: TableItem,
): string {
  if (!samplePercent) return sql;
  const percent = coerceOr(
    analyzeExpression(analysis, innerScope(outer, emptyFrom), samplePercent),
    float64,
    'TABLESAMPLE needs a number',
    at,
  );
  return `(SELECT * FROM ${sql} WHERE random() * 100 < ${percent.sql}) AS ${relation}`;
}

function analyzeUnnest(
  analysis: Analysis,
  outer: Scope,
  item: UnnestItem,
  left: FromScope,
): AnalyzedFrom {
  const array: Typed = analyzeExpression(analysis, innerScope(outer, left), item.value);
  if (array.type.kind !== 'ARRAY')
    throw mistake(
      `Values referenced in UNNEST must be arrays. UNNEST contains expression of type ${typeName(array.type)}`,
      item.at,
    );
  const relation = analysis.newRelation();
  const { element } = array.type;
  const scope = scopeOf(relation, [{ type: element }], true, item.alias);
  const offset: Column = { name: item.offset, type: int64, sql: `${relation}."c2"` };
  const withOffset: FromScope =
    item.offset === undefined
      ? scope
      : {
          variables: [...scope.variables, { columns: [offset] }],
          columns: [...scope.columns, offset],
        };
  const source = `(SELECT ${array.sql} AS "a")`;
  return {
    sql: `(SELECT unnest("a") AS "c1", unnest(range(len("a"))) AS "c2" FROM ${source} AS ${relation}s) AS ${relation}`,
    scope: withOffset,
    isCorrelated: true,
    order: `${relation}."c2"`,
  };
}

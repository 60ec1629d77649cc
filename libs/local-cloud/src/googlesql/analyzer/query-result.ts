import { type Expression } from '../parser/ast.js';
import { type SqlType } from '../types.js';
import { type FromScope, type GuardedScan } from './scope.js';
import { type Constant } from './typed.js';

export interface ResultColumn {
  readonly name?: string;
  readonly type: SqlType;
  /** Of a column that is a literal, NULL above all: set operations may coerce it further. */
  readonly constant?: Constant;
  /** See `Column`. */
  readonly guards?: readonly GuardedScan[];
}

/** A query as DuckDB SQL whose columns are called `c1`, `c2`, … */
export interface QueryResult {
  readonly sql: string;
  readonly columns: readonly ResultColumn[];
  /** Whether a row is one value without a column around it (SELECT AS STRUCT). */
  readonly isValueTable: boolean;
  /** Where it was asked for: columns by which the rows are ordered, with direction. */
  readonly order: readonly string[];
  /** Of SELECT DISTINCT: the column that an expression of ORDER BY stands for. */
  readonly find?: (node: Expression) => number | undefined;
}

export const columnName = (index: number): string => `"c${index + 1}"`;

/** What a relation with a query's columns makes visible under an alias. */
export function scopeOf(
  relation: string,
  columns: readonly ResultColumn[],
  isValueTable: boolean,
  name: string | undefined,
): FromScope {
  const [only] = columns;
  if (isValueTable && only) {
    const value = { sql: `${relation}.${columnName(0)}`, type: only.type };
    const inner =
      only.type.kind === 'STRUCT'
        ? only.type.fields.map((field, index) => ({
            name: field.name,
            type: field.type,
            sql: `${value.sql}."${(field.name ?? `_field_${index + 1}`).replaceAll('"', '""')}"`,
          }))
        : [{ name, ...value }];
    return { variables: [{ name, columns: inner, value }], columns: inner };
  }
  const visible = columns.map((column, index) => ({
    name: column.name,
    type: column.type,
    sql: `${relation}.${columnName(index)}`,
    ...(column.guards ? { guards: column.guards } : {}),
  }));
  return { variables: [{ name, columns: visible }], columns: visible };
}

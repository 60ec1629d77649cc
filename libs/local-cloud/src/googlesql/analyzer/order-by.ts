import { type OrderItem } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { type SqlType, typeName } from '../types.js';
import { type Typed } from './typed.js';

const unordered: ReadonlySet<string> = new Set(['ARRAY', 'STRUCT', 'JSON', 'GEOGRAPHY']);

export function requireOrderable(type: SqlType, at: number, where = 'ORDER BY'): void {
  if (unordered.has(type.kind))
    throw mistake(`${where} does not support expressions of type ${typeName(type)}`, at);
}

/** A value whose order in DuckDB is BigQuery’s. */
export const sortable = ({ sql, type }: Typed): string =>
  type.kind === 'BIGNUMERIC' ? `gs_decimal_key(${sql})` : sql;

/** `ORDER BY` terms: NULLs come first when ascending, NaN before all other numbers. */
export function orderTerms(item: OrderItem, value: Typed): { sql: string; suffix: string }[] {
  requireOrderable(value.type, item.at);
  const direction = item.descending ? 'DESC' : 'ASC';
  const nulls = item.nulls ?? (item.descending ? 'LAST' : 'FIRST');
  const term = { sql: sortable(value), suffix: `${direction} NULLS ${nulls}` };
  if (value.type.kind !== 'FLOAT64') return [term];
  const isNumber = `NOT isnan(${value.sql})`;
  return [{ sql: isNumber, suffix: `${direction} NULLS ${nulls}` }, term];
}

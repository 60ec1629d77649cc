import { type SqlType } from '../types.js';
import { failSql } from './typed.js';

/** A result cannot hold an array with a NULL in it, although values on the way to it can. */
export function nullCheck(sql: string, type: SqlType): string {
  if (type.kind !== 'ARRAY') return sql;
  return `CASE WHEN list_count(${sql}) < len(${sql}) THEN ${failSql("'Array cannot have a null element; error in writing field'", type)} ELSE ${sql} END`;
}

import { fieldName, quoteName, type SqlType, type StructField } from '../types.js';
import { type Typed } from './typed.js';

/** A STRUCT of values. A struct without fields cannot be made by DuckDB and is NULL. */
export function structOf(
  members: readonly { readonly name?: string; readonly value: Typed }[],
): Typed {
  const fields: StructField[] = members.map(({ name, value }) => ({ name, type: value.type }));
  const type: SqlType = { kind: 'STRUCT', fields };
  const names = innerNames(fields);
  const sql = `struct_pack(${members.map(({ value }, index) => `${quoteName(names[index] ?? '')} := ${value.sql}`).join(', ')})`;
  const isLiteral = members.length > 0 && members.every(({ value }) => value.constant?.isLiteral);
  return {
    sql,
    type,
    members: members.map(({ value }) => value),
    ...(isLiteral ? { constant: { text: '', isLiteral: true } } : {}),
  };
}

/** Names in DuckDB, where two fields cannot share one. */
export const innerNames = (fields: readonly StructField[]): string[] => fields.map(fieldName);

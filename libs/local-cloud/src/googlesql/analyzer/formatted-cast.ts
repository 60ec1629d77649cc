import { refused } from '../sql-error.js';
import { type SqlType, typeName } from '../types.js';
import { type Typed } from './typed.js';

/** CAST with a FORMAT clause. */
export function formattedCast(
  value: Typed,
  type: SqlType,
  _format: Typed,
  _zone: Typed | undefined,
  _isSafe: boolean,
  at: number,
): Typed {
  throw refused(`CAST from ${typeName(value.type)} to ${typeName(type)} with FORMAT`, at);
}

import { type Placed } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import { bool, fieldName, quoteName, type StructField } from '../types.js';
import { argumentTypes, coerce, supertypeOf } from './coerce.js';
import { applyTemplate, type Typed } from './typed.js';

const comparable: ReadonlySet<string> = new Set([
  'INT64',
  'FLOAT64',
  'NUMERIC',
  'BIGNUMERIC',
  'BOOL',
  'STRING',
  'BYTES',
  'DATE',
  'TIME',
  'DATETIME',
  'TIMESTAMP',
  'INTERVAL',
]);

/** A comparison's SQL. NaN equals nothing and is neither less nor greater, unlike in DuckDB. */
export function compareSql(op: string, left: Typed, right: Typed, at?: number): string {
  const type = supertypeOf([left, right]);
  const isStruct = type?.kind === 'STRUCT' && (op === '=' || op === '!=');
  if (!type || !(comparable.has(type.kind) || isStruct))
    throw mistake(
      `No matching signature for operator ${op} for argument types: ${argumentTypes([left, right])}. Supported signature: ANY ${op} ANY`,
      at,
    );
  const [a, b] = [coerce(left, type), coerce(right, type)];
  if (type.kind === 'BIGNUMERIC') return `(gs_decimal_compare(${a.sql}, ${b.sql}) ${op} 0)`;
  if (type.kind === 'STRUCT') return compareStructs(op, a, b, type.fields, at);
  if (type.kind !== 'FLOAT64') return `(${a.sql} ${op} ${b.sql})`;
  const isPlain = (value: Typed): boolean => value.constant?.isLiteral === true;
  if (isPlain(a) && isPlain(b)) return `(${a.sql} ${op} ${b.sql})`;
  return applyTemplate(
    (x, y) => {
      const guards = [
        isPlain(a) ? '' : `NOT isnan(${x})`,
        isPlain(b) ? '' : `NOT isnan(${y})`,
      ].filter(Boolean);
      const test = op === '!=' ? `${x} = ${y}` : `${x} ${op} ${y}`;
      const guarded = `(${[test, ...guards].join(' AND ')})`;
      return op === '!=' ? `(NOT ${guarded})` : guarded;
    },
    [a.sql, b.sql],
  );
}

/** Field by field: NULL where a field is NULL and no other differs. */
function compareStructs(
  op: string,
  left: Typed,
  right: Typed,
  fields: readonly StructField[],
  at?: number,
): string {
  const sql = applyTemplate(
    (x, y) =>
      `(${fields
        .map((field, index) => {
          const name = quoteName(fieldName(field, index));
          const of = (base: string): Typed => ({ sql: `${base}.${name}`, type: field.type });
          return compareSql('=', of(x), of(y), at);
        })
        .join(' AND ')})`,
    [left.sql, right.sql],
  );
  return op === '!=' ? `(NOT ${sql})` : sql;
}

export function analyzeDistinctFrom(
  { negated, at }: Placed & { readonly negated: boolean },
  left: Typed,
  right: Typed,
): Typed {
  const type = supertypeOf([left, right]);
  if (!type)
    throw mistake(
      `No matching signature for operator IS DISTINCT FROM for argument types: ${argumentTypes([left, right])}`,
      at,
    );
  const op = negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM';
  return { sql: `(${coerce(left, type).sql} ${op} ${coerce(right, type).sql})`, type: bool };
}

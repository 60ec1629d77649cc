import { date, datetime, float64, isNumber, type SqlType, timestamp } from '../types.js';
import { decimalText } from './cast-sql.js';
import { coerce, supertypeOf } from './coerce.js';
import { noSignature } from './no-signature.js';
import { applyTemplate, failSql, isNullLiteral, type Typed } from './typed.js';

/** `+`, `-`, `*` and `/` of numbers, and of times with intervals. */
export function arithmetic(op: string, at: number, left: Typed, right: Typed): Typed {
  const moved = moveInTime(op, left, right);
  if (moved) return moved;
  const type = op === '/' ? quotientType(left, right) : supertypeOf([left, right]);
  if (!type || !isNumber(type))
    throw noSignature(
      op,
      at,
      [left, right],
      op === '/'
        ? 'FLOAT64 / FLOAT64; NUMERIC / NUMERIC; BIGNUMERIC / BIGNUMERIC'
        : ['INT64', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC']
            .map((each) => `${each} ${op} ${each}`)
            .join('; '),
    );
  return calculate(op, coerce(left, type).sql, coerce(right, type).sql, type);
}

/** Two numbers of one type with `+`, `-`, `*` or `/`; overflow and division by zero are errors. */
export function calculate(op: string, a: string, b: string, type: SqlType): Typed {
  if (type.kind === 'BIGNUMERIC')
    return { sql: `gs_decimal('${op}', ${a}, ${b}, 'BIGNUMERIC')`, type };
  if (type.kind === 'NUMERIC' && (op === '*' || op === '/')) {
    const [x, y] = [decimalText(a), decimalText(b)];
    return { sql: `CAST(gs_decimal('${op}', ${x}, ${y}, 'NUMERIC') AS DECIMAL(38,9))`, type };
  }
  if (type.kind === 'NUMERIC') return { sql: `CAST(${a} ${op} ${b} AS DECIMAL(38,9))`, type };
  if (type.kind === 'INT64') return { sql: `(${a} ${op} ${b})`, type };
  const shown = op === '/' ? `'division by zero: ' || ` : `'double overflow: ' || `;
  const sql = applyTemplate(
    (x, y) => {
      const text = `gs_float_text(${x}) || ' ${op} ' || gs_float_text(${y})`;
      const result = `(${x} ${op} ${y})`;
      if (op === '/')
        return `(CASE WHEN ${y} = 0 THEN ${failSql(shown + text, type)} WHEN isinf(${result}) AND isfinite(${x}) THEN ${failSql(`'double overflow: ' || ${text}`, type)} ELSE ${result} END)`;
      return `(CASE WHEN isinf(${result}) AND isfinite(${x}) AND isfinite(${y}) THEN ${failSql(shown + text, type)} ELSE ${result} END)`;
    },
    [a, b],
  );
  return { sql, type };
}

/** `/` of INT64 is a FLOAT64. */
function quotientType(left: Typed, right: Typed): SqlType | undefined {
  const type = supertypeOf([left, right]);
  return type?.kind === 'INT64' ? float64 : type;
}

/** DATE + INT64, and times with intervals. */
function moveInTime(op: string, left: Typed, right: Typed): Typed | undefined {
  if (op !== '+' && op !== '-') return undefined;
  const [a, b] = [left.type.kind, right.type.kind];
  if (op === '+' && (a === 'INT64' || a === 'INTERVAL') && isTime(right.type))
    return moveInTime(op, right, left);
  if (a === 'DATE' && b === 'INT64' && !isNullLiteral(left))
    return {
      sql: `CAST(make_timestamp(gs_in_range(epoch_us(${left.sql}) ${op} ${right.sql} * 86400000000, 'DATE')) AS DATE)`,
      type: date,
    };
  if (b === 'INTERVAL') {
    if (a === 'DATE' || a === 'DATETIME') {
      const moved = `CAST(${left.sql} AS TIMESTAMP) ${op} ${right.sql}`;
      return { sql: `make_timestamp(gs_in_range(epoch_us(${moved}), 'DATETIME'))`, type: datetime };
    }
    if (a === 'TIMESTAMP') return { sql: moveTimestamp(op, left.sql, right.sql), type: timestamp };
    if (a === 'INTERVAL') return { sql: `(${left.sql} ${op} ${right.sql})`, type: left.type };
  }
  if (op === '-' && a === b && (a === 'DATE' || a === 'TIMESTAMP' || a === 'DATETIME'))
    return {
      sql:
        a === 'DATE'
          ? `to_days(CAST(${left.sql} - ${right.sql} AS INTEGER))`
          : `to_microseconds(epoch_us(${left.sql}) - epoch_us(${right.sql}))`,
      type: { kind: 'INTERVAL' },
    };
  return undefined;
}

/** How many days a month has depends on a time zone, which a TIMESTAMP has not. */
const moveTimestamp = (op: string, value: string, by: string): string =>
  applyTemplate(
    (x, i) =>
      `(CASE WHEN datepart('year', ${i}) <> 0 OR datepart('month', ${i}) <> 0 THEN ${failSql(`'TIMESTAMP +/- INTERVAL is not supported for intervals with non-zero MONTH or YEAR part.'`, timestamp)} ELSE make_timestamptz(gs_in_range(epoch_us(${x} ${op} ${i}), 'TIMESTAMP')) END)`,
    [value, by],
  );

const isTime = ({ kind }: SqlType): boolean =>
  kind === 'DATE' || kind === 'DATETIME' || kind === 'TIMESTAMP';

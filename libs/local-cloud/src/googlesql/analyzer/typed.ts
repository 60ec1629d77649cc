import { type GuardedScan } from './scope.js';
import { duckdbType, type SqlType } from '../types.js';

/** An expression translated to DuckDB's SQL, with its GoogleSQL type. */
export interface Typed {
  readonly sql: string;
  readonly type: SqlType;
  /** The value of a literal or parameter, which may be coerced further than other expressions. */
  readonly constant?: Constant;
  /** Of a STRUCT that is built here: its values, which are coerced one by one. */
  readonly members?: readonly Typed[];
  /** Of a BIGNUMERIC that comes from an INT64: that one, which sums far more quickly. */
  readonly whole?: string;
  /** Of a plain column: see `Column`. */
  readonly guards?: readonly GuardedScan[];
  /** Never gives a value: it can stand for one of any type. */
  readonly isFailure?: true;
}

export interface Constant {
  /** Null for NULL. Text of the value otherwise. */
  readonly text: string | null;
  readonly isLiteral: boolean;
}

/** The constant of `[]`, which can be an array of anything. */
export const emptyArray = '[]';

/** A text in single quotes. DuckDB's texts end at NUL, so that one is put in by its code. */
export function quoteText(text: string): string {
  const parts = text.split('\u0000').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] ?? "''") : `(${parts.join(' || chr(0) || ')})`;
}

export const quoteBytes = (value: Buffer): string => `from_hex('${value.toString('hex')}')`;

export const typed = (sql: string, type: SqlType): Typed => ({ sql, type });

export const nullOf = (type: SqlType): Typed => ({
  sql: `CAST(NULL AS ${duckdbType(type)})`,
  type,
});

/** NULL without a type of its own. */
export const isNullLiteral = ({ constant }: Typed): boolean =>
  constant?.isLiteral === true && constant.text === null;

/** SQL that fails with a message (SQL of type text) when it is evaluated. */
export const failSql = (messageSql: string, type: SqlType): string =>
  `CAST(gs_fail(${messageSql}) AS ${duckdbType(type)})`;

let variables = 0;

/** Begins the names of variables anew, so that a statement becomes the same SQL each time it is analyzed. */
export function resetVariables(): void {
  variables = 0;
}

/** Whether SQL may stand in several places: it is short, and gives the same value each time. */
const isSimple = (sql: string): boolean =>
  /^[\w."$]{1,80}$/.test(sql) ||
  /^(CAST\()?'[^']{0,60}'( AS \w+\))?$/.test(sql) ||
  /^CAST\(-?[\w.$']{1,40} AS [\w(),]+\)$/.test(sql);

const needsBinding = (sql: string): boolean => /\bSELECT\b|\brandom\(|\buuid\(|gs_fail/.test(sql);

/**
 * Puts arguments into a template. An argument that the template uses several times is evaluated once: its value is
 * bound to the variable of a lambda over a list of one.
 */
export function applyTemplate(
  template: (...args: string[]) => string,
  args: readonly string[],
  isSafe = false,
): string {
  // They cannot fail, and DuckDB does not let them stand inside TRY.
  if (isSafe && args.length === 0) return template();
  const marks = args.map((_, index) => `\u0000${index}\u0000`);
  const pattern = template(...marks);
  const holdsLambda = /\blambda\b/.test(pattern);
  const isBound = args.map((sql, index) => {
    if (isSimple(sql)) return false;
    const mark = marks[index] ?? '';
    const uses = pattern.split(mark).length - 1;
    return uses > 1 || isSafe || (holdsLambda && needsBinding(sql));
  });
  if (!isBound.some(Boolean)) {
    const body = template(...args);
    return isSafe ? `TRY(${body})` : body;
  }
  // Whatever else could not stand inside a lambda is bound as well.
  const bound = args.map(
    (sql, index) => isBound[index] === true || (!isSimple(sql) && needsBinding(sql)),
  );
  const variable = `v${++variables}`;
  const body = template(
    ...args.map((sql, index) => (bound[index] ? `${variable}.a${index}` : sql)),
  );
  const members = args.flatMap((sql, index) => (bound[index] ? [`a${index} := ${sql}`] : []));
  return `list_transform([struct_pack(${members.join(', ')})], lambda ${variable}: ${isSafe ? `TRY(${body})` : body})[1]`;
}

import { mistake } from '../sql-error.js';
import { arrayOf, duckdbType, isNumber, sameType, type SqlType, typeName } from '../types.js';
import { structOf } from './build-struct.js';
import { castBetween, castSql } from './cast-sql.js';
import { literalSql } from './literal-sql.js';
import { emptyArray, isNullLiteral, type Typed } from './typed.js';

const widenings: Readonly<Record<string, readonly string[]>> = {
  INT64: ['NUMERIC', 'BIGNUMERIC', 'FLOAT64'],
  NUMERIC: ['BIGNUMERIC', 'FLOAT64'],
  BIGNUMERIC: ['FLOAT64'],
  DATE: ['DATETIME'],
};

/** Types that a text literal or parameter may stand for. */
const textTypes: ReadonlySet<string> = new Set(['DATE', 'TIME', 'DATETIME', 'TIMESTAMP']);

/** How far an implicit coercion goes: 0 for none, undefined where there is none. */
export function coercionCost(value: Typed, target: SqlType): number | undefined {
  if (isNullLiteral(value) || value.isFailure) return 1;
  const { type, constant } = value;
  if (sameType(type, target)) return 0;
  if (type.kind === 'ARRAY' && target.kind === 'ARRAY' && constant?.text === emptyArray) return 1;
  if (type.kind === 'ARRAY' && target.kind === 'ARRAY')
    return constant?.isLiteral
      ? coercionCost({ ...value, type: type.element }, target.element)
      : undefined;
  if (type.kind === 'STRUCT' && target.kind === 'STRUCT') {
    if (type.fields.length !== target.fields.length) return undefined;
    const costs = type.fields.map((field, index) =>
      coercionCost(
        value.members?.[index] ?? { sql: '', type: field.type, constant },
        target.fields[index]?.type as SqlType,
      ),
    );
    return costs.every((cost) => cost !== undefined) ? 2 : undefined;
  }
  const step = widenings[type.kind]?.indexOf(target.kind) ?? -1;
  if (step >= 0) return 2 + step;
  if (constant && type.kind === 'STRING' && textTypes.has(target.kind)) return 6;
  if (constant?.isLiteral && type.kind === 'FLOAT64' && isNumber(target) && target.kind !== 'INT64')
    return 7;
  return undefined;
}

/** The value as another type, to which it can be coerced. */
export function coerce(value: Typed, target: SqlType): Typed {
  const { type, constant, sql } = value;
  if (value.isFailure) return { sql: `CAST(${sql} AS ${duckdbType(target)})`, type: target };
  if (isNullLiteral(value))
    return { sql: `CAST(NULL AS ${duckdbType(target)})`, type: target, constant };
  if (target.kind === 'ARRAY' && constant?.isLiteral && constant.text === emptyArray)
    return { sql: `CAST([] AS ${duckdbType(target)})`, type: target, constant };
  if (!sameType(type, target) && !castBetween(type, target))
    throw mistake(`Cannot coerce expression of type ${typeName(type)} to type ${typeName(target)}`);
  if (duckdbType(type) === duckdbType(target) && sameType(type, target))
    return { ...value, type: target };
  if (value.members && target.kind === 'STRUCT')
    return structOf(
      target.fields.map((field, index) => ({
        name: field.name,
        value: coerce(value.members?.[index] as Typed, field.type),
      })),
    );
  if (
    constant?.isLiteral &&
    constant.text !== null &&
    type.kind !== 'ARRAY' &&
    type.kind !== 'STRUCT' &&
    coercionCost(value, target) !== undefined
  )
    return literalSql(target, constant.text);
  return { sql: castSql(sql, type, target), type: target, ...(constant ? { constant } : {}) };
}

/** Coerces, or throws `message`. */
export function coerceOr(value: Typed, target: SqlType, message: string, at: number): Typed {
  if (coercionCost(value, target) === undefined) throw mistake(message, at);
  return coerce(value, target);
}

/** The type that all values can be coerced to; undefined when there is none. */
export function supertypeOf(values: readonly Typed[]): SqlType | undefined {
  const known = values.filter((value) => !isNullLiteral(value) && !value.isFailure);
  if (known.length === 0) return values[0]?.type;
  const candidates = [...known.filter(({ constant }) => !constant), ...known].map(
    ({ type }) => type,
  );
  for (const kind of ['NUMERIC', 'BIGNUMERIC', 'FLOAT64'] as const)
    if (known.every(({ type }) => isNumber(type))) candidates.push({ kind });
  const plain = candidates.find((candidate) =>
    known.every((value) => coercionCost(value, candidate) !== undefined),
  );
  return plain ?? structuralSupertype(known);
}

function structuralSupertype(values: readonly Typed[]): SqlType | undefined {
  const [first] = values;
  if (first?.type.kind === 'ARRAY' && values.every(({ type }) => type.kind === 'ARRAY')) {
    const element = supertypeOf(
      values.map(({ type, constant }) => ({
        sql: '',
        type: (type as { element: SqlType }).element,
        ...(constant ? { constant } : {}),
      })),
    );
    return element && arrayOf(element);
  }
  if (first?.type.kind !== 'STRUCT') return undefined;
  const fields = first.type.fields.map(({ name }, index) => {
    const types = values.map(
      ({ type, constant, members }): Typed =>
        members?.[index] ?? {
          sql: '',
          type: type.kind === 'STRUCT' ? (type.fields[index]?.type as SqlType) : type,
          ...(constant ? { constant } : {}),
        },
    );
    const type = types.every((each) => each.type) ? supertypeOf(types) : undefined;
    return type && { name, type };
  });
  const isWhole = values.every(
    ({ type }) => type.kind === 'STRUCT' && type.fields.length === fields.length,
  );
  if (!isWhole || fields.some((field) => !field)) return undefined;
  return { kind: 'STRUCT', fields: fields as { name?: string; type: SqlType }[] };
}

/** The text of types for `No matching signature`. */
export const argumentTypes = (values: readonly Typed[]): string =>
  values.map((value) => (isNullLiteral(value) ? 'NULL' : typeName(value.type))).join(', ');

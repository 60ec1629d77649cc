import { mistake } from '../sql-error.js';
import { refused } from '../sql-error.js';
import { decimalText } from '../analyzer/cast-sql.js';
import { sortable } from '../analyzer/order-by.js';
import { type Typed } from '../analyzer/typed.js';
import {
  arrayOf,
  bignumeric,
  bool,
  bytes,
  duckdbType,
  float64,
  int64,
  numeric,
  type SqlType,
  string,
} from '../types.js';
import { type AggregateParts, type AggregateSpec, type AggregateTable } from './aggregate-spec.js';

const numbers: readonly (readonly SqlType[])[] = [[int64], [numeric], [bignumeric], [float64]];
const always = (type: SqlType) => (): SqlType => type;
const same = ([first]: readonly Typed[]): SqlType => first?.type ?? int64;

const call = (name: string, argument: string, parts: AggregateParts): string =>
  `${name}(${parts.distinct}${argument}${parts.order})${parts.filterWith()}${parts.over}`;

/** A plain aggregate of DuckDB, cast to its type. */
function plain(
  name: string,
  parameters: AggregateSpec['parameters'],
  returns: AggregateSpec['returns'],
  more: AggregateSpec['allows'] = {},
): AggregateSpec {
  return {
    text: parameters
      .map((each) => each.map((one) => (one === 'ANY' ? 'T' : one.kind)).join(', '))
      .join(' | '),
    parameters,
    returns,
    allows: { distinct: true, having: true, over: true, ...more },
    sql: ([argument], parts, type) =>
      `CAST(${call(name, argument?.sql ?? '*', parts)} AS ${duckdbType(type)})`,
  };
}

/** SUM and AVG of BIGNUMERIC: whole numbers are summed as such; others in two halves that fit DuckDB’s numbers. */
function sumOf([argument]: readonly Typed[], parts: AggregateParts, type: SqlType): string {
  const sql = argument?.sql ?? '';
  if (type.kind !== 'BIGNUMERIC') return `CAST(${call('sum', sql, parts)} AS ${duckdbType(type)})`;
  if (argument?.whole !== undefined)
    return `CAST(${call('sum', argument.whole, parts)} AS VARCHAR)`;
  const limbs = [0, 1, 2].map((limb) =>
    call('sum', `CAST(gs_decimal_limb(${sql}, ${limb}) AS HUGEINT)`, parts),
  );
  if (parts.distinct)
    return `gs_decimal_sum(CAST(list(DISTINCT ${sql})${parts.filterWith()}${parts.over} AS VARCHAR[]))`;
  return `gs_decimal_of_limbs(${limbs.map((limb) => `CAST(${limb} AS VARCHAR)`).join(', ')})`;
}

function averageOf([argument]: readonly Typed[], parts: AggregateParts, type: SqlType): string {
  const sql = argument?.sql ?? '';
  const count = `CAST(${call('count', sql, parts)} AS VARCHAR)`;
  if (type.kind === 'NUMERIC') {
    const sum = decimalText(call('sum', sql, parts));
    return `CAST(CASE WHEN ${count} <> '0' THEN gs_decimal('/', ${sum}, ${count}, 'NUMERIC') END AS DECIMAL(38,9))`;
  }
  if (type.kind === 'BIGNUMERIC')
    return `CASE WHEN ${count} <> '0' THEN gs_decimal('/', ${sumOf([argument as Typed], parts, type)}, ${count}, 'BIGNUMERIC') END`;
  return call('avg', sql, parts);
}

const unordered: ReadonlySet<string> = new Set(['ARRAY', 'STRUCT', 'JSON', 'GEOGRAPHY', 'RANGE']);

function extreme(name: 'min' | 'max'): AggregateSpec {
  return {
    ...plain(name, [['ANY']], same),
    sql: ([argument], parts, type) => {
      if (unordered.has(type.kind))
        throw mistake(`${name.toUpperCase()} is not defined for arguments of type ${type.kind}`);
      const sql = argument?.sql ?? '';
      if (type.kind === 'BIGNUMERIC')
        return `arg_${name}(${sql}, ${sortable(argument as Typed)})${parts.filterWith()}${parts.over}`;
      const found = call(name, sql, parts);
      // NaN is the answer when there is one.
      if (type.kind === 'FLOAT64')
        return `CASE WHEN bool_or(isnan(${sql}))${parts.filterWith()}${parts.over} THEN CAST('NaN' AS DOUBLE) ELSE ${found} END`;
      return found;
    },
  };
}

const floats = (name: string): AggregateSpec => plain(name, [[float64]], always(float64));

const pairs = (name: string): AggregateSpec => ({
  ...plain(name, [[float64, float64]], always(float64), { distinct: false }),
  sql: (args, parts) => call(name, args.map(({ sql }) => sql).join(', '), parts),
});

export const aggregateFunctions: AggregateTable = {
  ANY_VALUE: plain('any_value', [['ANY']], same, { distinct: false, nulls: false }),
  APPROX_COUNT_DISTINCT: {
    ...plain('count', [['ANY']], always(int64), { distinct: false, over: false }),
    sql: ([argument], parts) => `count(DISTINCT ${argument?.sql})${parts.filterWith()}`,
  },
  APPROX_QUANTILES: {
    ...plain('quantile_disc', [['ANY', int64]], (args) => arrayOf(same(args)), { over: false }),
    text: 'T, INT64',
    sql: ([value, count], parts, type) => {
      const buckets = Number(count?.constant?.text ?? Number.NaN);
      if (!(buckets >= 1 && buckets <= 10_000))
        throw refused('APPROX_QUANTILES with a number that is not a literal from 1 to 10000');
      const shares = Array.from({ length: buckets + 1 }, (_, index) => index / buckets);
      return `CAST(quantile_disc(${parts.distinct}${value?.sql}, [${shares.map((share) => `CAST(${share} AS DOUBLE)`).join(', ')}])${parts.filterWith()} AS ${duckdbType(type)})`;
    },
  },
  ARRAY_AGG: {
    text: 'T',
    parameters: [['ANY']],
    returns: (args) => arrayOf(same(args)),
    allows: { distinct: true, orderBy: true, limit: true, nulls: true, having: true, over: true },
    sql: ([argument], parts) => call('list', argument?.sql ?? '', parts),
  },
  ARRAY_CONCAT_AGG: {
    text: 'ARRAY<T>',
    parameters: [['ANY']],
    returns: same,
    allows: { orderBy: true, limit: true },
    sql: ([argument], parts) =>
      `flatten(list(${argument?.sql}${parts.order})${parts.filterWith(`${argument?.sql} IS NOT NULL`)})`,
  },
  AVG: {
    ...plain('avg', [[int64], [numeric], [bignumeric], [float64]], (args) => {
      const type = same(args);
      return type.kind === 'INT64' ? float64 : type;
    }),
    sql: averageOf,
  },
  BIT_AND: plain('bit_and', [[int64]], always(int64)),
  BIT_OR: plain('bit_or', [[int64]], always(int64)),
  BIT_XOR: plain('bit_xor', [[int64]], always(int64)),
  CORR: {
    ...pairs('corr'),
    sql: (args, parts) => {
      const list = args.map(({ sql }) => sql).join(', ');
      return `CASE WHEN ${call('regr_count', list, parts)} >= 2 THEN ${call('corr', list, parts)} END`;
    },
  },
  COUNT: plain('count', [['ANY']], always(int64), { star: true }),
  COUNTIF: {
    ...plain('count', [[bool]], always(int64)),
    sql: ([argument], parts) =>
      parts.distinct
        ? `CAST(count(DISTINCT CASE WHEN ${argument?.sql} THEN true END)${parts.filterWith()}${parts.over} AS BIGINT)`
        : `CAST(count(*)${parts.filterWith(argument?.sql)}${parts.over} AS BIGINT)`,
  },
  COVAR_POP: pairs('covar_pop'),
  COVAR_SAMP: pairs('covar_samp'),
  LOGICAL_AND: plain('bool_and', [[bool]], always(bool)),
  LOGICAL_OR: plain('bool_or', [[bool]], always(bool)),
  MAX: extreme('max'),
  MIN: extreme('min'),
  MAX_BY: {
    ...plain('arg_max', [['ANY', 'ANY']], same, { distinct: false }),
    sql: ([value, by], parts) =>
      `arg_max_null(${value?.sql}, ${sortable(by as Typed)})${parts.filterWith()}${parts.over}`,
  },
  MIN_BY: {
    ...plain('arg_min', [['ANY', 'ANY']], same, { distinct: false }),
    sql: ([value, by], parts) =>
      `arg_min_null(${value?.sql}, ${sortable(by as Typed)})${parts.filterWith()}${parts.over}`,
  },
  STDDEV: floats('stddev_samp'),
  STDDEV_POP: floats('stddev_pop'),
  STDDEV_SAMP: floats('stddev_samp'),
  STRING_AGG: {
    text: 'STRING, [STRING]',
    parameters: [[string], [string, string], [bytes]],
    returns: same,
    allows: { distinct: true, orderBy: true, limit: true, having: true, over: true },
    isJoined: true,
    sql: ([value], parts) =>
      `list(${parts.distinct}${value?.sql}${parts.order})${parts.filterWith(`${value?.sql} IS NOT NULL`)}${parts.over}`,
  },
  SUM: { ...plain('sum', numbers, same), sql: sumOf },
  VAR_POP: floats('var_pop'),
  VAR_SAMP: floats('var_samp'),
  VARIANCE: floats('var_samp'),
};

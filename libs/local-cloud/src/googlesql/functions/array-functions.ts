import { argumentTypes, coerce, coerceOr, supertypeOf } from '../analyzer/coerce.js';
import { applyTemplate, failSql, type Typed } from '../analyzer/typed.js';
import { type Expression } from '../parser/ast.js';
import { mistake } from '../sql-error.js';
import {
  arrayOf,
  bignumeric,
  date,
  duckdbType,
  int64,
  isNumber,
  numeric,
  type SqlType,
  timestamp,
} from '../types.js';
import { custom, fn } from './define.js';
import { type CustomCall, type FunctionTable } from './function-spec.js';
import { addSql, partOf } from './time-parts.js';

/** An array argument and the type of its elements. */
function arrayArgument(
  call: CustomCall,
  node: Expression | undefined,
): { array: Typed; element: SqlType } {
  const array = node && call.analyze(node);
  if (!array || array.type.kind !== 'ARRAY')
    throw mistake(
      `No matching signature for function ${call.name} for argument types: ${array ? argumentTypes([array]) : ''}. Supported signature: ${call.name}(ARRAY<T>)`,
      call.node.at,
    );
  return { array, element: array.type.element };
}

function edge(which: 'first' | 'last') {
  return custom('ARRAY<T>', (call) => {
    const { array, element } = arrayArgument(call, call.node.args[0]);
    return {
      type: element,
      sql: applyTemplate(
        (a) =>
          `(CASE WHEN len(${a}) = 0 THEN ${failSql(`'ARRAY_${which.toUpperCase()} cannot get the ${which} element of an empty array'`, element)} ELSE ${a}[${which === 'first' ? '1' : '-1'}] END)`,
        [array.sql],
        call.isSafe,
      ),
    };
  });
}

const tooLarge = 16_000_000;

/** Numbers from `start` to `end` by `step`, both ends included. */
function generateArray(call: CustomCall): Typed {
  const args = call.node.args.map(call.analyze);
  const type = supertypeOf(args);
  if (args.length < 2 || args.length > 3 || !type || !isNumber(type))
    throw mistake(
      `No matching signature for function GENERATE_ARRAY for argument types: ${argumentTypes(args)}. Supported signatures: GENERATE_ARRAY(INT64, INT64, [INT64]); GENERATE_ARRAY(NUMERIC, NUMERIC, [NUMERIC]); GENERATE_ARRAY(FLOAT64, FLOAT64, [FLOAT64])`,
      call.node.at,
    );
  const target = type.kind === 'BIGNUMERIC' ? numeric : type;
  if (type.kind === bignumeric.kind)
    throw mistake('GENERATE_ARRAY of BIGNUMERIC is not supported here', call.node.at);
  const [start, end, step = 'CAST(1 AS BIGINT)'] = args.map((each) => coerce(each, target).sql);
  const list = arrayOf(target);
  const sql = applyTemplate(
    (a, b, s) => {
      const count = `CAST(floor((${b} - ${a}) / ${s}) AS BIGINT)`;
      const items =
        target.kind === 'INT64'
          ? `range(${a}, CASE WHEN ${s} > 0 THEN ${b} + 1 ELSE ${b} - 1 END, ${s})`
          : `list_transform(range(0, ${count} + 1), lambda i: CAST(${a} + i * ${s} AS ${duckdbType(target)}))`;
      return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL OR ${s} IS NULL THEN NULL WHEN ${s} = 0 THEN ${failSql("'Sequence step cannot be 0.'", list)} WHEN (${b} - ${a}) / ${s} > ${tooLarge} THEN ${failSql("'Cannot generate arrays with more than 16000000 elements.'", list)} WHEN (${s} > 0 AND ${a} > ${b}) OR (${s} < 0 AND ${a} < ${b}) THEN CAST([] AS ${duckdbType(list)}) ELSE ${items} END)`;
    },
    [start ?? '', end ?? '', step],
    call.isSafe,
  );
  return { sql, type: list };
}

/** Dates or timestamps from one to another by an interval; months are counted from the start. */
function generateTimes(type: SqlType) {
  const kind = type.kind as 'DATE' | 'TIMESTAMP';
  return custom(`${kind}, ${kind}, [INTERVAL]`, (call) => {
    const [first, last, interval] = call.node.args;
    const message = `No matching signature for function ${call.name}. Supported signature: ${call.name}(${kind}, ${kind}, [INTERVAL INT64 DATE_TIME_PART])`;
    if (
      !first ||
      !last ||
      (interval && interval.kind !== 'interval') ||
      (kind === 'TIMESTAMP' && !interval)
    )
      throw mistake(message, call.node.at);
    const [start, end] = [first, last].map(
      (node) => coerceOr(call.analyze(node), type, message, node.at).sql,
    );
    const part =
      interval?.kind === 'interval'
        ? partOf(interval.from, kind, `${kind}_ADD`, interval.at)
        : 'DAY';
    const step =
      interval?.kind === 'interval'
        ? coerceOr(call.analyze(interval.value), int64, message, interval.at).sql
        : 'CAST(1 AS BIGINT)';
    const list = arrayOf(type);
    const days: Readonly<Record<string, number>> = {
      DAY: 1,
      WEEK: 7,
      MONTH: 28,
      QUARTER: 90,
      YEAR: 365,
    };
    const micros: Readonly<Record<string, number>> = {
      MICROSECOND: 1,
      MILLISECOND: 1000,
      SECOND: 1e6,
      MINUTE: 6e7,
      HOUR: 3.6e9,
      DAY: 8.64e10,
    };
    const sql = applyTemplate(
      (a, b, s) => {
        const most =
          kind === 'DATE'
            ? `abs(${b} - ${a}) // (abs(${s}) * ${days[part] ?? 1})`
            : `abs(epoch_us(${b}) - epoch_us(${a})) // (abs(${s}) * ${micros[part] ?? 1})`;
        return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL OR ${s} IS NULL THEN NULL WHEN ${s} = 0 THEN ${failSql("'Sequence step cannot be 0.'", list)} WHEN (${s} > 0 AND ${a} > ${b}) OR (${s} < 0 AND ${a} < ${b}) THEN CAST([] AS ${duckdbType(list)}) ELSE list_filter(list_transform(range(0, ${most} + 1), lambda i: ${addSql(kind, part, a, `(i * ${s})`)}), lambda d: CASE WHEN ${s} > 0 THEN d <= ${b} ELSE d >= ${b} END) END)`;
      },
      [start ?? '', end ?? '', step],
      call.isSafe,
    );
    return { sql, type: list };
  });
}

export const arrayFunctions: FunctionTable = {
  ARRAY_CONCAT: fn(['ARRAY<T>, ARRAY<T>... -> ARRAY<T>', (...lists) => `(${lists.join(' || ')})`]),
  ARRAY_FIRST: edge('first'),
  ARRAY_LAST: edge('last'),
  ARRAY_LENGTH: fn(['ARRAY<T> -> INT64', (a) => `CAST(len(${a}) AS BIGINT)`]),
  ARRAY_REVERSE: fn(['ARRAY<T> -> ARRAY<T>', (a) => `list_reverse(${a})`]),
  ARRAY_SLICE: custom('ARRAY<T>, INT64, INT64', (call) => {
    const { array } = arrayArgument(call, call.node.args[0]);
    const [start, end] = call.node.args
      .slice(1)
      .map(
        (node) =>
          coerceOr(
            call.analyze(node),
            int64,
            `No matching signature for function ARRAY_SLICE. Supported signature: ARRAY_SLICE(ARRAY<T>, INT64, INT64)`,
            node.at,
          ).sql,
      );
    if (start === undefined || end === undefined || call.node.args.length !== 3)
      throw mistake(
        'No matching signature for function ARRAY_SLICE. Supported signature: ARRAY_SLICE(ARRAY<T>, INT64, INT64)',
        call.node.at,
      );
    // Positions count from 0, from the end when negative; those outside are moved to the edge.
    return {
      type: array.type,
      sql: applyTemplate(
        (a, s, e) => {
          const from = `CASE WHEN ${s} >= 0 THEN ${s} ELSE greatest(len(${a}) + ${s}, 0) END`;
          const to = `CASE WHEN ${e} >= 0 THEN ${e} ELSE len(${a}) + ${e} END`;
          return `(CASE WHEN ${a} IS NULL OR ${s} IS NULL OR ${e} IS NULL THEN NULL WHEN (${to}) < (${from}) OR len(${a}) = 0 OR (${from}) >= len(${a}) THEN list_slice(${a}, 2, 1) ELSE list_slice(${a}, (${from}) + 1, (${to}) + 1) END)`;
        },
        [array.sql, start, end],
        call.isSafe,
      ),
    };
  }),
  ARRAY_TO_STRING: fn([
    'ARRAY<STRING>, STRING, [STRING] -> STRING',
    (a, d, n) =>
      n === undefined
        ? `CASE WHEN ${d} IS NULL THEN NULL WHEN ${a} IS NOT NULL THEN coalesce(array_to_string(list_filter(${a}, lambda e: e IS NOT NULL), ${d}), '') END`
        : `CASE WHEN ${d} IS NULL OR ${n} IS NULL THEN NULL WHEN ${a} IS NOT NULL THEN coalesce(array_to_string(list_transform(${a}, lambda e: coalesce(e, ${n})), ${d}), '') END`,
  ]),
  GENERATE_ARRAY: custom('T, T, [T]', generateArray),
  GENERATE_DATE_ARRAY: generateTimes(date),
  GENERATE_TIMESTAMP_ARRAY: generateTimes(timestamp),
};

import { instantAt, localTime } from '../analyzer/analyze-time.js';
import { coerceOr } from '../analyzer/coerce.js';
import { applyTemplate, type Typed } from '../analyzer/typed.js';
import { type Expression } from '../parser/ast.js';
import { mistake, refused } from '../sql-error.js';
import {
  date,
  datetime,
  int64,
  type SqlType,
  string,
  time,
  timestamp,
  typeName,
} from '../types.js';
import { custom, fn } from './define.js';
import { type CustomCall, type FunctionSpec, type FunctionTable } from './function-spec.js';
import { addSql, diffSql, partOf, truncSql, type TimeKind } from './time-parts.js';

const nowOf = (call: CustomCall): string =>
  `make_timestamptz(CAST(${Math.round(call.analysis.context.nowMs * 1000)} AS BIGINT))`;

function current(type: SqlType, cast: (local: string) => string): FunctionSpec {
  return custom('[STRING]', (call) => {
    if (call.node.args.length > 1)
      throw noMatch(call, call.node.args.map(call.analyze), '[STRING]');
    if (call.isSafe && call.node.args.length > 0)
      throw refused(`SAFE.${call.name} with a time zone`, call.node.at);
    const zone = call.node.args[0] && zoneOf(call, call.node.args[0]);
    return { sql: cast(localTime(nowOf(call), zone)), type };
  });
}

const zoneOf = (call: CustomCall, node: Expression): string =>
  coerceOr(call.analyze(node), string, `${call.name}: the time zone must be a STRING`, node.at).sql;

function noMatch(call: CustomCall, values: readonly Typed[], supported: string) {
  return mistake(
    `No matching signature for function ${call.name} for argument types: ${values.map(({ type }) => typeName(type)).join(', ')}. Supported signature: ${call.name}(${supported})`,
    call.node.at,
  );
}

/** `DATE_ADD(value, INTERVAL n PART)` and its kin. */
function moving(kind: TimeKind, sign: 1 | -1): FunctionSpec {
  const text = `${kind}, INTERVAL`;
  return custom(text, (call) => {
    const [valueNode, intervalNode] = call.node.args;
    if (!valueNode || intervalNode?.kind !== 'interval' || call.node.args.length !== 2)
      throw noMatch(
        call,
        call.node.args.filter(({ kind: each }) => each !== 'interval').map(call.analyze),
        text,
      );
    const given = call.analyze(valueNode);
    const target =
      kind === 'DATE' && (given.type.kind === 'DATETIME' || given.type.kind === 'TIMESTAMP')
        ? given.type
        : { kind };
    const value = coerceOr(
      given,
      target,
      `No matching signature for function ${call.name} for argument types: ${typeName(given.type)}, INTERVAL INT64 DATE_TIME_PART. Supported signature: ${call.name}(${kind}, INTERVAL INT64 DATE_TIME_PART)`,
      call.node.at,
    );
    const amount = coerceOr(
      call.analyze(intervalNode.value),
      int64,
      `INTERVAL value must be INT64`,
      intervalNode.at,
    );
    const part = partOf(intervalNode.from, target.kind as TimeKind, call.name, intervalNode.at);
    return {
      type: target,
      sql: applyTemplate(
        (x, n) => `(${addSql(target.kind as TimeKind, part, x, sign === 1 ? n : `-${n}`)})`,
        [value.sql, amount.sql],
        call.isSafe,
      ),
    };
  });
}

/** The date part of an argument, which looks like a name or a call: `DAY`, `WEEK(MONDAY)`. */
function readPart(call: CustomCall, node: Expression | undefined, kind: TimeKind): string {
  const text =
    node?.kind === 'name'
      ? node.name.toUpperCase()
      : node?.kind === 'call' && node.name === 'WEEK' && node.args[0]?.kind === 'name'
        ? `WEEK(${node.args[0].name.toUpperCase()})`
        : undefined;
  if (text === undefined)
    throw mistake(`A valid date part name is required`, node?.at ?? call.node.at);
  return partOf(text, kind, call.name, node?.at ?? call.node.at);
}

function difference(kind: TimeKind): FunctionSpec {
  return custom(`${kind}, ${kind}, DATE_TIME_PART`, (call) => {
    const [a, b] = call.node.args.slice(0, 2).map(call.analyze);
    if (!a || !b || call.node.args.length !== 3)
      throw noMatch(
        call,
        [a, b].filter((each) => each !== undefined),
        `${kind}, ${kind}, DATE_TIME_PART`,
      );
    const target: SqlType =
      kind === 'DATE' && (a.type.kind === 'TIMESTAMP' || a.type.kind === 'DATETIME')
        ? a.type
        : { kind };
    const message = `No matching signature for function ${call.name} for argument types: ${typeName(a.type)}, ${typeName(b.type)}, DATE_TIME_PART. Supported signature: ${call.name}(${kind}, ${kind}, DATE_TIME_PART)`;
    const part = readPart(call, call.node.args[2], target.kind as TimeKind);
    const [x, y] = [a, b].map((each) => coerceOr(each, target, message, call.node.at).sql) as [
      string,
      string,
    ];
    return {
      type: int64,
      sql: applyTemplate(
        (l, r) => `(${diffSql(target.kind as TimeKind, part, l, r)})`,
        [x, y],
        call.isSafe,
      ),
    };
  });
}

/** What each function takes besides its own type. */
const truncated: Readonly<Partial<Record<TimeKind, ReadonlySet<string>>>> = {
  DATE: new Set(['DATETIME', 'TIMESTAMP']),
  DATETIME: new Set(['TIMESTAMP']),
  TIMESTAMP: new Set(['DATETIME']),
};

function truncation(kind: TimeKind): FunctionSpec {
  return custom(`${kind}, DATE_TIME_PART${kind === 'TIMESTAMP' ? ', [STRING]' : ''}`, (call) => {
    const [first, part, zoneNode] = call.node.args;
    if (!first || !part) throw noMatch(call, [], `${kind}, DATE_TIME_PART`);
    const given = call.analyze(first);
    const isOther = truncated[kind]?.has(given.type.kind) === true;
    const target: SqlType = isOther ? given.type : { kind };
    const value = coerceOr(
      given,
      target,
      `No matching signature for function ${call.name} for argument types: ${typeName(given.type)}, DATE_TIME_PART. Supported signature: ${call.name}(${kind}, DATE_TIME_PART)`,
      call.node.at,
    );
    const unit = readPart(call, part, target.kind as TimeKind);
    if (zoneNode && target.kind !== 'TIMESTAMP')
      throw noMatch(call, [given], `${kind}, DATE_TIME_PART`);
    const zone = zoneNode ? zoneOf(call, zoneNode) : undefined;
    return {
      type: target,
      sql: applyTemplate(
        (x, z) => `(${truncSql(target.kind as TimeKind, unit, x, z)})`,
        [value.sql, zone ?? "'UTC'"],
        call.isSafe,
      ),
    };
  });
}

const micros = (factor: number) => (n?: string) =>
  `make_timestamptz(gs_in_range(${n} * ${factor}, 'TIMESTAMP'))`;

const floorDiv = (sql: string, by: number): string =>
  `((${sql} - ((${sql} % ${by}) + ${by}) % ${by}) // ${by})`;

export const timeFunctions: FunctionTable = {
  CURRENT_DATE: current(date, (local) => `CAST(${local} AS DATE)`),
  CURRENT_DATETIME: current(datetime, (local) => local),
  CURRENT_TIME: current(time, (local) => `CAST(${local} AS TIME)`),
  CURRENT_TIMESTAMP: custom('', (call) => ({ sql: nowOf(call), type: timestamp })),
  DATE: fn(
    ['INT64, INT64, INT64 -> DATE', (y, m, d) => `CAST(gs_make_date(${y}, ${m}, ${d}) AS DATE)`],
    ['TIMESTAMP, [STRING] -> DATE', (t, z) => `CAST(${localTime(t as string, z)} AS DATE)`],
    ['DATETIME -> DATE', (t) => `CAST(${t} AS DATE)`],
    ['DATE -> DATE', (t) => t as string],
  ),
  DATE_ADD: moving('DATE', 1),
  DATE_SUB: moving('DATE', -1),
  DATE_DIFF: difference('DATE'),
  DATE_TRUNC: truncation('DATE'),
  DATE_FROM_UNIX_DATE: fn([
    'INT64 -> DATE',
    (n) => `CAST(make_timestamp(gs_in_range(${n} * 86400000000, 'DATE')) AS DATE)`,
  ]),
  DATETIME: fn(
    [
      'INT64, INT64, INT64, INT64, INT64, INT64 -> DATETIME',
      (y, mo, d, h, mi, s) =>
        `CAST(gs_make_date(${y}, ${mo}, ${d}) AS DATE) + CAST(gs_make_time(${h}, ${mi}, ${s}) AS TIME)`,
    ],
    ['DATE, TIME -> DATETIME', (d, t) => `${d} + ${t}`],
    ['DATE -> DATETIME', (d) => `CAST(${d} AS TIMESTAMP)`],
    ['DATETIME -> DATETIME', (d) => d as string],
    ['TIMESTAMP, [STRING] -> DATETIME', (t, z) => localTime(t as string, z)],
  ),
  DATETIME_ADD: moving('DATETIME', 1),
  DATETIME_SUB: moving('DATETIME', -1),
  DATETIME_DIFF: difference('DATETIME'),
  DATETIME_TRUNC: truncation('DATETIME'),
  LAST_DAY: custom('DATE, [DATE_PART]', (call) => {
    const [first, part] = call.node.args;
    if (!first) throw noMatch(call, [], 'DATE, [DATE_PART]');
    const given = call.analyze(first);
    const kind = given.type.kind === 'DATETIME' ? 'DATETIME' : 'DATE';
    const value = coerceOr(
      given,
      { kind },
      `No matching signature for function LAST_DAY for argument types: ${typeName(given.type)}`,
      call.node.at,
    );
    const unit = part ? readPart(call, part, 'DATE') : 'MONTH';
    return {
      type: date,
      sql: applyTemplate(
        (x) => {
          const start = truncSql('DATE', unit, `CAST(${x} AS DATE)`, "'UTC'");
          return `(CAST(${addSql('DATE', unit.startsWith('WEEK') || unit === 'ISOWEEK' ? 'WEEK' : unit === 'ISOYEAR' ? 'YEAR' : unit, start, '1')} AS DATE) - 1)`;
        },
        [value.sql],
        call.isSafe,
      ),
    };
  }),
  TIME: fn(
    ['INT64, INT64, INT64 -> TIME', (h, m, s) => `CAST(gs_make_time(${h}, ${m}, ${s}) AS TIME)`],
    ['TIMESTAMP, [STRING] -> TIME', (t, z) => `CAST(${localTime(t as string, z)} AS TIME)`],
    ['DATETIME -> TIME', (t) => `CAST(${t} AS TIME)`],
    ['TIME -> TIME', (t) => t as string],
  ),
  TIME_ADD: moving('TIME', 1),
  TIME_SUB: moving('TIME', -1),
  TIME_DIFF: difference('TIME'),
  TIME_TRUNC: truncation('TIME'),
  TIMESTAMP: fn(
    [
      'STRING, [STRING] -> TIMESTAMP',
      (s, z) => `make_timestamptz(gs_timestamp(${s}, ${z ?? "'UTC'"}))`,
    ],
    ['DATE, [STRING] -> TIMESTAMP', (d, z) => instantAt(`CAST(${d} AS TIMESTAMP)`, z)],
    ['DATETIME, [STRING] -> TIMESTAMP', (d, z) => instantAt(d as string, z)],
    ['TIMESTAMP -> TIMESTAMP', (t) => t as string],
  ),
  TIMESTAMP_ADD: moving('TIMESTAMP', 1),
  TIMESTAMP_SUB: moving('TIMESTAMP', -1),
  TIMESTAMP_DIFF: difference('TIMESTAMP'),
  TIMESTAMP_TRUNC: truncation('TIMESTAMP'),
  TIMESTAMP_MICROS: fn(['INT64 -> TIMESTAMP', micros(1)]),
  TIMESTAMP_MILLIS: fn(['INT64 -> TIMESTAMP', micros(1000)]),
  TIMESTAMP_SECONDS: fn(['INT64 -> TIMESTAMP', micros(1_000_000)]),
  UNIX_DATE: fn(['DATE -> INT64', (d) => `CAST(${d} - DATE '1970-01-01' AS BIGINT)`]),
  UNIX_MICROS: fn(['TIMESTAMP -> INT64', (t) => `epoch_us(${t})`]),
  UNIX_MILLIS: fn(['TIMESTAMP -> INT64', (t) => floorDiv(`epoch_us(${t})`, 1000)]),
  UNIX_SECONDS: fn(['TIMESTAMP -> INT64', (t) => floorDiv(`epoch_us(${t})`, 1_000_000)]),
};

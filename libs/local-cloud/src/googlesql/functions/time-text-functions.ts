import { fn } from './define.js';
import { type FunctionSpec, type FunctionTable } from './function-spec.js';
import { type TimeKind } from './time-parts.js';

const microsOf: Readonly<Record<TimeKind, (x: string) => string>> = {
  DATE: (x) => `epoch_us(CAST(${x} AS TIMESTAMP))`,
  DATETIME: (x) => `epoch_us(${x})`,
  TIME: (x) => `epoch_us(${x})`,
  TIMESTAMP: (x) => `epoch_us(${x})`,
};

const fromMicros: Readonly<Record<TimeKind, (x: string) => string>> = {
  DATE: (x) => `CAST(make_timestamp(${x}) AS DATE)`,
  DATETIME: (x) => `make_timestamp(${x})`,
  TIME: (x) => `CAST(make_timestamp(${x}) AS TIME)`,
  TIMESTAMP: (x) => `make_timestamptz(${x})`,
};

/** SQL that formats a time by the elements of FORMAT_TIMESTAMP. */
export const formatTimeSql = (kind: TimeKind, format: string, x: string, zone = "'UTC'"): string =>
  `gs_format_time(${format}, ${microsOf[kind](x)}, ${zone}, '${kind}')`;

/** SQL that reads a time by the elements of PARSE_TIMESTAMP. */
export const parseTimeSql = (kind: TimeKind, format: string, x: string, zone = "'UTC'"): string =>
  fromMicros[kind](`gs_parse_time(${format}, ${x}, ${zone}, '${kind}')`);

const format = (kind: TimeKind): FunctionSpec =>
  kind === 'TIMESTAMP'
    ? fn([
        'STRING, TIMESTAMP, [STRING] -> STRING',
        (f, x, z) => formatTimeSql(kind, f as string, x as string, z),
      ])
    : fn(
        [`STRING, ${kind} -> STRING`, (f, x) => formatTimeSql(kind, f as string, x as string)],
        ...(kind === 'DATE'
          ? ([
              [
                'STRING, DATETIME -> STRING',
                (f, x) => formatTimeSql('DATETIME', f as string, x as string),
              ],
              [
                'STRING, TIMESTAMP, [STRING] -> STRING',
                (f, x, z) => formatTimeSql('TIMESTAMP', f as string, x as string, z),
              ],
            ] as [string, (...args: string[]) => string][])
          : []),
      );

const parse = (kind: TimeKind): FunctionSpec =>
  kind === 'TIMESTAMP'
    ? fn([
        'STRING, STRING, [STRING] -> TIMESTAMP',
        (f, x, z) => parseTimeSql(kind, f as string, x as string, z),
      ])
    : fn([`STRING, STRING -> ${kind}`, (f, x) => parseTimeSql(kind, f as string, x as string)]);

export const timeTextFunctions: FunctionTable = {
  FORMAT_DATE: format('DATE'),
  FORMAT_DATETIME: format('DATETIME'),
  FORMAT_TIME: format('TIME'),
  FORMAT_TIMESTAMP: format('TIMESTAMP'),
  PARSE_DATE: parse('DATE'),
  PARSE_DATETIME: parse('DATETIME'),
  PARSE_TIME: parse('TIME'),
  PARSE_TIMESTAMP: parse('TIMESTAMP'),
  STRING: fn(
    [
      'TIMESTAMP, [STRING] -> STRING',
      (x, z = "'UTC'") => `gs_timestamp_text(epoch_us(${x}), ${z})`,
    ],
    ['DATE -> STRING', (x) => `strftime(${x}, '%Y-%m-%d')`],
    ['DATETIME -> STRING', (x) => `gs_datetime_text(epoch_us(${x}))`],
    ['JSON -> STRING', (x) => `gs_json_scalar(CAST(${x} AS VARCHAR), 'STRING', 'strict')`],
  ),
};

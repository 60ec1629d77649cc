import { type ConformanceCase, type ConformanceCell } from './conformance-case.js';

/** A case of one expression and its value. */
export const evaluates = (
  name: string,
  expression: string,
  value: ConformanceCell,
  note?: string,
): ConformanceCase => answers(name, `SELECT ${expression} AS v`, [[value]], note);

/** A case of a whole query and its rows, in their order. */
export const answers = (
  name: string,
  sql: string,
  rows: readonly (readonly ConformanceCell[])[],
  note?: string,
): ConformanceCase => ({ function: name, sql, rows, ...(note === undefined ? {} : { note }) });

/** A case of a query that BigQuery refuses, or the local cloud by the construct’s name. */
export const fails = (
  name: string,
  sql: string,
  error: RegExp,
  note?: string,
): ConformanceCase => ({ function: name, sql, error, ...(note === undefined ? {} : { note }) });

/** The case with the types of its columns, separated by blanks where there are several. */
export const typed = (types: string, each: ConformanceCase): ConformanceCase =>
  each.rows === undefined ? each : { ...each, types: types.split(/ (?![^<]*>)/) };

/** The case with bound parameters. */
export const bound = (
  parameters: NonNullable<ConformanceCase['parameters']>,
  each: ConformanceCase,
): ConformanceCase => ({ ...each, parameters });

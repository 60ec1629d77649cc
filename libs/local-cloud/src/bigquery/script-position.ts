import { type ScriptPart } from '../googlesql/parser/parse-script.js';
import { placeOf } from '../googlesql/sql-error.js';
import { type ErrorProto } from './job-record.js';

/** Where a statement is in its script, as the statistics of its job say it. */
export function stackFrameOf(
  sql: string,
  { start, end }: ScriptPart,
): Readonly<Record<string, unknown>> {
  const [from, to] = [placeOf(sql, start), placeOf(sql, end)];
  return {
    startLine: from.line,
    startColumn: from.column,
    endLine: to.line,
    endColumn: to.column,
    text: sql.slice(start, end),
  };
}

/**
 * What the script says of the error of one of its statements. A place in the statement becomes one in the script; an
 * error without a place gets that of the statement.
 */
export function errorInScript(error: ErrorProto, sql: string, { start }: ScriptPart): ErrorProto {
  const { line, column } = placeOf(sql, start);
  const [, message, innerLine, innerColumn] =
    /^(.*) at \[(\d+):(\d+)\]$/s.exec(error.message) ?? [];
  if (message === undefined)
    return { ...error, message: `${error.message} at [${line}:${column}]` };
  const place =
    innerLine === '1'
      ? `[${line}:${column - 1 + Number(innerColumn)}]`
      : `[${line - 1 + Number(innerLine)}:${innerColumn}]`;
  return { ...error, message: `Query error: ${message} at ${place}` };
}

import { parseScript, type ScriptPart } from './parser/parse-script.js';
import { requireLength } from './require-length.js';
import { asStatementError } from './sql-error.js';

/** The statements of a text; throws BigQuery's 400 when one of them does not parse. */
export function splitScript(sql: string): ScriptPart[] {
  try {
    requireLength(sql);
    return parseScript(sql);
  } catch (error) {
    throw asStatementError(error, sql);
  }
}

import { type ScriptPart } from '../googlesql/parser/parse-script.js';
import {
  type TranslateContext,
  type TranslatedQuery,
  type TranslatedStatement,
} from '../googlesql/translate.js';

/** Translates one GoogleSQL statement; the translator is loaded when the first one comes. */
export async function translate(
  sql: string,
  context: TranslateContext,
): Promise<TranslatedStatement> {
  const { translateStatement } = await import('../googlesql/translate-statement.js');
  return translateStatement(sql, context);
}

/** The statements of a text; one that is not a script has one. */
export async function splitScript(sql: string): Promise<ScriptPart[]> {
  const { splitScript: split } = await import('../googlesql/split-script.js');
  return split(sql);
}

/** Throws BigQuery's 400 for a query that lacks a filter which one of its tables demands. */
export async function requireFiltered(query: TranslatedQuery): Promise<void> {
  if (!query.requiredFilters) return;
  const { unfiltered } = await import('../googlesql/unfiltered.js');
  throw unfiltered(query);
}

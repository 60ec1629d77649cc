import { type TranslateContext, type TranslatedStatement } from '../googlesql/translate.js';

/** Translates one GoogleSQL statement; the translator is loaded when the first one comes. */
export async function translate(
  sql: string,
  context: TranslateContext,
): Promise<TranslatedStatement> {
  const { translateStatement } = await import('../googlesql/translate-statement.js');
  return translateStatement(sql, context);
}

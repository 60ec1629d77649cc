import { CloudError } from '../http/cloud-error.js';
import { Analysis, Needed } from './analyzer/analysis.js';
import { analyzeExpression } from './analyzer/analyze-expression.js';
import { analyzeQuery } from './analyzer/analyze-query.js';
import { requireFiltered } from './analyzer/partition-filters.js';
import { finishQuery, outermost } from './finish-query.js';
import { type Statement } from './parser/ast.js';
import { parseStatement } from './parser/parse-statement.js';
import { requireLength } from './require-length.js';
import { asStatementError, mistake } from './sql-error.js';
import { translateChange } from './translate-change.js';
import { type TranslateContext, type TranslatedStatement } from './translate.js';

/**
 * Translates one GoogleSQL statement to DuckDB. The analysis itself is synchronous: where it needs a table it is begun
 * again once the table has been found.
 */
export async function translateStatement(
  sql: string,
  context: TranslateContext,
): Promise<TranslatedStatement> {
  try {
    requireLength(sql);
    const statement = parseStatement(sql);
    const known = new Map<string, unknown>();
    for (;;) {
      const analysis = new Analysis(context, known);
      try {
        return translate(analysis, statement);
      } catch (error) {
        if (!(error instanceof Needed)) throw error;
        if (known.has(error.key))
          throw new Error(`asked twice: ${error.key.slice(0, 100)}`, { cause: error });
        known.set(error.key, await error.find(context));
      }
    }
  } catch (error) {
    if (error instanceof CloudError) throw error;
    throw asStatementError(error, sql);
  }
}

function translate(analysis: Analysis, statement: Statement): TranslatedStatement {
  switch (statement.kind) {
    case 'query':
      return finishQuery(analysis, analyzeQuery(analysis, outermost, statement.query, {}));
    case 'export-data': {
      const query = finishQuery(analysis, analyzeQuery(analysis, outermost, statement.query, {}));
      requireFiltered(query);
      const options = Object.fromEntries(
        statement.options.map(({ name, value }) => [name, optionValue(analysis, value, name)]),
      );
      return {
        kind: 'export-data',
        options,
        query,
        ordered: statement.query.orderBy.length > 0,
      };
    }
    default:
      return translateChange(analysis, statement);
  }
}

function optionValue(
  analysis: Analysis,
  node: Parameters<typeof analyzeExpression>[2],
  name: string,
): string | boolean {
  if (node.kind === 'literal' && node.type === 'BOOL') return node.text === 'TRUE';
  if (node.kind === 'literal' && node.type === 'STRING') return node.text;
  const value = analyzeExpression(analysis, outermost, node);
  const found = analysis.constant(value.sql, node.at);
  if (typeof found === 'boolean' || typeof found === 'string') return found;
  throw mistake(`Invalid value for option ${name}`, node.at);
}

import { CloudError } from '../http/cloud-error.js';
import { Analysis, Needed } from './analyzer/analysis.js';
import { analyzeExpression } from './analyzer/analyze-expression.js';
import { analyzeQuery } from './analyzer/analyze-query.js';
import { bindParameters } from './analyzer/bind-parameters.js';
import { nullCheck } from './analyzer/null-check.js';
import { columnName, type QueryResult } from './analyzer/query-result.js';
import { emptyFrom, type Scope } from './analyzer/scope.js';
import { fieldsOf } from './analyzer/select-items.js';
import { type Statement } from './parser/ast.js';
import { parseStatement } from './parser/parse-statement.js';
import { asStatementError, mistake } from './sql-error.js';
import { type TranslateContext, type TranslatedStatement } from './translate.js';
import { quoteName, toField } from './types.js';

type TranslatedQuery = Extract<TranslatedStatement, { kind: 'query' }>;

/** Longer texts are refused, as BigQuery refuses them. */
const mostCharacters = 1024 * 1024;

/**
 * Translates one GoogleSQL statement to DuckDB. The analysis itself is synchronous: where it needs a table it is begun
 * again once the table has been found.
 */
export async function translateStatement(
  sql: string,
  context: TranslateContext,
): Promise<TranslatedStatement> {
  try {
    if (sql.length > mostCharacters)
      throw mistake(
        `The query is too large. The maximum standard SQL query length is ${mostCharacters} characters`,
      );
    const statement = parseStatement(sql);
    const known = new Map<string, unknown>();
    for (;;) {
      const analysis = new Analysis(context, known);
      try {
        return translate(analysis, statement);
      } catch (error) {
        if (!(error instanceof Needed)) throw error;
        known.set(error.key, await error.find(context));
      }
    }
  } catch (error) {
    if (error instanceof CloudError) throw error;
    throw asStatementError(error, sql);
  }
}

const outermost: Scope = { from: emptyFrom, ctes: new Map() };

function translate(analysis: Analysis, statement: Statement): TranslatedStatement {
  switch (statement.kind) {
    case 'query':
      return finish(analysis, analyzeQuery(analysis, outermost, statement.query, {}));
    case 'export-data': {
      const query = finish(analysis, analyzeQuery(analysis, outermost, statement.query, {}));
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
    case 'other':
      return { kind: 'script', verb: statement.verb, text: '' };
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

/** Gives the result’s columns their names: those without one are `f0_`, `f1_`, … */
function finish(analysis: Analysis, result: QueryResult): TranslatedQuery {
  const relation = analysis.newRelation();
  const [first] = result.columns;
  const outputs =
    result.isValueTable && first?.type.kind === 'STRUCT'
      ? fieldsOf({ sql: `${relation}.${columnName(0)}`, type: first.type }, 0).map(
          ({ name, value }) => ({ name, ...value }),
        )
      : result.columns.map(({ name, type }, index) => ({
          name,
          type,
          sql: `${relation}.${columnName(index)}`,
        }));
  let unnamed = 0;
  const names = outputs.map(({ name }) => name ?? `f${unnamed++}_`);
  const seen = new Set<string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (seen.has(key))
      throw mistake(
        `Duplicate column names in the result are not supported when a destination table is present. Found duplicate(s): ${name}`,
      );
    seen.add(key);
  }
  const list = outputs.map(
    ({ sql, type }, index) => `${nullCheck(sql, type)} AS ${quoteName(names[index] ?? '')}`,
  );
  return {
    kind: 'query',
    ...bindParameters(
      `SELECT ${list.join(', ')} FROM (${result.sql}) AS ${relation}`,
      analysis.values(),
    ),
    columns: outputs.map(({ type }, index) => toField(names[index] ?? '', type)),
    tables: [...analysis.tables.values()],
  };
}

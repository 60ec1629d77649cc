import { invalidQuery } from './bigquery-errors.js';
import { type TranslateContext, type TranslatedStatement } from '../googlesql/translate.js';

/** Stand-in until the GoogleSQL translator is there: counts of one table and EXPORT DATA of one table. */
export async function translate(
  sql: string,
  context: TranslateContext,
): Promise<TranslatedStatement> {
  const text = sql.trim().replace(/;$/, '');
  const exported = /^EXPORT\s+DATA\s+OPTIONS\s*\((.*?)\)\s*AS\s+(SELECT.*)$/is.exec(text);
  if (exported) {
    const query = await translate(exported[2] ?? '', context);
    if (query.kind !== 'query') throw invalidQuery('EXPORT DATA needs a query.');
    const options = Object.fromEntries(
      [...(exported[1] ?? '').matchAll(/(\w+)\s*=\s*(?:'([^']*)'|"([^"]*)"|(\w+))/g)].map(
        ([, key, single, double, word]) => [
          String(key).toLowerCase(),
          single ?? double ?? (word === 'true' ? true : word === 'false' ? false : String(word)),
        ],
      ),
    );
    return { kind: 'export-data', options, query, ordered: false };
  }
  if (/^SELECT\s+1$/i.test(text))
    return {
      kind: 'query',
      sql: 'SELECT 1::BIGINT AS f0_',
      parameters: [],
      columns: [{ name: 'f0_', type: 'INTEGER', mode: 'NULLABLE' }],
      tables: [],
    };
  const match = /^SELECT\s+(\*|COUNT\(\*\))(?:\s+AS\s+(\w+))?\s+FROM\s+(?:`([^`]+)`|(\w+))$/i.exec(
    text,
  );
  const path = (match?.[3] ?? match?.[4] ?? '').split('.');
  const [tableId, datasetId = '', projectId = context.defaultProject] = path.toReversed();
  if (!match || !tableId) throw invalidQuery(`Not supported yet: ${text.slice(0, 100)}`);
  const name = { projectId, datasetId, tableId };
  const { relation, schema } = await context.resolveTable(name);
  return match[1] === '*'
    ? {
        kind: 'query',
        sql: `SELECT * FROM ${relation}`,
        parameters: [],
        columns: schema,
        tables: [name],
      }
    : {
        kind: 'query',
        sql: `SELECT count(*) FROM ${relation}`,
        parameters: [],
        columns: [{ name: match[2] ?? 'f0_', type: 'INTEGER', mode: 'NULLABLE' }],
        tables: [name],
      };
}

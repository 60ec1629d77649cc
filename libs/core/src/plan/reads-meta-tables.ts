import { scanSql } from '../transform/sql-lexer.js';

/**
 * Whether a query plainly names what EXPORT DATA cannot read: wildcard tables, INFORMATION_SCHEMA views and `__TABLES__`
 * (bigquery/docs/reference/standard-sql/export-statements). What a view hides is not seen here; a dry run finds it.
 */
export function readsMetaTables(sql: string): boolean {
  let found = false;
  const isClosed = scanSql(sql, (kind, from, to) => {
    if (found || (kind !== 'word' && kind !== 'quoted')) return;
    if (kind === 'quoted' && sql.charCodeAt(to - 2) === asterisk) found = true;
    else if (to - from >= shortestName) found = metaTable.test(sql.slice(from, to));
  });
  return isClosed && found;
}

const asterisk = 42;
const metaTable = /\b(INFORMATION_SCHEMA|__TABLES__|__TABLES_SUMMARY__)\b/i;
const shortestName = '__TABLES__'.length;

import { lexSql } from '../transform/sql-lexer.js';

/**
 * Whether a query plainly names what EXPORT DATA cannot read: wildcard tables, INFORMATION_SCHEMA views and `__TABLES__`
 * (bigquery/docs/reference/standard-sql/export-statements). What a view hides is not seen here; a dry run finds it.
 */
export const readsMetaTables = (sql: string): boolean =>
  (lexSql(sql) ?? []).some(
    ({ kind, text }) =>
      (kind === 'quoted' && text.endsWith('*`')) ||
      (kind !== 'string' && /\b(INFORMATION_SCHEMA|__TABLES__|__TABLES_SUMMARY__)\b/i.test(text)),
  );

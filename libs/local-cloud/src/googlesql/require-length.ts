import { mistake } from './sql-error.js';

const maximumCharacters = 1024 * 1024;

/** Longer texts are refused, as BigQuery refuses them. */
export function requireLength(sql: string): void {
  if (sql.length > maximumCharacters)
    throw mistake(
      `The query is too large. The maximum standard SQL query length is ${maximumCharacters} characters`,
    );
}

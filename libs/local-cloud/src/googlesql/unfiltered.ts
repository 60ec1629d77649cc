import { requireFiltered } from './analyzer/partition-filters.js';
import { asStatementError } from './sql-error.js';
import { type TranslatedQuery } from './translate.js';

/** The refusal of a query that lacks a filter. */
export function unfiltered(query: TranslatedQuery): unknown {
  try {
    requireFiltered(query);
    return new Error('the query has its filters');
  } catch (error) {
    return asStatementError(error, '');
  }
}

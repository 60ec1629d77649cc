import { AppError } from '../errors.js';
import { type ExportRequest } from '../request/export-request.js';

type SourceType = ExportRequest['source']['type'];

/** BigQuery does not take the statement: trying again, or as someone else, does not help. */
export const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code === 'sql-invalid' || error.code === 'request-invalid');

/** A refusal in Google's words, with what helps; any other error as it is. */
export function explained(error: unknown, source: SourceType, before = ''): unknown {
  if (!isRefusal(error)) return error;
  return new AppError(
    error.code,
    before + error.message,
    {
      ...error.details,
      field: source === 'query' ? 'source.sql' : undefined,
      fix: error.details.fix ?? fixFor(error.message, source),
    },
    { cause: error },
  );
}

function fixFor(message: string, source: SourceType): string {
  const columns = /filter over column\(s\) (.+?) that can be used for partition elimination/.exec(
    message,
  )?.[1];
  if (columns)
    return source === 'query'
      ? `Add a condition on ${columns} to the query.`
      : `Filter rows by ${columns}.`;
  if (/queried through prefix/.test(message))
    return 'Name each table in the query, joined by UNION ALL, instead of a wildcard.';
  if (/does not match any table/.test(message))
    return 'Check the project, the dataset and what comes before the `*`.';
  if (/compression/i.test(message)) return 'Choose another compression.';
  return source === 'query' ? 'Change the query.' : 'Change the columns, the filter or the format.';
}

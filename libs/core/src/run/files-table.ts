import { type Plan } from '../plan/plan.js';
import { type JobSpec } from '../ports/warehouse.js';
import { type Field } from '../schema.js';

type FilesTable = NonNullable<Extract<JobSpec, { kind: 'query' }>['files']>;

/** A line of JSON lines, whole. */
export const lineColumn = 'line';
export const csvColumn = (index: number): string => `c${index}`;

/** JSON writes control characters as escapes: this one cannot stand in a line. */
const neverInJson = '\u0001';

/**
 * The files as a table that a query can read. External tables know no flexible column names, so CSV has columns by their
 * place, and JSON lines are read as CSV of one column. All is read as text: what it holds is for the query to find out.
 * https://cloud.google.com/bigquery/docs/external-tables#limitations
 */
export function filesTable({ files, fields }: Plan, uris: readonly string[]): FilesTable {
  const { format, compression, header } = files.written;
  const shared = { table: 'files', uris, compression };
  if (format === 'jsonl')
    return {
      ...shared,
      format: 'csv',
      header: false,
      delimiter: neverInJson,
      quote: '',
      fields: [textField(lineColumn)],
    };
  return {
    ...shared,
    format,
    header,
    delimiter: files.delimiter,
    fields: format === 'csv' ? fields.map((_field, index) => textField(csvColumn(index))) : [],
  };
}

/** Counts the rows of that table; a line that is cut off is none. */
export const countRowsSql = ({ files }: Plan): string =>
  files.written.format === 'jsonl'
    ? `SELECT COUNTIF(${isWholeLine(lineColumn)}) AS row_count FROM files`
    : 'SELECT COUNT(*) AS row_count FROM files';

export const isWholeLine = (line: string): string =>
  `STARTS_WITH(${line}, '{') AND ENDS_WITH(${line}, '}')`;

const textField = (name: string): Field => ({ name, type: 'STRING', mode: 'NULLABLE' });

import { refusalIn } from './column-guard.js';
import { CloudError } from '../http/cloud-error.js';
import { failureMark } from '../googlesql/native/failure-mark.js';
import { type TableName } from '../googlesql/translate.js';

/** `project:dataset.table`, as BigQuery writes tables in messages and ids. */
export const tableId = ({ projectId, datasetId, tableId: table }: TableName): string =>
  `${projectId}:${datasetId}.${table}`;

export const tableNotFound = (table: TableName, location?: string): CloudError =>
  new CloudError(
    404,
    'notFound',
    `Not found: Table ${tableId(table)}${location ? ` was not found in location ${location}` : ''}`,
  );

export const datasetNotFound = (
  projectId: string,
  datasetId: string,
  location?: string,
): CloudError =>
  new CloudError(
    404,
    'notFound',
    `Not found: Dataset ${projectId}:${datasetId}${location ? ` was not found in location ${location}` : ''}`,
  );

export const alreadyExists = (what: string): CloudError =>
  new CloudError(409, 'duplicate', `Already Exists: ${what}`);

export const invalid = (message: string): CloudError => new CloudError(400, 'invalid', message);

export const invalidQuery = (message: string): CloudError =>
  new CloudError(400, 'invalidQuery', message, { location: 'query', locationType: 'other' });

export const required = (field: string): CloudError =>
  new CloudError(400, 'required', `Required parameter is missing: ${field}`);

/** What BigQuery answers to who may not read a table's rows: it does not tell whether the table exists. */
export const queryDenied = (table: TableName): CloudError =>
  new CloudError(
    403,
    'accessDenied',
    `Access Denied: Table ${tableId(table)}: User does not have permission to query table ${tableId(table)}, or perhaps it does not exist.`,
  );

/** What DuckDB says of a query at run time (division by zero, a bad cast) is the query's fault. */
export function asQueryError(error: unknown): unknown {
  if (error instanceof CloudError) return error;
  const refusal = refusalIn(messageOf(error));
  if (refusal) return refusal;
  const [, kind, message] = /^(\w[\w -]*?) Error: (.*)/.exec(messageOf(error)) ?? [];
  if (!kind || !message) return error;
  if (/^(IO|Internal|Fatal|Transaction|Interrupt|INTERRUPT)/.test(kind)) return error;
  if (kind === 'Out of Memory')
    return new CloudError(
      400,
      'resourcesExceeded',
      'Resources exceeded during query execution: The query could not be executed in the allotted memory.',
    );
  return invalidQuery(inBigQuerysWords(message, messageOf(error).slice(kind.length + 8)));
}

/** DuckDB's message (its first line, and the whole) where BigQuery has no other, without what only DuckDB knows. */
function inBigQuerysWords(message: string, text: string): string {
  const mark = message.indexOf(failureMark);
  if (mark >= 0) return message.slice(mark + failureMark.length);
  const [, operation, left, sign, right] =
    /^Overflow in (\w+) of INT64 \((-?\d+) ([-+*]) (-?\d+)\)/.exec(message) ?? [];
  if (operation) return `int64 overflow: ${left} ${sign} ${right}`;
  const [, zone] = /^Unknown TimeZone '(.*?)'/.exec(message) ?? [];
  if (zone !== undefined) return `Invalid time zone: ${zone}`;
  if (
    /^(missing [)\]]|no argument for repetition|invalid (escape sequence|perl operator|character class|repetition|named capture)|bad repetition|trailing \\)/.test(
      message,
    )
  )
    return `Cannot parse regular expression: ${message}`;
  const [, wanted, found] =
    /^CSV Error on Line: \d+\n[\s\S]*?Expected Number of Columns: (\d+) Found: (\d+)/.exec(text) ??
    [];
  if (wanted)
    return `Too ${Number(found) > Number(wanted) ? 'many' : 'few'} values in row. Found ${found} column(s) while expected ${wanted}.`;
  if (/^Overflow in HUGEINT/.test(message)) return 'numeric overflow in SUM';
  const [, large] = /^Type INT128 with value (-?\d+) can't be cast.*INT64/.exec(message) ?? [];
  if (large) return `int64 overflow: ${large}`;
  if (/^Overflow in (addition|subtraction|multiplication) of DECIMAL/.test(message))
    return 'numeric overflow';
  return message;
}

/** The message of anything thrown; DuckDB's errors need not be instances of this realm's Error. */
export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);

import { CloudError, notImplemented } from '../http/cloud-error.js';

/** `[line:column]` of an offset. */
export function positionOf(sql: string, at: number): string {
  const { line, column } = placeOf(sql, at);
  return `[${line}:${column}]`;
}

/** Line and column of an offset, both from 1, as BigQuery counts them: a tab reaches the next multiple of eight. */
export function placeOf(
  sql: string,
  at: number,
): { readonly line: number; readonly column: number } {
  const before = sql.slice(0, at).split(/\r\n|\n|\r/);
  const line = before[before.length - 1] ?? '';
  let column = 1;
  for (const character of line)
    column = character === '\t' ? column + 8 - ((column - 1) % 8) : column + 1;
  return { line: before.length, column };
}

/** A mistake in a statement, before its place in the text is known as line and column. */
export class SqlMistake extends Error {
  override readonly name = 'SqlMistake';

  constructor(
    message: string,
    readonly at?: number,
  ) {
    super(message);
  }
}

/** What is not on the list of functions and constructs. */
export class NotOnTheList extends Error {
  override readonly name = 'NotOnTheList';

  constructor(
    readonly what: string,
    readonly at?: number,
  ) {
    super(what);
  }
}

export const mistake = (message: string, at?: number): SqlMistake => new SqlMistake(message, at);

export const refused = (what: string, at?: number): NotOnTheList => new NotOnTheList(what, at);

/** The answer for whatever was thrown while a statement was read: BigQuery's 400, or 501 for what is not on the list. */
export function asStatementError(error: unknown, sql: string): unknown {
  if (error instanceof SqlMistake) {
    const place = error.at === undefined ? '' : ` at ${positionOf(sql, error.at)}`;
    return new CloudError(400, 'invalidQuery', `${error.message}${place}`, {
      location: 'query',
      locationType: 'other',
    });
  }
  if (error instanceof NotOnTheList) {
    const place = error.at === undefined ? '' : ` (at ${positionOf(sql, error.at)})`;
    return notImplemented(`${error.what}${place}`);
  }
  if (error instanceof RangeError && /call stack/i.test(error.message))
    return new CloudError(
      400,
      'invalidQuery',
      'Query is too complex: expressions or subqueries are nested too deeply.',
      { location: 'query', locationType: 'other' },
    );
  return error;
}

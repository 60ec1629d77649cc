import { invalid } from './bigquery-errors.js';

export interface ListPage<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/** One page of a list; the token says where the next one begins. Throws 400 on a bad size or token. */
export function pageOf<T>(
  items: readonly T[],
  query: URLSearchParams,
  limits: { readonly usual: number; readonly most: number },
): ListPage<T> {
  const size = readPageSize(query.get('maxResults'), limits);
  const start = readPageToken(query.get('pageToken'));
  const page = items.slice(start, start + size);
  const next = start + page.length;
  return {
    items: page,
    ...(next < items.length && page.length > 0 ? { nextPageToken: pageTokenAt(next) } : {}),
  };
}

/** `maxResults` as a number of rows or items; 0 is allowed and means none. */
export function readPageSize(
  text: string | number | null | undefined,
  { usual, most }: { readonly usual: number; readonly most: number },
): number {
  if (text === null || text === undefined || text === '') return usual;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 0)
    throw invalid(`Invalid value for maxResults: ${String(text).slice(0, 40)}`);
  return Math.min(size, most);
}

export const pageTokenAt = (start: number, tag = ''): string =>
  Buffer.from(`p1:${start}:${tag}`).toString('base64url');

/** Where a page begins; `tag` must be the one the token was made with. */
export function readPageToken(token: string | null | undefined, tag = ''): number {
  if (!token) return 0;
  const [, start, made] =
    /^p1:(\d{1,15}):(.*)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (start === undefined || made !== tag) throw invalid('Invalid value for pageToken');
  return Number(start);
}

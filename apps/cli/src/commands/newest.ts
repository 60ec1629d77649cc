import { type Output } from '../output.js';
import { count } from '../plain-text.js';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/** What the service gives in one answer, at most. */
const mostOfPage = 1_000;

/** The newest items of a paged list, as many as asked for, and whether there are more. */
export async function newest<T>(
  limit: number,
  read: (pageSize: number, pageToken?: string) => Promise<Page<T>>,
): Promise<{ items: T[]; isMore: boolean }> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const page = await read(Math.min(limit - items.length, mostOfPage), pageToken);
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken && items.length < limit);
  return { items, isMore: pageToken !== undefined && pageToken !== '' };
}

/** Says that a list goes on. */
export function tellMore(output: Output, shown: number, isMore: boolean): void {
  if (isMore && !output.options.json)
    output.note(`The newest ${count(shown)}; there are more: --limit N`);
}

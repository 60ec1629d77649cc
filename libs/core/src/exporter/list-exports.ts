import { AppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ListFilter } from '../exporter.js';
import { type VersionedStore } from '../ports/record-store.js';
import { type Page } from '../table.js';

interface Listed {
  readonly id: string;
  readonly owner: string;
  readonly state: string;
  readonly source: string;
  readonly label?: string;
  readonly set?: string;
}

/** Summaries that are asked for at a time, at most. */
const mostAhead = 16_000;

/** One page of the exports, or sets, that the caller may see and the filter wants, newest first. */
export async function listOwned<S extends Listed>(
  caller: Caller,
  filter: ListFilter,
  store: Pick<VersionedStore<unknown, S>, 'list'>,
): Promise<Page<S>> {
  const owner = filter.owner === undefined || filter.owner === 'me' ? caller.email : filter.owner;
  if (owner !== caller.email && !caller.permissions.has('exports.readAll')) {
    throw new AppError('permission-denied', 'Only admins may list the exports of others.', {
      permission: 'exports.readAll',
    });
  }
  const search = filter.search?.toLowerCase();
  const wanted = (summary: S) =>
    (owner === 'all' || summary.owner === owner) &&
    (filter.state === undefined || summary.state === filter.state) &&
    (filter.set === undefined || summary.set === filter.set) &&
    (search === undefined ||
      [summary.id, summary.source, summary.label, summary.owner].some((text) =>
        text?.toLowerCase().includes(search),
      ));
  const items: S[] = [];
  const pageSize = filter.pageSize ?? 100;
  let { pageToken } = filter;
  let ahead = 1_000;
  do {
    const page = await store.list({ pageSize: ahead, pageToken });
    // The first page mostly has enough; who looks further mostly looks far.
    ahead = Math.min(ahead * 4, mostAhead);
    for (const summary of page.items) {
      if (!wanted(summary)) continue;
      items.push(summary);
      if (items.length === pageSize) return { items, nextPageToken: summary.id };
    }
    pageToken = page.nextPageToken;
  } while (pageToken);
  return { items };
}

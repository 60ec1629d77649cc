import { AppError } from '../errors.js';
import { type Caller, type ListFilter } from '../exporter.js';
import { type RecordStore } from '../ports.js';
import { type RecordSummary } from '../record.js';
import { type Page } from '../table.js';

/** One page of the exports that the caller may see and the filter wants, newest first. */
export async function listExports(
  caller: Caller,
  filter: ListFilter,
  records: RecordStore,
): Promise<Page<RecordSummary>> {
  const owner = filter.owner === undefined || filter.owner === 'me' ? caller.email : filter.owner;
  if (owner !== caller.email && !caller.permissions.has('exports.readAll')) {
    throw new AppError('permission-denied', 'Only admins may list the exports of others.', {
      permission: 'exports.readAll',
    });
  }
  const search = filter.search?.toLowerCase();
  const wanted = (summary: RecordSummary) =>
    (owner === 'all' || summary.owner === owner) &&
    (filter.state === undefined || summary.state === filter.state) &&
    (search === undefined ||
      [summary.id, summary.source, summary.label, summary.owner].some((text) =>
        text?.toLowerCase().includes(search),
      ));
  const items: RecordSummary[] = [];
  const pageSize = filter.pageSize ?? 100;
  let pageToken = filter.pageToken;
  do {
    const page = await records.list({ pageSize: 1_000, pageToken });
    for (const summary of page.items) {
      if (!wanted(summary)) continue;
      items.push(summary);
      if (items.length === pageSize) return { items, nextPageToken: summary.id };
    }
    pageToken = page.nextPageToken;
  } while (pageToken);
  return { items };
}

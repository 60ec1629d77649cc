import { type ExportSet, type ExportSetSummary, unwrap } from '@outhaul/api-client';
import { bytes, count, counted, plain, when } from '../plain-text.js';
import { type Session } from '../session.js';
import { type DownloadOptions } from './download.js';
import { downloadSet } from './download-set.js';
import { newest, tellMore } from './newest.js';
import { ownerColumn } from './owner-column.js';
import { memberLine, refuseUnfinishedSet, watchSet } from './watch-set.js';

export interface SetListOptions {
  readonly state?: string;
  readonly owner?: string;
  readonly search?: string;
  readonly limit: number;
}

/** `outhaul exports --sets`. */
export async function listSets({ client, output }: Session, options: SetListOptions) {
  const { state, owner, search, limit } = options;
  const { items, isMore } = await newest<ExportSetSummary>(limit, (pageSize, pageToken) => {
    const query = { state: state as ExportSetSummary['state'] | undefined, owner, search };
    const params = { query: { ...query, pageSize, pageToken } };
    return unwrap(client.GET('/api/v1/export-sets', { params }));
  });
  output.list<ExportSetSummary>(
    items,
    [
      { title: 'id', value: ({ id }) => id },
      ...ownerColumn<ExportSetSummary>(owner),
      { title: 'state', value: (each) => each.state },
      { title: 'source', value: ({ source }) => source },
      { title: 'format', value: ({ format }) => format },
      {
        title: 'tables',
        value: ({ tables, succeeded }) => `${count(succeeded)}/${count(tables)}`,
        right: true,
      },
      { title: 'rows', value: ({ rows }) => count(rows), right: true },
      { title: 'size', value: (each) => bytes(each.bytes), right: true },
      { title: 'created', value: ({ createdAt }) => when(createdAt) },
    ],
    [state, owner, search].some(Boolean)
      ? 'No set of that kind.'
      : 'You have no sets yet. Begin one: outhaul export --dataset samples --format parquet',
  );
  tellMore(output, items.length, isMore);
}

/** `outhaul status SET`. */
export async function showSet(session: Session, id: string, options: { watch?: boolean }) {
  const { client, output } = session;
  if (options.watch) {
    const tell = output.options.json ? (set: ExportSet) => output.json(set) : undefined;
    refuseUnfinishedSet(session, await watchSet(session, id, tell));
    return;
  }
  const path = { params: { path: { id } } };
  const set = await unwrap(client.GET('/api/v1/export-sets/{id}', path));
  output.one(set, () => [
    `${plain(set.id)}  ${set.state}`,
    `as of ${set.asOf}, ${count(set.totals.succeeded)} of ${count(set.totals.tables)} tables, ${counted(set.totals.rows, 'row')}, ${bytes(set.totals.bytes)}`,
    ...set.tables.map(memberLine),
  ]);
}

/** `outhaul cancel SET` and `outhaul retry SET`. */
export async function changeSet({ client, output }: Session, id: string, how: 'cancel' | 'retry') {
  const path = { params: { path: { id } } };
  const set = await unwrap(
    how === 'cancel'
      ? client.POST('/api/v1/export-sets/{id}/cancel', path)
      : client.POST('/api/v1/export-sets/{id}/retry', path),
  );
  output.one(set, () => [`${plain(set.id)}  ${set.state}`]);
}

/** `outhaul rm SET`: with its exports and their files. */
export async function removeSet({ client, output }: Session, id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/export-sets/{id}', { params: { path: { id } } }));
  output.one({ id, removed: true }, () => [`${plain(id)}  removed`]);
}

/** `outhaul download SET`: what is there of it. */
export async function downloadSetById(
  session: Session,
  id: string,
  folder: string | undefined,
  options: DownloadOptions,
): Promise<void> {
  const path = { params: { path: { id } } };
  const set = await unwrap(session.client.GET('/api/v1/export-sets/{id}', path));
  await downloadSet(session, set, folder, options);
  refuseUnfinishedSet(session, set);
}

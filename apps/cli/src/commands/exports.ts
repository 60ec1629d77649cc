import { type Export, type ExportSummary, unwrap } from '@outhaul/api-client';
import { bytes, count, counted, plain, when } from '../plain-text.js';
import { type Session } from '../session.js';
import { refuseUnfinished } from './export.js';
import { newest, tellMore } from './newest.js';
import { ownerColumn } from './owner-column.js';
import { isSetId } from './set-id.js';
import { changeSet, listSets, removeSet, type SetListOptions, showSet } from './sets.js';
import { watchToEnd } from './watch.js';

export interface ListOptions extends SetListOptions {
  /** The sets instead of the exports. */
  readonly sets?: boolean;
  /** Only the exports of this set. */
  readonly set?: string;
}

export async function listExports(session: Session, options: ListOptions): Promise<void> {
  const { client, output } = session;
  if (options.sets) return listSets(session, options);
  const { state, owner, set, search, limit } = options;
  const { items, isMore } = await newest<ExportSummary>(limit, (pageSize, pageToken) => {
    const query = { state: state as Export['state'] | undefined, owner, set, search };
    const params = { query: { ...query, pageSize, pageToken } };
    return unwrap(client.GET('/api/v1/export', { params }));
  });
  output.list<ExportSummary>(
    items,
    [
      { title: 'id', value: ({ id }) => id },
      ...ownerColumn<ExportSummary>(owner),
      { title: 'state', value: (each) => each.state },
      { title: 'source', value: ({ source }) => source },
      { title: 'format', value: ({ format }) => format },
      { title: 'rows', value: ({ rows }) => (rows === undefined ? '' : count(rows)), right: true },
      {
        title: 'size',
        value: (each) => (each.bytes === undefined ? '' : bytes(each.bytes)),
        right: true,
      },
      { title: 'created', value: ({ createdAt }) => when(createdAt) },
    ],
    [state, owner, set, search].some(Boolean)
      ? 'No export of that kind.'
      : 'You have no exports yet. Begin one: outhaul export samples.flights --format parquet',
  );
  tellMore(output, items.length, isMore);
}

export async function showStatus(
  session: Session,
  id: string,
  options: { watch?: boolean },
): Promise<void> {
  const { client, output } = session;
  if (isSetId(id)) return showSet(session, id, options);
  if (options.watch) {
    const ended = await watchToEnd(
      session,
      id,
      output.options.json ? (state) => output.json(state) : undefined,
    );
    refuseUnfinished(ended);
    return;
  }
  const found = await unwrap(client.GET('/api/v1/status/{id}', { params: { path: { id } } }));
  output.one(found, () => statusLines(found));
}

function statusLines(found: Export): string[] {
  const { outcome } = found;
  return [
    `${found.id}  ${found.state}`,
    ...found.steps.map(
      ({ kind, state, note }) => `  ${kind.padEnd(12)}${state}${note ? `  ${note}` : ''}`,
    ),
    ...(outcome?.state === 'succeeded'
      ? [
          `${counted(outcome.rows, 'row')}, ${counted(outcome.files, 'file')}, ${bytes(outcome.bytes)}`,
        ]
      : []),
    ...(outcome?.state === 'failed'
      ? [outcome.error.message, ...(outcome.error.fix?.split('\n') ?? [])]
      : []),
  ].map(plain);
}

export async function cancelExport(session: Session, id: string): Promise<void> {
  const { client, output } = session;
  if (isSetId(id)) return changeSet(session, id, 'cancel');
  const view = await unwrap(
    client.POST('/api/v1/export/{id}/cancel', { params: { path: { id } } }),
  );
  output.one(view, () => [`${view.id}  ${view.state}`]);
}

export async function retryExport(session: Session, id: string): Promise<void> {
  const { client, output } = session;
  if (isSetId(id)) return changeSet(session, id, 'retry');
  const view = await unwrap(client.POST('/api/v1/export/{id}/retry', { params: { path: { id } } }));
  output.one(view, () => [`${view.id}  ${view.state}`]);
}

export async function removeExport(session: Session, id: string): Promise<void> {
  const { client, output } = session;
  if (isSetId(id)) return removeSet(session, id);
  await unwrap(client.DELETE('/api/v1/export/{id}', { params: { path: { id } } }));
  output.one({ id, removed: true }, () => [`${plain(id)}  removed`]);
}

export async function whoAmI({ client, output, server, credential, direct }: Session) {
  const me = await unwrap(client.GET('/api/v1/me'));
  const from = (await credential())?.from;
  const project = direct && (await direct.service()).project;
  const place = direct ? { direct: { project, bucket: direct.bucket } } : { server };
  output.one({ ...me, ...place, credential: from }, () => [
    plain(me.email),
    ...(from ? [`by ${plain(from)}`] : []),
    direct
      ? plain(`without a service, in project ${project} with gs://${direct.bucket}`)
      : `at ${server}, may: ${me.permissions.join(', ')}`,
  ]);
}

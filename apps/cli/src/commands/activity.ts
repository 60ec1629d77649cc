import { type components, unwrap } from '@outhaul/api-client';
import { type Session } from '../session.js';
import { newest, tellMore } from './newest.js';
import { when } from '../plain-text.js';

type ActivityEvent = components['schemas']['ActivityEvent'];

export interface ActivityOptions {
  readonly who?: string;
  readonly action?: string;
  readonly decision?: 'allow' | 'deny';
  readonly export?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

/** `outhaul activity`: who did what, newest first; one JSON document per event with --json. */
export async function showActivity(
  { client, output }: Session,
  { limit, who, action, decision, export: exportId, from, to }: ActivityOptions,
): Promise<void> {
  const { items: events, isMore } = await newest<ActivityEvent>(limit, (pageSize, pageToken) => {
    const query = { who, action, decision, export: exportId, from, to, pageSize, pageToken };
    return unwrap(client.GET('/api/v1/activity', { params: { query } }));
  });
  if (output.options.json) {
    for (const event of events) output.json(event);
    return;
  }
  output.list(
    events,
    [
      { title: 'at', value: ({ at }) => when(at) },
      { title: 'who', value: ({ who }) => who },
      { title: 'decision', value: ({ decision }) => decision },
      { title: 'action', value: ({ action }) => action },
      {
        title: 'what',
        value: ({ table, tables, exportId, exportSetId }) =>
          tables?.length ? tables.join(', ') : (table ?? exportId ?? exportSetId ?? ''),
      },
      { title: 'reason', value: ({ reason }) => reason ?? '' },
    ],
    'Nothing of that kind is on record.',
  );
  tellMore(output, events.length, isMore);
}

import { type Clock } from '../clock.js';
import { type CloudRequest } from '../http/route.js';
import { type TaskDispatcher } from './task-dispatcher.js';
import { type TaskStore } from './task-store.js';

/** What the routes of Cloud Tasks share. */
export interface TasksContext {
  readonly store: TaskStore;
  readonly dispatcher: TaskDispatcher;
  readonly clock: Clock;
}

export const locationName = ({ params }: CloudRequest): string =>
  `projects/${params['project']}/locations/${params['location']}`;

export const queueName = (request: CloudRequest): string =>
  `${locationName(request)}/queues/${request.params['queue']}`;

export const taskName = (request: CloudRequest): string =>
  `${queueName(request)}/tasks/${request.params['task']}`;

/** One page of a list in the order of the names. */
export function pageOf<T extends { readonly name: string }>(
  all: readonly T[],
  { query }: CloudRequest,
): { readonly page: readonly T[]; readonly nextPageToken?: string } {
  const after = Buffer.from(query.get('pageToken') ?? '', 'base64url').toString();
  const size = Math.min(Number(query.get('pageSize')) || 1000, 1000);
  const rest = all.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    page,
    ...(last && rest.length > page.length
      ? { nextPageToken: Buffer.from(last.name).toString('base64url') }
      : {}),
  };
}

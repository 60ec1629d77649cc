import { CloudError } from '../http/cloud-error.js';
import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { invalidField, textOf } from './parse-fields.js';
import { parseQueue, queueResource } from './queue-fields.js';
import { type QueueRecord, usualRateLimits, usualRetryConfig } from './task-record.js';
import { locationName, pageOf, queueName, type TasksContext } from './tasks-context.js';

const parent = '/v2/projects/:project/locations/:location/queues';

/** Queues: create, get, list, patch, delete, purge, pause, resume, testIamPermissions. */
export function queueRoutes(context: TasksContext): Route[] {
  const service = 'tasks' as const;
  const change =
    (permission: string, act: (queue: QueueRecord) => Promise<QueueRecord>) =>
    async (request: CloudRequest): Promise<CloudResponse> => {
      const queue = required(context, request, permission);
      const changed = await act(queue);
      await context.store.putQueue(changed);
      context.dispatcher.wake(changed.name);
      return { json: queueResource(changed) };
    };
  return [
    {
      service,
      method: 'POST',
      path: parent,
      operation: 'cloudtasks.queues.create',
      handler: (request) => create(context, request),
    },
    {
      service,
      method: 'GET',
      path: parent,
      operation: 'cloudtasks.queues.list',
      handler: (request) => list(context, request),
    },
    {
      service,
      method: 'GET',
      path: `${parent}/:queue`,
      operation: 'cloudtasks.queues.get',
      handler: (request) => ({
        json: queueResource(required(context, request, 'cloudtasks.queues.get')),
      }),
    },
    {
      service,
      method: 'PATCH',
      path: `${parent}/:queue`,
      operation: 'cloudtasks.queues.patch',
      limits: 'updateMask is taken by the top-level fields of the body.',
      handler: (request) => patch(context, request),
    },
    {
      service,
      method: 'DELETE',
      path: `${parent}/:queue`,
      operation: 'cloudtasks.queues.delete',
      limits: 'The name may be used again at once.',
      handler: async (request) => {
        const { name } = required(context, request, 'cloudtasks.queues.delete');
        await context.store.deleteQueue(name);
        return { json: {} };
      },
    },
    {
      service,
      method: 'POST',
      path: `${parent}/:queue:purge`,
      operation: 'cloudtasks.queues.purge',
      handler: change('cloudtasks.queues.purge', async (queue) => {
        const names = [...context.store.queue(queue.name).tasks.keys()];
        await Promise.all(names.map((name) => context.store.endTask(name)));
        return { ...queue, purgedMs: context.clock.nowMs() };
      }),
    },
    {
      service,
      method: 'POST',
      path: `${parent}/:queue:pause`,
      operation: 'cloudtasks.queues.pause',
      handler: change('cloudtasks.queues.pause', async (queue) => ({ ...queue, state: 'PAUSED' })),
    },
    {
      service,
      method: 'POST',
      path: `${parent}/:queue:resume`,
      operation: 'cloudtasks.queues.resume',
      handler: change('cloudtasks.queues.resume', async (queue) => ({
        ...queue,
        state: 'RUNNING',
      })),
    },
    {
      service,
      method: 'POST',
      path: `${parent}/:queue:testIamPermissions`,
      operation: 'cloudtasks.queues.testIamPermissions',
      async handler(request) {
        const { permissions = [] } = await request.json<{ permissions?: string[] }>();
        const name = queueName(request);
        return {
          json: { permissions: permissions.filter((each) => request.caller.can(each, name)) },
        };
      },
    },
  ];
}

function required({ store }: TasksContext, request: CloudRequest, permission: string): QueueRecord {
  const name = queueName(request);
  request.caller.require(permission, name);
  return store.queue(name).record;
}

async function create(context: TasksContext, request: CloudRequest): Promise<CloudResponse> {
  const location = locationName(request);
  request.caller.require('cloudtasks.queues.create', location);
  const body = await request.json();
  const name = textOf(body['name'] ?? '', 'queue.name');
  const id = name.startsWith(`${location}/queues/`) ? name.slice(location.length + 8) : '';
  if (!/^[A-Za-z0-9-]{1,100}$/.test(id))
    throw invalidField(
      'queue.name',
      `Queue name must be formatted: "${location}/queues/<QUEUE_ID>".`,
    );
  if (context.store.queues.has(name))
    throw new CloudError(409, 'alreadyExists', 'Queue already exists');
  const queue = parseQueue(body, newQueue(name));
  await context.store.putQueue(queue);
  return { json: queueResource(queue) };
}

/** Patching a queue that does not exist makes it, as at Google. */
async function patch(context: TasksContext, request: CloudRequest): Promise<CloudResponse> {
  const name = queueName(request);
  request.caller.require('cloudtasks.queues.update', name);
  const before = context.store.queues.get(name)?.record ?? newQueue(name);
  const queue = parseQueue(await request.json(), before);
  await context.store.putQueue(queue);
  context.dispatcher.wake(name);
  return { json: queueResource(queue) };
}

function list({ store }: TasksContext, request: CloudRequest): CloudResponse {
  const location = locationName(request);
  request.caller.require('cloudtasks.queues.list', location);
  const all = [...store.queues.values()].map(({ record }) => record);
  const inLocation = all.filter(({ name }) => name.startsWith(`${location}/queues/`));
  const { page, nextPageToken } = pageOf(inLocation, request);
  return {
    json: { queues: page.map(queueResource), ...(nextPageToken ? { nextPageToken } : {}) },
  };
}

/** A queue with Google's defaults. */
export const newQueue = (name: string): QueueRecord => ({
  name,
  state: 'RUNNING',
  rateLimits: usualRateLimits,
  retryConfig: usualRetryConfig,
});

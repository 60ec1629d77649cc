import { type CloudRequest, type CloudResponse, type Route } from '../http/route.js';
import { enumOf, fieldsOf, invalidField, refuseStrays } from './parse-fields.js';
import { parseTask, taskResource } from './task-fields.js';
import { pageOf, queueName, taskName, type TasksContext } from './tasks-context.js';

const parent = '/v2/projects/:project/locations/:location/queues/:queue/tasks';
const views = { 1: 'BASIC', 2: 'FULL' } as const;

/** Tasks: create, get, list, delete, run. */
export function taskRoutes(context: TasksContext): Route[] {
  const service = 'tasks' as const;
  const { store, dispatcher } = context;
  return [
    {
      service,
      method: 'POST',
      path: parent,
      operation: 'cloudtasks.tasks.create',
      limits: 'HTTP targets on loopback only; no App Engine targets.',
      handler: (request) => create(context, request),
    },
    {
      service,
      method: 'GET',
      path: parent,
      operation: 'cloudtasks.tasks.list',
      handler: (request) => {
        const queue = queueName(request);
        request.caller.require('cloudtasks.tasks.list', queue);
        const view = viewOf(request, request.query.get('responseView'));
        const { page, nextPageToken } = pageOf([...store.queue(queue).tasks.values()], request);
        const tasks = page.map((task) => taskResource(task, view));
        return { json: { tasks, ...(nextPageToken ? { nextPageToken } : {}) } };
      },
    },
    {
      service,
      method: 'GET',
      path: `${parent}/:task`,
      operation: 'cloudtasks.tasks.get',
      handler: (request) => {
        const name = taskName(request);
        request.caller.require('cloudtasks.tasks.get', name);
        const view = viewOf(request, request.query.get('responseView'));
        return { json: taskResource(store.task(name), view) };
      },
    },
    {
      service,
      method: 'DELETE',
      path: `${parent}/:task`,
      operation: 'cloudtasks.tasks.delete',
      async handler(request) {
        const name = taskName(request);
        request.caller.require('cloudtasks.tasks.delete', name);
        await store.endTask(store.task(name).name);
        return { json: {} };
      },
    },
    {
      service,
      method: 'POST',
      path: `${parent}/:task:run`,
      operation: 'cloudtasks.tasks.run',
      async handler(request) {
        const name = taskName(request);
        request.caller.require('cloudtasks.tasks.run', name);
        const { responseView } = await request.json();
        const task = store.task(name);
        dispatcher.run(task);
        return { json: taskResource(task, viewOf(request, responseView)) };
      },
    },
  ];
}

async function create(context: TasksContext, request: CloudRequest): Promise<CloudResponse> {
  const { store, dispatcher, clock } = context;
  const queue = queueName(request);
  request.caller.require('cloudtasks.tasks.create', queue);
  const body = await request.json();
  refuseStrays(body, ['task', 'responseView', 'parent'], '');
  store.queue(queue);
  const fields = fieldsOf(body['task'], 'task');
  if (!fields) throw invalidField('task', 'it must be set.');
  const task = parseTask(fields, queue, clock.nowMs());
  const { oidcToken, oauthToken } = task.request;
  const actsAs = (oidcToken ?? oauthToken)?.serviceAccountEmail;
  if (actsAs !== undefined)
    request.caller.require('iam.serviceAccounts.actAs', `serviceAccounts/${actsAs}`);
  const view = viewOf(request, body['responseView']);
  store.requireFreeName(task.name);
  await store.putTask(task);
  dispatcher.add(task);
  return { json: taskResource(task, view) };
}

function viewOf(request: CloudRequest, value: unknown): 'BASIC' | 'FULL' {
  const given = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  const view = enumOf(given === 'VIEW_UNSPECIFIED' ? 0 : given, 'response_view', views) ?? 'BASIC';
  if (view === 'FULL') request.caller.require('cloudtasks.tasks.fullView', queueName(request));
  return view;
}

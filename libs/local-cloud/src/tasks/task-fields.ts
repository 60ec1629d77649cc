import { randomBytes } from 'node:crypto';
import { notImplemented } from '../http/cloud-error.js';
import { isLoopbackHost } from '../http/loopback-guard.js';
import {
  durationOf,
  durationText,
  enumOf,
  type Fields,
  fieldsOf,
  instantOf,
  instantText,
  invalidField,
  refuseStrays,
  textOf,
} from './parse-fields.js';
import {
  type TaskAttempt,
  type TaskMethod,
  type TaskRecord,
  type TaskRequest,
} from './task-record.js';

const taskFields = [
  'name',
  'httpRequest',
  'appEngineHttpRequest',
  'scheduleTime',
  'createTime',
  'dispatchDeadline',
  'dispatchCount',
  'responseCount',
  'firstAttempt',
  'lastAttempt',
  'view',
];
const methods: Readonly<Record<number, TaskMethod>> = {
  1: 'POST',
  2: 'GET',
  3: 'HEAD',
  4: 'PUT',
  5: 'DELETE',
  6: 'PATCH',
  7: 'OPTIONS',
};
const minute = 60_000;
const farthestMs = 30 * 24 * 60 * minute;

/** Reads a new task; without a name it gets one. */
export function parseTask(body: Fields, queueName: string, nowMs: number): TaskRecord {
  refuseStrays(body, taskFields, 'task');
  if (fieldsOf(body['appEngineHttpRequest'], 'task.app_engine_http_request'))
    throw notImplemented('tasks for App Engine');
  const http = fieldsOf(body['httpRequest'], 'task.http_request');
  if (!http) throw invalidField('task', 'Task.http_request must be set.');
  const scheduledMs = instantOf(body['scheduleTime'], 'task.schedule_time') ?? nowMs;
  if (scheduledMs > nowMs + farthestMs)
    throw invalidField('task.schedule_time', 'The scheduled time is too far in the future.');
  const deadlineMs = durationOf(body['dispatchDeadline'], 'task.dispatch_deadline', 10 * minute);
  if (deadlineMs < 15_000 || deadlineMs > 30 * minute)
    throw invalidField('task.dispatch_deadline', 'it must be between 15s and 1800s.');
  return {
    name: nameOf(body['name'], queueName),
    request: parseRequest(http),
    createdMs: nowMs,
    scheduledMs: Math.max(scheduledMs, nowMs),
    deadlineMs,
    dispatchCount: 0,
    responseCount: 0,
  };
}

function nameOf(value: unknown, queueName: string): string {
  if (value === undefined || value === null || value === '')
    return `${queueName}/tasks/${BigInt(`0x${randomBytes(8).toString('hex')}`)}`;
  const name = textOf(value, 'task.name');
  const id = name.startsWith(`${queueName}/tasks/`) ? name.slice(queueName.length + 7) : '';
  if (!/^[\w-]{1,500}$/.test(id))
    throw invalidField(
      'task.name',
      `Task name must be formatted: "${queueName}/tasks/<TASK_ID>", with letters, digits, - and _.`,
    );
  return name;
}

function parseRequest(http: Fields): TaskRequest {
  refuseStrays(
    http,
    ['url', 'httpMethod', 'headers', 'body', 'oauthToken', 'oidcToken'],
    'task.http_request',
  );
  const url = textOf(http['url'] ?? '', 'task.http_request.url');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw invalidField('task.http_request.url', 'HttpRequest.url must be an absolute http(s) URL.');
  if (!isLoopbackHost(new URL(url).host))
    throw notImplemented('tasks for hosts other than loopback');
  const body = http['body'] === undefined ? '' : textOf(http['body'], 'task.http_request.body');
  if (body.length > 1_400_000) throw invalidField('task', 'Task size too large: at most 1 MB.');
  const method = enumOf(http['httpMethod'], 'task.http_request.http_method', methods) ?? 'POST';
  if (body !== '' && !['POST', 'PUT', 'PATCH'].includes(method))
    throw invalidField('task.http_request.body', 'HTTP body is only allowed for POST, PUT, PATCH.');
  return {
    url,
    method,
    headers: headersOf(http['headers']),
    ...(body === '' ? {} : { body }),
    ...tokensOf(http, url),
  };
}

function headersOf(value: unknown): Record<string, string> {
  const headers = fieldsOf(value, 'task.http_request.headers') ?? {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(String(text)))
        throw invalidField('task.http_request.headers', `${name.slice(0, 60)} is no valid header.`);
      return [name, textOf(text, 'task.http_request.headers')];
    }),
  );
}

function tokensOf(http: Fields, url: string): Pick<TaskRequest, 'oidcToken' | 'oauthToken'> {
  const oidc = fieldsOf(http['oidcToken'], 'task.http_request.oidc_token');
  const oauth = fieldsOf(http['oauthToken'], 'task.http_request.oauth_token');
  if (oidc && oauth)
    throw invalidField('task.http_request', 'oauth_token and oidc_token exclude each other.');
  const email = (fields: Fields): string =>
    textOf(fields['serviceAccountEmail'], 'service_account_email');
  if (oidc) {
    refuseStrays(oidc, ['serviceAccountEmail', 'audience'], 'task.http_request.oidc_token');
    const audience = oidc['audience'] ? textOf(oidc['audience'], 'audience') : url;
    return { oidcToken: { serviceAccountEmail: email(oidc), audience } };
  }
  if (!oauth) return {};
  refuseStrays(oauth, ['serviceAccountEmail', 'scope'], 'task.http_request.oauth_token');
  const scope = oauth['scope']
    ? textOf(oauth['scope'], 'scope')
    : 'https://www.googleapis.com/auth/cloud-platform';
  return { oauthToken: { serviceAccountEmail: email(oauth), scope } };
}

/** A task as the API shows it: BASIC leaves out the body. */
export function taskResource(task: TaskRecord, view: 'BASIC' | 'FULL'): Record<string, unknown> {
  const { url, method, headers, body, oidcToken, oauthToken } = task.request;
  return {
    name: task.name,
    httpRequest: {
      url,
      httpMethod: method,
      headers: { 'User-Agent': 'Google-Cloud-Tasks', ...headers },
      ...(body !== undefined && view === 'FULL' ? { body } : {}),
      ...(oidcToken ? { oidcToken } : {}),
      ...(oauthToken ? { oauthToken } : {}),
    },
    scheduleTime: instantText(task.scheduledMs),
    createTime: instantText(task.createdMs),
    dispatchDeadline: durationText(task.deadlineMs),
    dispatchCount: task.dispatchCount,
    responseCount: task.responseCount,
    // The first attempt shows when it was dispatched and nothing else.
    ...(task.first ? { firstAttempt: { dispatchTime: instantText(task.first.dispatchedMs) } } : {}),
    ...(task.last ? { lastAttempt: attemptResource(task.last) } : {}),
    view,
  };
}

const attemptResource = (attempt: TaskAttempt): Record<string, unknown> => ({
  scheduleTime: instantText(attempt.scheduledMs),
  dispatchTime: instantText(attempt.dispatchedMs),
  ...(attempt.answeredMs === undefined ? {} : { responseTime: instantText(attempt.answeredMs) }),
  ...(attempt.status ? { responseStatus: attempt.status } : {}),
});

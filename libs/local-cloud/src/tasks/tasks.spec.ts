import { CloudTasksClient, type protos } from '@google-cloud/tasks';
import { OAuth2Client } from 'google-auth-library';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { startTaskTarget, type TaskTarget } from '../testing/task-target.js';
import { call, startTestCloud, type TestCloud } from '../testing/with-cloud.js';
import { backoffMs, usualRetryConfig } from './task-record.js';

type Task = protos.google.cloud.tasks.v2.ITask;

const parent = 'projects/outhaul-local/locations/us-central1';
const queue = `${parent}/queues/outhaul`;
const serviceAccount = 'outhaul-service@outhaul-local.iam.gserviceaccount.com';

/** The official Node client, unmodified. */
function clientOf({ port }: Pick<TestCloud, 'port'>, token = 'any'): CloudTasksClient {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
  return new CloudTasksClient({
    fallback: true,
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port,
    projectId: 'outhaul-local',
    authClient: authClient as never,
  });
}

/** Waits for what happens a moment after the target has answered. */
async function eventually<T>(probe: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await probe();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('Cloud Tasks', () => {
  let cloud: TestCloud;
  let client: CloudTasksClient;
  let target: TaskTarget;
  beforeEach(async () => {
    cloud = await startTestCloud();
    client = clientOf(cloud);
    target = await startTaskTarget();
  });
  afterEach(async () => {
    await client.close();
    await cloud.dispose();
    await target.close();
  });

  const create = async (task: Task, into = queue): Promise<Task> =>
    (await client.createTask({ parent: into, task }))[0];
  const taskTo = (path: string, more: object = {}): Task => ({
    httpRequest: { url: `${target.url}${path}`, httpMethod: 'POST', ...more },
  });
  const listed = async (): Promise<string[]> =>
    (await client.listTasks({ parent: queue }))[0].map(({ name }) => String(name));
  const shift = (advanceMs: number) => call(cloud, 'POST', '/_local/clock', { advanceMs });

  it('makes, shows, changes, lists and deletes queues', async () => {
    const [made] = await client.createQueue({
      parent,
      queue: {
        name: `${parent}/queues/slow`,
        rateLimits: { maxDispatchesPerSecond: 1 },
        retryConfig: { maxAttempts: 3, minBackoff: { seconds: 2 }, maxBackoff: { seconds: 9 } },
      },
    });
    expect(made).toMatchObject({
      state: 'RUNNING',
      rateLimits: { maxDispatchesPerSecond: 1, maxConcurrentDispatches: 1000 },
      retryConfig: { maxAttempts: 3, minBackoff: { seconds: '2' } },
    });
    await expect(client.createQueue({ parent, queue: { name: made.name } })).rejects.toMatchObject({
      code: 6,
    });
    await client.updateQueue({
      queue: { name: made.name, rateLimits: { maxDispatchesPerSecond: 7 } },
      updateMask: { paths: ['rate_limits'] },
    });
    const [queues] = await client.listQueues({ parent });
    expect(
      queues.map(({ name, rateLimits }) => [name, rateLimits?.maxDispatchesPerSecond]),
    ).toEqual([
      [queue, 500],
      [`${parent}/queues/slow`, 7],
    ]);
    await client.deleteQueue({ name: made.name });
    await expect(client.getQueue({ name: made.name })).rejects.toMatchObject({ code: 5 });
  });

  it('sends a task with its body, headers and an identity token of the local issuer', async () => {
    const task = await create(
      taskTo('/internal/advance?x=1', {
        body: Buffer.from('{"a":1}').toString('base64'),
        headers: { 'Content-Type': 'application/json', 'X-Mine': 'yes' },
        oidcToken: { serviceAccountEmail: serviceAccount, audience: 'https://worker.example' },
      }),
    );
    await target.until(1);
    const [got] = target.received;
    expect(got).toMatchObject({ method: 'POST', path: '/internal/advance?x=1', body: '{"a":1}' });
    expect(got?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-mine': 'yes',
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-queuename': 'outhaul',
      'x-cloudtasks-taskname': String(task.name).split('/').at(-1),
      'x-cloudtasks-taskretrycount': '0',
    });
    const token = String(got?.headers.authorization).replace('Bearer ', '');
    // The provider is loaded by its first request, which takes its time on a busy machine.
    const keys = createRemoteJWKSet(new URL(`${cloud.url}/jwks`), { timeoutDuration: 30_000 });
    const { payload } = await jwtVerify(token, keys, {
      issuer: cloud.url,
      audience: 'https://worker.example',
    });
    expect(payload).toMatchObject({ email: serviceAccount, email_verified: true });
    await eventually(listed, (names) => names.length === 0);
  });

  it('keeps a task until its time has come', async () => {
    const task = await create({
      ...taskTo('/later'),
      scheduleTime: { seconds: Math.floor(Date.now() / 1000) + 3600 },
    });
    const [shown] = await client.getTask({ name: task.name, responseView: 'FULL' });
    expect(shown).toMatchObject({ dispatchCount: 0, view: 'FULL' });
    await shift(3_590_000);
    expect(target.received).toEqual([]);
    await shift(11_000);
    await target.until(1);
  });

  it('refuses a name that is in use, or was within the last hour', async () => {
    const named = { ...taskTo('/named'), name: `${queue}/tasks/export-1-step-2` };
    await create({ ...named, scheduleTime: { seconds: Math.floor(Date.now() / 1000) + 60 } });
    await expect(create(named)).rejects.toMatchObject({ code: 6 });
    await client.deleteTask({ name: named.name });
    await expect(create(named)).rejects.toMatchObject({ code: 6 });
    await expect(client.getTask({ name: named.name })).rejects.toMatchObject({ code: 5 });
    await shift(3_601_000);
    await create(named);
    await target.until(1);
  });

  it('tries again with growing waits and says how often it has', async () => {
    const [{ name }] = await client.createQueue({
      parent,
      queue: {
        name: `${parent}/queues/patient`,
        retryConfig: { minBackoff: { seconds: 100 }, maxBackoff: { seconds: 1000 } },
      },
    });
    target.statuses.push(503, 500);
    const task = await create(taskTo('/flaky'), String(name));
    const failed = await eventually(
      async () => (await client.getTask({ name: task.name }))[0],
      ({ dispatchCount }) => dispatchCount === 1,
    );
    expect(failed.lastAttempt?.responseStatus).toMatchObject({
      code: 14,
      message: 'HTTP status code 503',
    });
    await shift(101_000);
    await target.until(2);
    await eventually(
      async () => (await client.getTask({ name: task.name }))[0],
      ({ dispatchCount }) => dispatchCount === 2,
    );
    await shift(150_000);
    expect(target.received.length).toBe(2);
    await shift(51_000);
    await target.until(3);
    expect(target.received.map(({ headers }) => headers['x-cloudtasks-taskretrycount'])).toEqual([
      '0',
      '1',
      '2',
    ]);
    expect(target.received[2]?.headers['x-cloudtasks-taskpreviousresponse']).toBe('500');
  });

  it.each([429, 503])('waits as long as a target that answers %d asks for', async (status) => {
    target.statuses.push(status);
    target.headers = { 'retry-after': '300' };
    const task = await create(taskTo('/busy'));
    await eventually(
      async () => (await client.getTask({ name: task.name }))[0],
      ({ dispatchCount }) => dispatchCount === 1,
    );
    const [{ scheduleTime, lastAttempt }] = await client.getTask({ name: task.name });
    expect(Number(scheduleTime?.seconds) - Number(lastAttempt?.responseTime?.seconds)).toBeCloseTo(
      300,
      -1,
    );
    target.headers = {};
    await shift(310_000);
    await target.until(2);
  });

  it('gives up after the queue’s number of attempts', async () => {
    const name = `${parent}/queues/short`;
    await client.createQueue({
      parent,
      queue: { name, retryConfig: { maxAttempts: 2, minBackoff: { nanos: 1_000_000 } } },
    });
    target.statuses.push(500, 500, 500);
    const task = await create(taskTo('/never'), name);
    await target.until(2);
    await eventually(
      async () => (await client.listTasks({ parent: name }))[0],
      (tasks) => tasks.length === 0,
    );
    expect(target.received.length).toBe(2);
    await expect(client.getTask({ name: task.name })).rejects.toMatchObject({ code: 5 });
  });

  it('delivers a duplicate, and again when the answer was lost, on request', async () => {
    const arm = (kind: string) =>
      call(cloud, 'POST', '/_local/faults', { kind, operation: 'cloudtasks.dispatch' });
    await arm('duplicate');
    await create(taskTo('/twice'));
    await target.until(2);
    await arm('lostReply');
    await create(taskTo('/again'));
    await target.until(4);
    expect(target.received.map(({ path }) => path)).toEqual([
      '/twice',
      '/twice',
      '/again',
      '/again',
    ]);
    await arm('dropRequest');
    await create(taskTo('/dropped-once'));
    await target.until(5);
    expect(target.received[4]?.headers['x-cloudtasks-taskretrycount']).toBe('1');
  });

  it('holds tasks of a paused queue, sends one on demand, and purges the rest', async () => {
    await client.pauseQueue({ name: queue });
    const first = await create(taskTo('/one'));
    await create(taskTo('/two'));
    await client.runTask({ name: first.name });
    await target.until(1);
    await eventually(listed, (names) => names.length === 1);
    await client.purgeQueue({ name: queue });
    await client.resumeQueue({ name: queue });
    expect(await listed()).toEqual([]);
    await create(taskTo('/three'));
    await target.until(2);
    expect(target.received.map(({ path }) => path)).toEqual(['/one', '/three']);
  });

  it('keeps queues, tasks and used names over a restart, and sends what was not sent', async () => {
    await client.pauseQueue({ name: queue });
    const gone = await create({ ...taskTo('/gone'), name: `${queue}/tasks/gone` });
    await client.deleteTask({ name: gone.name });
    const body = Buffer.from('kept').toString('base64');
    await create({ ...taskTo('/kept', { body }), name: `${queue}/tasks/kept` });
    await client.close();
    cloud = await cloud.restart();
    client = clientOf(cloud);
    expect(await listed()).toEqual([`${queue}/tasks/kept`]);
    await expect(create({ ...taskTo('/gone'), name: String(gone.name) })).rejects.toMatchObject({
      code: 6,
    });
    await client.resumeQueue({ name: queue });
    await target.until(1);
    expect(target.received[0]).toMatchObject({ path: '/kept', body: 'kept' });
  });

  it('holds to the pace and the width of a queue', async () => {
    const name = `${parent}/queues/narrow`;
    await client.createQueue({
      parent,
      queue: { name, rateLimits: { maxDispatchesPerSecond: 20, maxConcurrentDispatches: 2 } },
    });
    await Promise.all(Array.from({ length: 12 }, () => create(taskTo('/paced'), name)));
    await target.until(12);
    const times = target.received.map(({ atMs }) => atMs).sort((a, b) => a - b);
    // A burst of 4, then 8 more at 20 a second: 400 ms at least.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
  });

  it.each([
    ['no target', {}],
    ['another scheme', { httpRequest: { url: 'ftp://127.0.0.1/' } }],
    [
      'a name of another queue',
      { name: `${parent}/queues/other/tasks/x`, httpRequest: { url: 'http://127.0.0.1/' } },
    ],
    [
      'a body on GET',
      { httpRequest: { url: 'http://127.0.0.1/', httpMethod: 'GET', body: 'eA==' } },
    ],
    ['an unknown field', { httpRequest: { url: 'http://127.0.0.1/' }, colour: 'red' }],
    [
      'a time beyond 30 days',
      { httpRequest: { url: 'http://127.0.0.1/' }, scheduleTime: '2099-01-01T00:00:00Z' },
    ],
  ])('refuses %s', async (_what, task) => {
    const answer = await call(cloud, 'POST', `/v2/${queue}/tasks`, { task });
    expect(answer).toMatchObject({ status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } });
  });

  it('refuses targets outside this machine by name', async () => {
    const task = { httpRequest: { url: 'https://example.com/' } };
    const answer = await call(cloud, 'POST', `/v2/${queue}/tasks`, { task });
    expect(answer.status).toBe(501);
  });
});

describe('Cloud Tasks with a target behind Cloud Run’s IAM', () => {
  it('delivers identity tokens without their signatures', async () => {
    const cloud = await startTestCloud({ tasksBehindIam: true });
    const [client, target] = [clientOf(cloud), await startTaskTarget()];
    const oidcToken = { serviceAccountEmail: serviceAccount, audience: 'worker' };
    const httpRequest = { url: target.url, oidcToken };
    await client.createTask({ parent: queue, task: { httpRequest } });
    await target.until(1);
    const token = String(target.received[0]?.headers.authorization).replace('Bearer ', '');
    expect(token).toMatch(/\.SIGNATURE_REMOVED_BY_GOOGLE$/);
    expect(decodeJwt(token)).toMatchObject({ email: serviceAccount, aud: 'worker' });
    await Promise.all([client.close(), cloud.dispose(), target.close()]);
  });
});

describe('Cloud Tasks with permissions', () => {
  it('lets the service make tasks that act as itself, and nobody without the permissions', async () => {
    const cloud = await startTestCloud({ enforce: true });
    const tokenOf = async (email: string): Promise<string> =>
      String((await call(cloud, 'POST', '/_local/tokens', { email })).body['access_token']);
    const task = {
      httpRequest: {
        url: 'http://127.0.0.1:1/',
        oidcToken: { serviceAccountEmail: serviceAccount },
      },
      scheduleTime: { seconds: Math.floor(Date.now() / 1000) + 3600 },
    };
    const service = clientOf(cloud, await tokenOf(serviceAccount));
    await service.createTask({ parent: queue, task });
    const viewer = clientOf(cloud, await tokenOf('viewer@outhaul.test'));
    await expect(viewer.createTask({ parent: queue, task })).rejects.toMatchObject({ code: 7 });
    await Promise.all([service.close(), viewer.close()]);
    await cloud.dispose();
  });
});

it('doubles the wait, then lets it grow evenly, then caps it', () => {
  const config = { ...usualRetryConfig, minBackoffMs: 10, maxBackoffMs: 300, maxDoublings: 3 };
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((failed) => backoffMs(config, failed))).toEqual([
    10, 20, 40, 80, 160, 240, 300, 300,
  ]);
});

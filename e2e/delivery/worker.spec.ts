import { DeployedSystem, pause } from '../support/deployed-system.js';

let system: DeployedSystem;
beforeAll(async () => {
  // A job waits long enough that it still runs when the caller has their answer.
  system = await DeployedSystem.start({}, ['--job-delay-ms', '1000']);
});
afterAll(() => system.stop());
afterEach(async () => {
  await system.cloudCall('/_local/faults', 'DELETE');
  await system.queueCall('resume');
});

const request = (table: string) =>
  ({ source: { type: 'table', dataset: 'samples', table }, format: 'parquet' }) as const;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

const jobsOf = async (id: string) => {
  const answer = await system.cloudCall(
    '/bigquery/v2/projects/outhaul-local/jobs?allUsers=true&maxResults=1000&projection=full',
  );
  const { jobs } = (await answer.json()) as {
    jobs: { jobReference: { jobId: string }; configuration: { labels?: object } }[];
  };
  return jobs.filter(({ jobReference }) => jobReference.jobId.includes(id));
};

it('ends an export by tasks alone, under one trace from the caller to the last line', async () => {
  const { id } = await system.startExport(request('flights'), {
    traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
  });
  const ended = await system.untilEndedByItself(id);
  expect(ended.outcome).toMatchObject({ state: 'succeeded' });
  const last = await system.untilLine(
    'worker',
    (line) => line['event'] === 'export.ended' && line['exportId'] === id,
  );
  expect(last).toMatchObject({
    state: 'succeeded',
    'logging.googleapis.com/trace': `projects/outhaul-local/traces/${traceId}`,
  });
  const [job] = await jobsOf(id);
  expect(job?.configuration.labels).toMatchObject({
    'outhaul-export': id,
    'outhaul-trace': traceId,
  });
});

it('does the work once when each task is delivered twice', async () => {
  await system.cloudCall('/_local/faults', 'POST', {
    kind: 'duplicate',
    operation: 'cloudtasks.dispatch',
    count: 1_000,
  });
  const { id } = await system.startExport(request('flights'));
  expect((await system.untilEndedByItself(id)).outcome).toMatchObject({ state: 'succeeded' });
  const ends = system
    .lines('worker')
    .filter((line) => line['event'] === 'export.ended' && line['exportId'] === id);
  expect(ends.length + endsIn('api', id)).toBe(1);
  expect((await jobsOf(id)).map(({ jobReference }) => jobReference.jobId)).toEqual([
    `outhaul_${id}_extract_1`,
  ]);
});

const endsIn = (of: 'api' | 'worker', id: string) =>
  system.lines(of).filter((line) => line['event'] === 'export.ended' && line['exportId'] === id)
    .length;

it('takes up by its tick an export whose tasks were lost', async () => {
  await system.queueCall('pause');
  const { id } = await system.startExport(request('flights'));
  await system.queueCall('purge');
  await system.queueCall('resume');
  await pause(300);
  expect((await system.recordOf(id)).outcome).toBeUndefined();
  await system.callWorker('/internal/tick');
  expect((await system.untilEndedByItself(id)).outcome).toMatchObject({ state: 'succeeded' });
});

it('refuses whoever is not Cloud Tasks or Cloud Scheduler, and tells of it', async () => {
  const without = await fetch(`${system.workerUrl}/internal/tick`, { method: 'POST' });
  expect(without.status).toBe(401);
  await system.callWorker('/internal/tick', undefined, 'another-audience');
  await system.untilLine(
    'worker',
    (line) =>
      line['event'] === 'internal.refused' && line['reason'] === 'ERR_JWT_CLAIM_VALIDATION_FAILED',
  );
  await system.queueCall('purge');
  const forged = await fetch(`${system.workerUrl}/internal/tick`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${unsigned({ aud: 'outhaul-worker', email: 'me@example.com' })}`,
    },
  });
  expect(forged.status).toBe(401);
});

it('serves nothing else on the worker, and nothing internal on the public service', async () => {
  expect((await fetch(`${system.workerUrl}/api/v1/export`)).status).toBe(404);
  expect((await fetch(`${system.workerUrl}/`)).status).toBe(404);
  expect((await fetch(`${system.workerUrl}/api/health`)).status).toBe(200);
  const internal = await fetch(`${system.url}/internal/tick`, { method: 'POST' });
  expect(internal.status).toBe(404);
});

/** A token of algorithm `none`. */
const unsigned = (claims: object): string =>
  [{ alg: 'none' }, { ...claims, exp: Math.floor(Date.now() / 1000) + 600, email_verified: true }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + '.';

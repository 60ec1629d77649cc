import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type JobSpec } from '@outhaul/core';
import { callerAuth } from './credentials.js';
import { GoogleWarehouse } from './google-warehouse.js';

const job: JobSpec = {
  project: 'a-project',
  location: 'EU',
  id: 'outhaul_job_1',
  labels: {},
  kind: 'extract',
  source: { project: 'a-project', dataset: 'a', table: 't' },
  uris: ['gs://files/*'],
  format: 'csv',
  compression: 'none',
  header: true,
  delimiter: ',',
};

/** Stands for BigQuery: keeps one job, and what it was asked. */
let server: Server;
let warehouse: GoogleWarehouse;
let calls: string[];
let replies: { status: number; body: object }[];

beforeEach(async () => {
  calls = [];
  replies = [];
  server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    const { status, body } = replies.shift() ?? { status: 200, body: running };
    request.resume();
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  warehouse = new GoogleWarehouse(callerAuth('a-token'), 'a-project', {
    bigquery: `http://127.0.0.1:${port}`,
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const jobReference = { projectId: 'a-project', jobId: job.id, location: 'EU' };
const running = {
  jobReference,
  configuration: { jobType: 'EXTRACT' },
  status: { state: 'RUNNING' },
};
const refusal = (status: number, reason: string) => ({
  status,
  body: { error: { code: status, message: reason, errors: [{ reason, message: reason }] } },
});
const insert = 'POST /bigquery/v2/projects/a-project/jobs?prettyPrint=false';
const look = 'GET /bigquery/v2/projects/a-project/jobs/outhaul_job_1?location=EU&prettyPrint=false';

it('inserts a job once, and then only looks at it', async () => {
  expect(await warehouse.ensureJob(job)).toMatchObject({ state: 'running' });
  expect(await warehouse.ensureJob(job)).toMatchObject({ state: 'running' });
  expect(await warehouse.ensureJob(job)).toMatchObject({ state: 'running' });
  expect(calls).toEqual([insert, look, look]);
});

it('looks at a job that another process has begun, from then on without inserting it', async () => {
  replies = [refusal(409, 'duplicate')];
  await warehouse.ensureJob(job);
  await warehouse.ensureJob(job);
  expect(calls).toEqual([insert, look, look]);
});

it('inserts a job again that BigQuery has lost', async () => {
  await warehouse.ensureJob(job);
  replies = [refusal(404, 'notFound')];
  expect(await warehouse.ensureJob(job)).toMatchObject({ state: 'running' });
  expect(calls).toEqual([insert, look, insert]);
});

it('asks again when BigQuery says that it is asked too much', async () => {
  await warehouse.ensureJob(job);
  replies = [refusal(403, 'rateLimitExceeded')];
  expect(await warehouse.ensureJob(job)).toMatchObject({ state: 'running' });
  expect(calls).toEqual([insert, look, look]);
});

it('does not look at a job by a name that leads elsewhere', async () => {
  await expect(warehouse.getJob({ ...job, id: '..' })).rejects.toMatchObject({ code: 'job-lost' });
  await expect(warehouse.getJob({ ...job, project: '..' })).rejects.toMatchObject({
    code: 'job-lost',
  });
  expect(calls).toEqual([]);
});

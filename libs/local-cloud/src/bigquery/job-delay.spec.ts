import { startTestBigQuery, testProject, type TestBigQuery } from './testing/with-bigquery.js';

let bigQuery: TestBigQuery;
afterEach(() => bigQuery.dispose());

const insert = async (jobId: string) =>
  bigQuery.call('POST', `/bigquery/v2/projects/${testProject}/jobs`, {
    jobReference: { projectId: testProject, jobId, location: 'US' },
    configuration: { query: { query: 'SELECT 1', useLegacySql: false } },
  });
const stateOf = async (jobId: string) => {
  const { body } = await bigQuery.call(
    'GET',
    `/bigquery/v2/projects/${testProject}/jobs/${jobId}?location=US`,
  );
  return (body['status'] as { state: string }).state;
};

it('leaves a job pending for as long as it is told, then runs it', async () => {
  bigQuery = await startTestBigQuery({ jobDelayMs: 400 });
  await insert('later');
  expect(await stateOf('later')).toBe('PENDING');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await stateOf('later')).toBe('DONE');
});

it('ends a pending job at once when it is cancelled', async () => {
  bigQuery = await startTestBigQuery({ jobDelayMs: 60_000 });
  await insert('never');
  await bigQuery.call('POST', `/bigquery/v2/projects/${testProject}/jobs/never/cancel?location=US`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await stateOf('never')).toBe('DONE');
});

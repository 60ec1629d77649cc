import { setTimeout as wait } from 'node:timers/promises';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const project = `/bigquery/v2/projects/${testProject}`;
const endless =
  'SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS a, UNNEST(GENERATE_ARRAY(1, 1000000)) AS b WHERE MOD(a * b, 7) = 3';

describe('a query that runs for ever', () => {
  let bigquery: TestBigQuery;
  beforeEach(async () => {
    bigquery = await startTestBigQuery();
  });
  afterEach(() => bigquery.dispose());

  const start = async (jobId: string) =>
    bigquery.call('POST', `${project}/jobs`, {
      jobReference: { jobId },
      configuration: { query: { query: endless, useLegacySql: false } },
    });
  const stateOf = async (jobId: string) => {
    const { body } = await bigquery.call('GET', `${project}/jobs/${jobId}`);
    return body['status'] as { state: string; errorResult?: { reason: string } };
  };

  it('answers that it is not done, lets others work, and ends when it is cancelled', async () => {
    await start('endless');
    const waited = await bigquery.call('GET', `${project}/queries/endless?timeoutMs=200`);
    expect(waited.body).toMatchObject({ jobComplete: false });
    const other = await bigquery.call('POST', `${project}/queries`, {
      query: 'SELECT 1 AS one',
      useLegacySql: false,
    });
    expect(other.body).toMatchObject({ jobComplete: true, rows: [{ f: [{ v: '1' }] }] });
    await bigquery.call('POST', `${project}/jobs/endless/cancel`);
    for (;;) {
      const { state, errorResult } = await stateOf('endless');
      if (state !== 'DONE') continue;
      expect(errorResult).toMatchObject({ reason: 'stopped' });
      break;
    }
    expect(await bigquery.call('GET', `${project}/queries/endless`)).toMatchObject({
      status: 499,
      body: { error: { code: 499, status: 'CANCELLED', errors: [{ reason: 'stopped' }] } },
    });
  });

  it('ends at whatever moment it is cancelled', async () => {
    for (let delayMs = 0; delayMs < 24; delayMs++) {
      const jobId = `moment-${delayMs}`;
      await start(jobId);
      await wait(delayMs / 2);
      await bigquery.call('POST', `${project}/jobs/${jobId}/cancel`);
      while ((await stateOf(jobId)).state !== 'DONE') await wait(5);
      expect((await stateOf(jobId)).errorResult).toMatchObject({ reason: 'stopped' });
    }
  });

  it('does not hold up the end of the process, and has failed after the next start', async () => {
    await start('interrupted');
    while ((await stateOf('interrupted')).state !== 'RUNNING');
    bigquery = await bigquery.restart();
    expect(await stateOf('interrupted')).toMatchObject({
      state: 'DONE',
      errorResult: { reason: 'backendError' },
    });
  });
});

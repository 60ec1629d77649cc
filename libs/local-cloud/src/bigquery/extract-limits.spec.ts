import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const project = `/bigquery/v2/projects/${testProject}`;

describe('an extract into a single file', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery({ singleFileBytes: 10_000 });
    await bigquery.call('POST', `${project}/datasets`, { datasetReference: { datasetId: 'd' } });
    const tableReference = { projectId: testProject, datasetId: 'd', tableId: 't' };
    await bigquery.call('POST', `${project}/datasets/d/tables`, {
      tableReference,
      schema: {
        fields: [
          { name: 'day', type: 'DATE' },
          { name: 'n', type: 'INTEGER' },
        ],
      },
      timePartitioning: { type: 'DAY', field: 'day' },
    });
    // 16 bytes a row: 800 rows are 12,800 bytes, each of the two days half of them.
    const rows = Array.from({ length: 800 }, (_unused, n) => ({
      json: { day: n % 2 === 0 ? '2026-01-01' : '2026-01-02', n },
    }));
    await bigquery.call('POST', `${project}/datasets/d/tables/t/insertAll`, { rows });
  });
  afterAll(() => bigquery.dispose());

  const extract = async (tableId: string, uri: string) => {
    const { body } = await bigquery.call('POST', `${project}/jobs`, {
      configuration: {
        extract: {
          sourceTable: { projectId: testProject, datasetId: 'd', tableId },
          destinationUris: [uri],
        },
      },
    });
    const { jobId } = body['jobReference'] as { jobId: string };
    for (;;) {
      const { body: job } = await bigquery.call('GET', `${project}/jobs/${jobId}`);
      const status = job['status'] as { state: string; errorResult?: { message: string } };
      if (status.state === 'DONE') return status.errorResult?.message;
    }
  };

  it('is refused for more data than it may hold, and told what to do', async () => {
    expect(await extract('t', 'gs://files/whole.csv')).toMatch(
      /d\.t too large to be exported to a single file\. Specify a uri including a \*/,
    );
    expect(bigquery.store.stat('files', 'whole.csv')).toBeUndefined();
  });

  it('is done with a wildcard, or for a partition that is small enough', async () => {
    expect(await extract('t', 'gs://files/whole-*.csv')).toBeUndefined();
    expect(await extract('t$20260101', 'gs://files/day.csv')).toBeUndefined();
    expect(bigquery.store.stat('files', 'day.csv')).toBeDefined();
  });
});

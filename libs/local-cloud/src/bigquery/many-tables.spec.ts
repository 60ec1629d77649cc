import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const tables = `/bigquery/v2/projects/${testProject}/datasets/many/tables`;

describe('a dataset of many tables', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `/bigquery/v2/projects/${testProject}/datasets`, {
      datasetReference: { datasetId: 'many' },
    });
  });
  afterAll(() => bigquery.dispose());

  const add = (tableId: string) =>
    bigquery.call('POST', tables, {
      tableReference: { projectId: testProject, datasetId: 'many', tableId },
      view: { query: 'SELECT 1 AS one', useLegacySql: false },
    });
  const all = async (): Promise<string[]> => {
    const names: string[] = [];
    for (let token = ''; ;) {
      const { body } = await bigquery.call('GET', `${tables}?maxResults=7&pageToken=${token}`);
      const page = (body['tables'] ?? []) as { tableReference: { tableId: string } }[];
      names.push(...page.map(({ tableReference }) => tableReference.tableId));
      if (!body['nextPageToken']) return names;
      token = String(body['nextPageToken']);
    }
  };

  it('is listed whole and in order, page by page, while tables come and go', async () => {
    const names = Array.from(
      { length: 40 },
      (_unused, index) => `t${String(index).padStart(3, '0')}`,
    );
    for (const name of names.toReversed()) await add(name);
    expect(await all()).toEqual(names);
    await add('a');
    await bigquery.call('DELETE', `${tables}/t020`);
    expect(await all()).toEqual(['a', ...names.filter((name) => name !== 't020')]);
    await add('t020');
    expect(await all()).toEqual(['a', ...names]);
  });
});

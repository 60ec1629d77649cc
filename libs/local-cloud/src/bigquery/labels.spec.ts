import { mergeLabels } from './labels.js';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

describe('labels', () => {
  it('merges, replaces and takes away', () => {
    const before = { team: 'x', stage: 'dev' };
    expect(mergeLabels(before, { team: null, stage: 'prod', größe: '' })).toEqual({
      stage: 'prod',
      größe: '',
    });
  });

  it.each(['', 'Team', '1st', '_team', '-team', 'a b', 'a.b', 'k'.repeat(64)])(
    'refuses the key %j',
    (key) => {
      expect(() => mergeLabels({}, { [key]: 'x' })).toThrow(
        `Label key "${key}" has invalid characters.`,
      );
    },
  );

  it.each(['X', 'a b', 'a/b', 'v'.repeat(64), 7])('refuses the value %j', (value) => {
    expect(() => mergeLabels({}, { team: value })).toThrow(
      `Label value "${value}" has invalid characters.`,
    );
  });

  it('takes 64 and no more', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_unused, index) => [`k${index}`, '']));
    expect(Object.keys(mergeLabels({}, many(64)))).toHaveLength(64);
    expect(() => mergeLabels(many(64), { another: '' })).toThrow('Too many labels');
  });

  describe('of resources', () => {
    let bigquery: TestBigQuery;
    const base = `/bigquery/v2/projects/${testProject}`;
    beforeAll(async () => {
      bigquery = await startTestBigQuery();
      await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
    });
    afterAll(() => bigquery.dispose());

    it.each([
      ['a dataset', '/datasets', { datasetReference: { datasetId: 'e' } }],
      ['a table', '/datasets/d/tables', { tableReference: { datasetId: 'd', tableId: 't' } }],
      ['a query', '/queries', { query: 'SELECT 1', useLegacySql: false }],
    ])('are looked at when %s is made', async (_title, path, body) => {
      const make = async (key: string) =>
        (await bigquery.call('POST', base + path, { ...body, labels: { [key]: 'x' } })).status;
      expect(await make('Team')).toBe(400);
      expect(await make('team')).toBe(200);
    });

    it('are looked at when a job is inserted', async () => {
      const insert = async (key: string) =>
        (
          await bigquery.call('POST', `${base}/jobs`, {
            configuration: {
              query: { query: 'SELECT 1', useLegacySql: false },
              labels: { [key]: 'x' },
            },
          })
        ).status;
      expect(await insert('2nd')).toBe(400);
      expect(await insert('second')).toBe(200);
    });
  });
});

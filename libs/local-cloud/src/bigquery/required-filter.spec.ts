import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;

// The machine may be busy.
jest.setTimeout(60_000);

describe('a table that requires a partition filter', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
    for (const [table, partitioning] of Object.entries({
      days: { timePartitioning: { type: 'DAY', field: 'day' } },
      hours: { timePartitioning: { type: 'HOUR', field: 'ts' } },
      months: { timePartitioning: { type: 'MONTH', field: 'ts' } },
      years: { timePartitioning: { type: 'YEAR', field: 'day' } },
      ids: {
        rangePartitioning: { field: 'id', range: { start: '0', end: '100', interval: '10' } },
      },
      loads: { timePartitioning: { type: 'DAY' } },
      old_flag: { timePartitioning: { type: 'DAY', field: 'day', requirePartitionFilter: true } },
    }))
      await bigquery.call('POST', `${base}/datasets/d/tables`, {
        tableReference: { projectId: testProject, datasetId: 'd', tableId: table },
        schema: {
          fields: [
            { name: 'id', type: 'INTEGER' },
            { name: 'day', type: 'DATE' },
            { name: 'ts', type: 'TIMESTAMP' },
            { name: 'f', type: 'STRING' },
          ],
        },
        ...(table === 'old_flag' ? {} : { requirePartitionFilter: true }),
        ...partitioning,
      });
    for (const query of [
      'CREATE TABLE d.free AS SELECT 1 AS id, DATE "2024-01-01" AS day',
      'CREATE VIEW d.all_days AS SELECT id, day AS renamed, f FROM d.days',
      'CREATE VIEW d.recent AS SELECT id FROM d.days WHERE day > "2020-01-01"',
      'CREATE VIEW d.without_day AS SELECT id, f FROM d.days',
      'CREATE VIEW d.ranked AS SELECT *, ROW_NUMBER() OVER (PARTITION BY id ORDER BY day) AS n FROM d.days',
      'CREATE VIEW d.over_view AS SELECT * FROM d.all_days',
    ])
      expect(await refusalOf(query)).toBeUndefined();
  });
  afterAll(() => bigquery.dispose());

  /** The message of BigQuery's refusal; undefined when there is none. */
  async function refusalOf(query: string, more: object = {}): Promise<string | undefined> {
    const { body } = await bigquery.call('POST', `${base}/queries`, {
      query,
      useLegacySql: false,
      timeoutMs: 60_000,
      ...more,
    });
    return (body as { error?: { message: string } }).error?.message;
  }

  async function endOf(jobId: string): Promise<{ readonly status: { readonly state: string } }> {
    for (;;) {
      const { body } = await bigquery.call('GET', `${base}/jobs/${jobId}`);
      const job = body as { status: { state: string } };
      if (job.status.state === 'DONE') return job;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const refused = (table: string, ...columns: string[]): string =>
    `Cannot query over table '${testProject}.d.${table}' without a filter over column(s) ${columns.map((name) => `'${name}'`).join(', ')} that can be used for partition elimination`;

  it.each([
    ['days', ['day']],
    ['hours', ['ts']],
    ['months', ['ts']],
    ['years', ['day']],
    ['ids', ['id']],
    ['loads', ['_PARTITION_LOAD_TIME', '_PARTITIONDATE', '_PARTITIONTIME']],
    ['old_flag', ['day']],
  ])('cannot be read whole: %s', async (table, columns) => {
    const message = refused(table, ...columns);
    expect(await refusalOf(`SELECT COUNT(*) FROM d.${table}`)).toBe(message);
    expect(await refusalOf(`SELECT COUNT(*) FROM d.${table}`, { dryRun: true })).toBe(message);
    expect(await refusalOf(`SELECT COUNT(*) FROM d.${table} WHERE f = "x"`)).toBe(message);
  });

  it.each([
    'SELECT * FROM d.days WHERE day = "2024-01-01"',
    'SELECT * FROM d.days AS t WHERE t.day BETWEEN "2024-01-01" AND "2024-02-01" AND f = "x"',
    'SELECT * FROM d.days WHERE f = "x" AND (id = 1 AND day IN ("2024-01-01", "2024-01-02"))',
    'SELECT * FROM d.days WHERE (day IS NULL OR day IS NOT NULL)',
    'SELECT * FROM d.days WHERE day = "2024-01-01" OR day = "2024-01-02"',
    'SELECT * FROM d.days WHERE DATE_TRUNC(day, MONTH) = CURRENT_DATE()',
    'SELECT * FROM d.days WHERE NOT (day < "2024-01-01")',
    'SELECT * FROM d.hours WHERE DATE(ts) = "2024-01-01"',
    'SELECT * FROM d.ids WHERE id = 7',
    'SELECT * FROM d.ids WHERE id IS NULL OR id >= 0 OR id < 0',
    'SELECT * FROM d.loads WHERE _PARTITIONTIME = TIMESTAMP "2024-01-01"',
    'SELECT * FROM d.loads WHERE _PARTITIONDATE > "2024-01-01"',
    'SELECT * FROM d.loads WHERE (_PARTITIONTIME IS NULL OR _PARTITIONTIME IS NOT NULL)',
    'SELECT * FROM (SELECT * FROM d.days) WHERE day = "2024-01-01"',
    'SELECT * FROM (SELECT day AS x, f FROM d.days) WHERE x = "2024-01-01"',
    'SELECT * FROM (SELECT day, COUNT(*) FROM d.days GROUP BY day) WHERE day = "2024-01-01"',
    'SELECT * FROM (SELECT * FROM d.days UNION ALL SELECT * FROM d.days) WHERE day = "2024-01-01"',
    'WITH t AS (SELECT * FROM d.days) SELECT * FROM t WHERE day = "2024-01-01"',
    'WITH unused AS (SELECT * FROM d.days) SELECT 1',
    'SELECT * FROM d.all_days WHERE renamed = "2024-01-01"',
    'SELECT * FROM d.over_view WHERE renamed = "2024-01-01"',
    'SELECT * FROM d.recent',
    'SELECT * FROM `d.day*` WHERE day = "2024-01-01"',
    'SELECT a.id FROM d.days AS a JOIN d.free AS b ON a.id = b.id AND a.day = "2024-01-01"',
    'SELECT a.id FROM d.days AS a JOIN d.free AS b ON a.id = b.id WHERE a.day = "2024-01-01"',
    'SELECT b.id FROM d.free AS b LEFT JOIN d.days AS a ON a.id = b.id AND a.day = "2024-01-01"',
    'SELECT id FROM d.free WHERE id IN (SELECT id FROM d.days WHERE day = "2024-01-01")',
    'EXPORT DATA OPTIONS(uri = "gs://files/f-*.csv", format = "CSV") AS SELECT id FROM d.days WHERE day = "2024-01-01"',
    'INSERT INTO d.days (id) SELECT id FROM d.days WHERE day = "2024-01-01"',
    'INSERT INTO d.days (id) VALUES (1)',
    'UPDATE d.days SET f = "x" WHERE day = "2024-01-01"',
    'DELETE FROM d.days WHERE (day IS NULL OR day IS NOT NULL)',
    'CREATE TABLE d.copied AS SELECT id FROM d.days WHERE day = "2024-01-01"',
    'SELECT * FROM d.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = "days"',
  ])('can be read by %s', async (query) => {
    expect(await refusalOf(query)).toBeUndefined();
  });

  it.each([
    'SELECT * FROM d.days WHERE day = "2024-01-01" OR f = "x"',
    'SELECT * FROM d.days WHERE (day IS NULL OR day IS NOT NULL OR f = "x")',
    'SELECT * FROM d.days WHERE day = DATE(ts)',
    'SELECT * FROM d.days WHERE TRUE',
    'SELECT * FROM d.days WHERE day = (SELECT MAX(day) FROM d.free)',
    'SELECT * FROM d.days LIMIT 1',
    'SELECT * FROM `d.day*` WHERE _TABLE_SUFFIX = "s"',
    'SELECT * FROM (SELECT * FROM d.days LIMIT 10) WHERE day = "2024-01-01"',
    'SELECT * FROM d.ranked WHERE day = "2024-01-01"',
    'SELECT * FROM d.all_days WHERE f = "x"',
    'SELECT * FROM d.without_day WHERE id = 1',
    'SELECT * FROM d.days WHERE day = "2024-01-01" UNION ALL SELECT * FROM d.days',
    'WITH t AS (SELECT * FROM d.days) SELECT * FROM t WHERE day = "2024-01-01" UNION ALL SELECT * FROM t',
    'SELECT a.id FROM d.days AS a JOIN d.free AS b ON a.day = b.day',
    'SELECT a.id FROM d.days AS a JOIN d.days AS b ON a.id = b.id WHERE a.day = "2024-01-01"',
    'SELECT a.id FROM d.days AS a LEFT JOIN d.free AS b ON a.id = b.id AND a.day = "2024-01-01"',
    'SELECT id FROM d.free WHERE EXISTS (SELECT 1 FROM d.days WHERE days.day = free.day)',
    'SELECT id FROM d.free WHERE id IN (SELECT id FROM d.days)',
    'EXPORT DATA OPTIONS(uri = "gs://files/g-*.csv", format = "CSV") AS SELECT id FROM d.days',
    'INSERT INTO d.free (id) SELECT id FROM d.days',
    'UPDATE d.days SET f = "x" WHERE id = 1',
    'DELETE FROM d.days WHERE TRUE',
    'CREATE TABLE d.copied_whole AS SELECT id FROM d.days',
  ])('cannot be read by %s', async (query) => {
    expect(await refusalOf(query)).toBe(refused('days', 'day'));
  });

  it('can be extracted and listed without a filter', async () => {
    const { body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: {
        extract: {
          sourceTable: { projectId: testProject, datasetId: 'd', tableId: 'days' },
          destinationUris: ['gs://files/days.csv'],
        },
      },
    });
    const { jobReference } = body as { jobReference: { jobId: string } };
    const job = await endOf(jobReference.jobId);
    expect(job.status).toEqual({ state: 'DONE' });
    expect((await bigquery.call('GET', `${base}/datasets/d/tables/days/data`)).status).toBe(200);
  });
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

type Json = Record<string, unknown>;
interface Answer {
  jobReference: { jobId: string };
  rows?: { f: { v: unknown }[] }[];
  totalRows: string;
  pageToken?: string;
}

const values = `SELECT 'a\\'b\\n"ü' AS s, b'\\x00\\xff' AS b, -7 AS i, 1e300 AS f, CAST('nan' AS FLOAT64) AS n, TRUE AS t,
  TIMESTAMP '2020-01-02 03:04:05.000006+00' AS ts, DATE '0099-12-31' AS d, TIME '23:59:59.999999' AS ti,
  DATETIME '1999-01-01 00:00:00.5' AS dt, NUMERIC '-1.000000001' AS nu, BIGNUMERIC '1e37' AS bn,
  JSON '{"a": [1, null, "x"]}' AS j, [1, 2] AS li, STRUCT('x' AS x, [STRUCT(1 AS y)] AS ys) AS st,
  CAST(NULL AS STRING) AS nothing, ARRAY<STRING>[] AS empty, CAST(NULL AS TIMESTAMP) AS never`;

describe('the results of queries without a destination', () => {
  let bigquery: TestBigQuery;
  const path = `/bigquery/v2/projects/${testProject}`;
  const query = async (sql: string): Promise<Answer> => {
    const { status, body } = await bigquery.call('POST', `${path}/queries`, {
      query: sql,
      useLegacySql: false,
      formatOptions: { useInt64Timestamp: true },
    });
    expect([status, body]).toEqual([200, body]);
    return body as unknown as Answer;
  };
  const resultsOf = async (jobId: string, settings = ''): Promise<Answer> => {
    const { body } = await bigquery.call('GET', `${path}/queries/${jobId}?${settings}`);
    return body as unknown as Answer;
  };
  const tableOf = async (jobId: string): Promise<string> => {
    const { body } = await bigquery.call('GET', `${path}/jobs/${jobId}`);
    const { query: settings } = body['configuration'] as { query: Json };
    const { datasetId, tableId } = settings['destinationTable'] as Record<string, string>;
    return `${datasetId}.${tableId}`;
  };

  beforeAll(async () => {
    bigquery = await startTestBigQuery();
  });
  afterAll(() => bigquery.dispose());

  it('are the same rows by every way of reading them, and after a restart', async () => {
    const { jobReference, rows } = await query(values);
    const { jobId } = jobReference;
    const inMicros = 'formatOptions.useInt64Timestamp=true';
    const table = await tableOf(jobId);
    const ways = async (): Promise<unknown[]> => [
      (await resultsOf(jobId, inMicros)).rows,
      (await query(`SELECT * FROM \`${testProject}.${table}\``)).rows,
      (
        await bigquery.call(
          'GET',
          `${path}/datasets/${table.replace('.', '/tables/')}/data?${inMicros}`,
        )
      ).body['rows'],
    ];
    expect(rows?.[0]?.f[6]).toEqual({ v: '1577934245000006' });
    for (const way of await ways()) expect(way).toEqual(rows);
    bigquery = await bigquery.restart();
    for (const way of await ways()) expect(way).toEqual(rows);
  });

  it('write timestamps in the form that each reader asks for', async () => {
    const { jobReference } = await query(
      `SELECT [TIMESTAMP '2020-01-02 03:04:05.000006+00'] AS ts`,
    );
    const cell = async (settings: string): Promise<unknown> =>
      (await resultsOf(jobReference.jobId, settings)).rows?.[0]?.f[0]?.v;
    expect(await cell('')).toEqual([{ v: '1.577934245000006E9' }]);
    expect(await cell('formatOptions.timestampOutputFormat=ISO8601_STRING')).toEqual([
      { v: '2020-01-02T03:04:05.000006Z' },
    ]);
  });

  it.each([
    ['many rows', 'SELECT x FROM UNNEST(GENERATE_ARRAY(1, 1500)) AS x ORDER BY x', '1500'],
    ['large rows', `SELECT REPEAT('x', 40000) AS x FROM UNNEST([1, 2])`, '2'],
    ['a NUL in a text', `SELECT 'a\\x00b' AS x`, '1'],
    ['an interval', `SELECT INTERVAL 1 DAY AS x`, '1'],
    ['no rows', 'SELECT 1 AS x FROM UNNEST([1]) WHERE FALSE', '0'],
  ])('are whole with %s', async (_what, sql, count) => {
    const first = await query(sql);
    expect(first.totalRows).toBe(count);
    bigquery = await bigquery.restart();
    const again = await resultsOf(first.jobReference.jobId);
    expect(again.rows).toEqual(first.rows);
    const table = await tableOf(first.jobReference.jobId);
    const { rows } = await query(`SELECT COUNT(*) FROM \`${testProject}.${table}\``);
    expect(rows?.[0]?.f[0]?.v).toBe(count);
  });

  it('wait for no commit of the database, not even those of somebody’s first query', async () => {
    const kinds = async (): Promise<string[]> => {
      const log = await readFile(join(bigquery.dataDir, 'bigquery/records.log'), 'utf8');
      return [...log.matchAll(/"kind":"(\w+)"/g)].map(([, kind = '']) => kind);
    };
    const before = await kinds();
    const { status } = await bigquery.call(
      'POST',
      `${path}/queries`,
      { query: 'SELECT 1', useLegacySql: false },
      'newcomer@example.com',
    );
    expect(status).toBe(200);
    expect((await kinds()).slice(before.length)).toEqual(['dataset', 'job', 'table']);
  });

  it('come in pages', async () => {
    const { jobReference } = await query('SELECT x FROM UNNEST([1, 2, 3]) AS x ORDER BY x');
    const first = await resultsOf(jobReference.jobId, 'maxResults=2');
    expect(first).toMatchObject({
      totalRows: '3',
      rows: [{ f: [{ v: '1' }] }, { f: [{ v: '2' }] }],
    });
    const second = await resultsOf(jobReference.jobId, `pageToken=${first.pageToken}`);
    expect(second.rows).toEqual([{ f: [{ v: '3' }] }]);
    expect(second.pageToken).toBeUndefined();
  });

  it('can be copied, and are not to be changed', async () => {
    const { jobReference } = await query('SELECT 5 AS x');
    const [datasetId = '', tableId = ''] = (await tableOf(jobReference.jobId)).split('.');
    await bigquery.call('POST', `${path}/datasets`, { datasetReference: { datasetId: 'kept' } });
    const { body } = await bigquery.call('POST', `${path}/jobs`, {
      configuration: {
        copy: {
          sourceTable: { projectId: testProject, datasetId, tableId },
          destinationTable: { projectId: testProject, datasetId: 'kept', tableId: 'copy' },
        },
      },
    });
    const { jobId } = body['jobReference'] as { jobId: string };
    const isDone = async (): Promise<boolean> => {
      const job = await bigquery.call('GET', `${path}/jobs/${jobId}`);
      return (job.body['status'] as Json)['state'] === 'DONE';
    };
    while (!(await isDone())) await wait(5);
    expect((await query('SELECT x FROM kept.copy')).rows).toEqual([{ f: [{ v: '5' }] }]);
    const inserted = await bigquery.call(
      'POST',
      `${path}/datasets/${datasetId}/tables/${tableId}/insertAll`,
      { rows: [{ json: { x: 6 } }] },
    );
    expect(inserted).toMatchObject({
      status: 400,
      body: { error: { errors: [{ reason: 'invalid' }] } },
    });
  });
});

import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;

// The machine may be busy.
jest.setTimeout(60_000);

interface Job {
  readonly jobReference: { readonly jobId: string; readonly location: string };
  readonly configuration: { readonly labels?: object; readonly query: Record<string, unknown> };
  readonly status: { readonly state: string; readonly errorResult?: Record<string, string> };
  readonly statistics: Record<string, unknown> & { readonly query: Record<string, unknown> };
}

describe('scripts of several statements', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    for (const [datasetId, location] of [
      ['d', 'US'],
      ['eu', 'EU'],
    ])
      await bigquery.call('POST', `${base}/datasets`, {
        datasetReference: { datasetId },
        location,
      });
    await query(
      'CREATE TABLE d.source AS SELECT n, CONCAT("n", n) AS t FROM UNNEST([1, 2, 3]) AS n',
    );
    await query('CREATE TABLE eu.source AS SELECT 1 AS n');
  });
  afterAll(() => bigquery.dispose());

  async function query(text: string): Promise<Record<string, unknown>> {
    const { body } = await bigquery.call('POST', `${base}/queries`, {
      query: text,
      useLegacySql: false,
      timeoutMs: 60_000,
    });
    return body;
  }

  async function insert(text: string, more: object = {}, settings: object = {}) {
    return bigquery.call('POST', `${base}/jobs`, {
      configuration: { query: { query: text, useLegacySql: false, ...settings }, ...more },
    });
  }

  async function run(text: string, more: object = {}, settings: object = {}): Promise<Job> {
    const { body } = await insert(text, more, settings);
    return waitFor(body as unknown as Job);
  }

  async function waitFor(job: Job): Promise<Job> {
    for (let current = job; ;) {
      if (current.status.state === 'DONE') return current;
      await new Promise((resolve) => setTimeout(resolve, 10));
      const { body } = await bigquery.call('GET', `${base}/jobs/${job.jobReference.jobId}`);
      current = body as unknown as Job;
    }
  }

  async function childrenOf({ jobReference: { jobId } }: Job): Promise<Job[]> {
    const { body } = await bigquery.call(
      'GET',
      `${base}/jobs?parentJobId=${jobId}&projection=full`,
    );
    return ((body['jobs'] ?? []) as Job[]).toReversed();
  }

  async function resultsOf({ jobReference: { jobId } }: Job) {
    return bigquery.call('GET', `${base}/queries/${jobId}`);
  }

  const rowsOf = (body: Record<string, unknown>): unknown[] =>
    ((body['rows'] ?? []) as { f: { v: unknown }[] }[]).map(({ f }) => f.map(({ v }) => v));

  const twoExports = (folder: string, last: string) => `
    CREATE TEMP TABLE picked AS SELECT n, t FROM d.source WHERE n >= @least;
    EXPORT DATA OPTIONS(uri = 'gs://files/${folder}/rows-*.csv', format = 'CSV') AS SELECT n, t FROM picked;
    EXPORT DATA OPTIONS(uri = 'gs://files/${folder}/count-*.json', format = 'JSON') AS SELECT COUNT(*) AS n FROM picked;
    ${last}`;
  const least = {
    parameterMode: 'NAMED',
    queryParameters: [
      { name: 'least', parameterType: { type: 'INT64' }, parameterValue: { value: '2' } },
    ],
  };

  it('run as one job with a job for each statement', async () => {
    const labels = { team: 'data' };
    const job = await run(
      twoExports('all', 'SELECT n, t, @least AS least FROM picked ORDER BY n'),
      { labels },
      least,
    );
    expect(job.status).toEqual({ state: 'DONE' });
    expect(job.statistics).toMatchObject({
      numChildJobs: '4',
      query: { statementType: 'SCRIPT' },
    });
    expect(job.configuration.query).not.toHaveProperty('destinationTable');
    const children = await childrenOf(job);
    expect(children.map(({ statistics }) => statistics.query['statementType'])).toEqual([
      'CREATE_TABLE_AS_SELECT',
      'EXPORT_DATA',
      'EXPORT_DATA',
      'SELECT',
    ]);
    for (const [index, child] of children.entries()) {
      expect(child.jobReference.jobId).toMatch(new RegExp(`^script_job_[0-9a-f]{32}_${index}$`));
      expect(child.configuration.labels).toEqual(labels);
      expect(child.statistics['parentJobId']).toBe(job.jobReference.jobId);
    }
    expect(children[1]?.statistics).toMatchObject({
      query: { exportDataStatistics: { rowCount: '2', fileCount: '1' } },
      scriptStatistics: {
        evaluationKind: 'STATEMENT',
        stackFrames: [{ startLine: 3, startColumn: 5, endLine: 3 }],
      },
    });
    expect(job.statistics['totalBytesProcessed']).toBe(
      String(
        children.reduce((sum, each) => sum + Number(each.statistics['totalBytesProcessed']), 0),
      ),
    );
  });

  it('give the results of their last statement', async () => {
    const job = await run(twoExports('last', 'SELECT t FROM picked ORDER BY n;'), {}, least);
    const { status, body } = await resultsOf(job);
    expect({ status, rows: rowsOf(body), total: body['totalRows'] }).toEqual({
      status: 200,
      rows: [['n2'], ['n3']],
      total: '2',
    });
    expect(body['jobReference']).toEqual(expect.objectContaining(job.jobReference));
    const exports = await run(twoExports('none', ''), {}, least);
    expect((await resultsOf(exports)).body).toMatchObject({ jobComplete: true, totalRows: '0' });
  });

  it('answer jobs.query like a single query', async () => {
    const body = await query(
      'CREATE TEMP TABLE a (n INT64); INSERT INTO a VALUES (5); SELECT n FROM a',
    );
    expect(rowsOf(body)).toEqual([['5']]);
  });

  it('keep their jobs out of the list of jobs', async () => {
    const job = await run('SELECT 1; SELECT 2');
    const { body } = await bigquery.call('GET', `${base}/jobs?maxResults=1000`);
    const ids = (body['jobs'] as Job[]).map(({ jobReference }) => jobReference.jobId);
    expect(ids).toContain(job.jobReference.jobId);
    expect(ids.filter((id) => id.startsWith('script_job_'))).toEqual([]);
  });

  it('are deleted with their jobs, and these only so', async () => {
    const job = await run('SELECT 1; SELECT 2');
    const [child] = await childrenOf(job);
    const remove = ({ jobReference: { jobId } }: Job) =>
      bigquery.call('DELETE', `${base}/jobs/${jobId}/delete`);
    expect((await remove(child as Job)).status).toBe(400);
    const listed = await query(
      `SELECT COUNT(*) FROM \`region-us\`.INFORMATION_SCHEMA.JOBS WHERE parent_job_id = '${job.jobReference.jobId}'`,
    );
    expect(rowsOf(listed)).toEqual([['2']]);
    expect((await remove(job)).status).toBe(204);
    expect(await childrenOf(job)).toEqual([]);
  });

  it('read temporary tables before those of the default dataset, until they are dropped', async () => {
    const settings = { defaultDataset: { datasetId: 'd' } };
    const job = await run(
      `CREATE TEMPORARY TABLE source AS SELECT 'temporary' AS t;
       CREATE TABLE d.seen AS SELECT t FROM source UNION ALL SELECT t FROM _SESSION.source;
       DROP TABLE source;
       INSERT INTO d.seen SELECT MAX(t) FROM source;
       SELECT t FROM d.seen ORDER BY t`,
      {},
      settings,
    );
    expect(job.status).toEqual({ state: 'DONE' });
    expect(rowsOf((await resultsOf(job)).body)).toEqual([['n3'], ['temporary'], ['temporary']]);
  });

  it('put temporary tables into a hidden dataset that only they name', async () => {
    const job = await run('CREATE TEMP TABLE mine AS SELECT 1 AS a; SELECT a FROM mine');
    const [made] = await childrenOf(job);
    expect(made?.statistics.query['ddlTargetTable']).toEqual({
      projectId: testProject,
      datasetId: expect.stringMatching(/^_script/),
      tableId: expect.stringMatching(/^anon/),
    });
    expect((await run('SELECT 1; SELECT a FROM mine')).status.errorResult).toMatchObject({
      reason: 'invalidQuery',
    });
  });

  it('stop at the first statement that fails, and say where it is', async () => {
    const job = await run(
      `SELECT 1;
SELECT 1, nope
FROM d.source;
CREATE TABLE d.never AS SELECT 1 AS a`,
    );
    expect(job.status.errorResult).toEqual({
      reason: 'invalidQuery',
      message: 'Query error: Unrecognized name: nope at [2:11]',
      location: 'query',
    });
    expect(job.statistics).toMatchObject({ numChildJobs: '2', query: { statementType: 'SCRIPT' } });
    expect((await childrenOf(job))[1]?.status.errorResult?.['message']).toBe(
      'Unrecognized name: nope at [1:11]',
    );
    expect((await bigquery.call('GET', `${base}/datasets/d/tables/never`)).status).toBe(404);
  });

  it('give an error without a place that of its statement', async () => {
    const job = await run(`SELECT 1;\n  SELECT * FROM d.missing`);
    expect(job.status.errorResult).toMatchObject({
      reason: 'notFound',
      message: `Not found: Table ${testProject}:d.missing at [2:3]`,
    });
  });

  it('have no results after a failure, and the call for them does not fail', async () => {
    const job = await run('SELECT 1; SELECT 1 / 0 AS a FROM d.source');
    const { status, body } = await resultsOf(job);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { jobComplete: true, totalRows: '0', errors: [job.status.errorResult] },
    });
  });

  it('are not accepted when any statement does not parse', async () => {
    const { status, body } = await insert('SELECT 1;\nSELECT FROM WHERE');
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/Syntax error: .* at \[2:8\]/) } },
    });
  });

  it.each([
    ['IF TRUE THEN SELECT 1; END IF', /scripting \(IF\)/],
    ['BEGIN TRANSACTION; SELECT 1; COMMIT', /scripting \(BEGIN\)/],
    ["SELECT 1; EXECUTE IMMEDIATE 'SELECT 1'", /scripting \(EXECUTE\)/],
  ])('refuse %s by its name', async (text, message) => {
    const { status, body } = await insert(text);
    expect({ status, body }).toMatchObject({
      status: 501,
      body: { error: { message: expect.stringMatching(message) } },
    });
  });

  it('take no settings of a single query', async () => {
    const { status, body } = await insert(
      'SELECT 1; SELECT 2',
      {},
      { destinationTable: { projectId: testProject, datasetId: 'd', tableId: 'out' } },
    );
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: { message: 'configuration.query.destinationTable cannot be set for scripts' },
      },
    });
  });

  it('check permissions statement by statement', async () => {
    bigquery.denied.set('reader@example.com', ['bigquery.tables.create']);
    const { body } = await bigquery.call(
      'POST',
      `${base}/jobs`,
      {
        configuration: {
          query: {
            query: 'CREATE TEMP TABLE a AS SELECT 1 AS n; CREATE TABLE d.no AS SELECT n FROM a',
            useLegacySql: false,
          },
        },
      },
      'reader@example.com',
    );
    const job = await waitFor(body as unknown as Job);
    expect(job.status.errorResult).toMatchObject({
      reason: 'accessDenied',
      message: expect.stringMatching(/ at \[1:39\]$/),
    });
  });

  it('run where the tables of their first statement are', async () => {
    const job = await run('CREATE TEMP TABLE a AS SELECT n FROM eu.source; SELECT n FROM a');
    expect(job.status).toEqual({ state: 'DONE' });
    expect(job.jobReference.location).toBe('EU');
    const mixed = await run('SELECT n FROM eu.source; SELECT n FROM d.source');
    expect(mixed.status.errorResult).toMatchObject({ reason: 'notFound' });
  });

  it('number the parameters without a name through all statements', async () => {
    const positional = (...values: string[]) => ({
      parameterMode: 'POSITIONAL',
      queryParameters: values.map((value) => ({
        parameterType: { type: 'STRING' },
        parameterValue: { value },
      })),
    });
    const job = await run('SELECT ?; SELECT ?, ?', {}, positional('a', 'b', 'c'));
    expect(rowsOf((await resultsOf(job)).body)).toEqual([['b', 'c']]);
  });

  it('stop when they are cancelled', async () => {
    const endless =
      'SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 1000000)) AS a, UNNEST(GENERATE_ARRAY(1, 1000000)) AS b';
    const { body } = await insert(`SELECT 1; ${endless}; CREATE TABLE d.late AS SELECT 1 AS a`);
    const job = body as unknown as Job;
    while ((await childrenOf(job)).length < 2)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await bigquery.call('POST', `${base}/jobs/${job.jobReference.jobId}/cancel`);
    const stopped = await waitFor(job);
    expect(stopped.status.errorResult).toMatchObject({ reason: 'stopped' });
    const children = await childrenOf(job);
    expect(children.map(({ status }) => status.errorResult?.['reason'])).toEqual([
      undefined,
      'stopped',
    ]);
  });

  it('run to their end however many others wait for a slot', async () => {
    const jobs = await Promise.all(
      Array.from({ length: 12 }, (_, index) => run(`SELECT ${index}; SELECT ${index} + 1`)),
    );
    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => ({ state: 'DONE' })));
  });

  describe('in a dry run', () => {
    const dryRun = async (text: string) => {
      const { status, body } = await insert(text, { dryRun: true });
      const { query: found } = (body['statistics'] ?? {}) as { query?: Record<string, unknown> };
      return { status, query: found, error: (body['error'] as { message: string })?.message };
    };

    it('sum the bytes of their statements', async () => {
      const one = await dryRun('SELECT n FROM d.source');
      expect(await dryRun('SELECT n FROM d.source; SELECT n FROM d.source')).toMatchObject({
        status: 200,
        query: {
          statementType: 'SCRIPT',
          totalBytesProcessed: String(2 * Number(one.query?.['totalBytesProcessed'])),
          totalBytesProcessedAccuracy: 'UPPER_BOUND',
        },
      });
    });

    it('show the mistakes of each statement', async () => {
      expect(await dryRun('SELECT 1;\nSELECT nope FROM d.source')).toMatchObject({
        status: 400,
        error: 'Query error: Unrecognized name: nope at [2:8]',
      });
    });

    it('end with the first statement that defines something', async () => {
      expect(
        await dryRun('CREATE TEMP TABLE a AS SELECT n FROM d.source; SELECT nope FROM a'),
      ).toMatchObject({
        status: 200,
        query: { statementType: 'SCRIPT', totalBytesProcessedAccuracy: 'LOWER_BOUND' },
      });
      expect(
        await dryRun('CREATE TEMP TABLE a AS SELECT nope FROM d.source; SELECT n FROM a'),
      ).toMatchObject({ status: 400 });
    });
  });
});

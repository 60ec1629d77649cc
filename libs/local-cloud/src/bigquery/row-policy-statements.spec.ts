import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;

// The machine may be busy.
jest.setTimeout(60_000);

describe('row access policies in SQL', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
  });
  beforeEach(async () => {
    expect(
      await run(
        "CREATE OR REPLACE TABLE d.t AS SELECT * FROM UNNEST([STRUCT(1 AS n, 'ada@example.com' AS owner), (2, 'bob@example.com')])",
      ),
    ).toMatchObject({ status: 200 });
    await run('DROP ALL ROW ACCESS POLICIES ON d.t');
  });
  afterAll(() => bigquery.dispose());

  async function run(query: string, user?: string) {
    const { status, body } = await bigquery.call(
      'POST',
      `${base}/queries`,
      { query, useLegacySql: false, timeoutMs: 60_000 },
      user,
    );
    const { error, rows, jobReference } = body as {
      error?: { message: string };
      rows?: { f: { v: unknown }[] }[];
      jobReference?: { jobId: string };
    };
    return {
      status,
      error: error?.message,
      rows: rows?.map(({ f }) => f.map(({ v }) => v)),
      jobId: jobReference?.jobId,
    };
  }

  async function statisticsOf(query: string): Promise<Record<string, unknown>> {
    const { jobId } = await run(query);
    const { body } = await bigquery.call('GET', `${base}/jobs/${jobId}`);
    return (body['statistics'] as { query: Record<string, unknown> }).query;
  }

  async function policies(): Promise<unknown[]> {
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/t/rowAccessPolicies`);
    return ((body['rowAccessPolicies'] ?? []) as Record<string, unknown>[]).map((each) => [
      (each['rowAccessPolicyReference'] as { policyId: string }).policyId,
      each['filterPredicate'],
    ]);
  }

  it('are created, listed and filter the rows', async () => {
    expect(
      await statisticsOf(
        "CREATE ROW ACCESS POLICY low ON d.t GRANT TO ('user:ada@example.com', 'domain:x.test') FILTER USING (n < 2)",
      ),
    ).toMatchObject({
      statementType: 'CREATE_ROW_ACCESS_POLICY',
      ddlOperationPerformed: 'CREATE',
      ddlTargetRowAccessPolicy: {
        projectId: testProject,
        datasetId: 'd',
        tableId: 't',
        policyId: 'low',
      },
    });
    expect(await policies()).toEqual([['low', 'n < 2']]);
    const counts = await Promise.all(
      ['ada@example.com', 'eve@x.test', 'bob@example.com'].map((user) =>
        run('SELECT COUNT(*) FROM d.t', user),
      ),
    );
    expect(counts.map(({ rows }) => rows)).toEqual([[['1']], [['1']], [['0']]]);
  });

  it('may compare with SESSION_USER', async () => {
    await run(
      "CREATE ROW ACCESS POLICY own ON d.t GRANT TO ('domain:example.com') FILTER USING (owner = SESSION_USER())",
    );
    expect(await run('SELECT n FROM d.t', 'bob@example.com')).toMatchObject({ rows: [['2']] });
    expect(await run('SELECT n FROM d.t', 'eve@x.test')).toMatchObject({
      status: 200,
      rows: undefined,
    });
  });

  it('without a grantee keep all rows from everyone', async () => {
    await run('CREATE ROW ACCESS POLICY none ON d.t FILTER USING (TRUE)');
    expect(await run('SELECT COUNT(*) FROM d.t')).toMatchObject({ rows: [['0']] });
  });

  it('are replaced, and left alone where they exist', async () => {
    const create = (how: string, filter: string) =>
      `${how} p ON d.t GRANT TO ('allAuthenticatedUsers') FILTER USING (${filter})`;
    await run(create('CREATE ROW ACCESS POLICY', 'n = 1'));
    expect(await run(create('CREATE ROW ACCESS POLICY', 'n = 2'))).toMatchObject({
      status: 409,
      error: `Already Exists: Row access policy p on table ${testProject}:d.t`,
    });
    expect(
      await statisticsOf(create('CREATE ROW ACCESS POLICY IF NOT EXISTS', 'n = 2')),
    ).toMatchObject({ ddlOperationPerformed: 'SKIP' });
    expect(await policies()).toEqual([['p', 'n = 1']]);
    expect(
      await statisticsOf(create('CREATE OR REPLACE ROW ACCESS POLICY', 'n = 2')),
    ).toMatchObject({ ddlOperationPerformed: 'REPLACE' });
    expect(await policies()).toEqual([['p', 'n = 2']]);
  });

  it('are dropped one by one but for the last, or all at once', async () => {
    for (const name of ['a', 'b'])
      await run(`CREATE ROW ACCESS POLICY ${name} ON d.t FILTER USING (n = 1)`);
    expect(await statisticsOf('DROP ROW ACCESS POLICY a ON d.t')).toMatchObject({
      statementType: 'DROP_ROW_ACCESS_POLICY',
      ddlOperationPerformed: 'DROP',
      ddlTargetRowAccessPolicy: { policyId: 'a' },
    });
    expect(await run('DROP ROW ACCESS POLICY b ON d.t')).toMatchObject({
      status: 400,
      error: expect.stringMatching(/DROP ALL ROW ACCESS POLICIES/),
    });
    expect(await run('DROP ROW ACCESS POLICY a ON d.t')).toMatchObject({ status: 404 });
    expect(await statisticsOf('DROP ROW ACCESS POLICY IF EXISTS a ON d.t')).toMatchObject({
      ddlOperationPerformed: 'SKIP',
    });
    expect(await statisticsOf('DROP ALL ROW ACCESS POLICIES ON d.t')).toMatchObject({
      statementType: 'DROP_ROW_ACCESS_POLICY',
      ddlAffectedRowAccessPolicyCount: '1',
      ddlTargetTable: { tableId: 't' },
    });
    expect(await policies()).toEqual([]);
  });

  it('are deleted by the API likewise: the last one by force only', async () => {
    await run('CREATE ROW ACCESS POLICY a ON d.t FILTER USING (n = 1)');
    const path = `${base}/datasets/d/tables/t/rowAccessPolicies/a`;
    expect((await bigquery.call('DELETE', path)).status).toBe(400);
    expect(await policies()).toEqual([['a', 'n = 1']]);
    expect((await bigquery.call('DELETE', `${path}?force=true`)).status).toBe(204);
    expect(await policies()).toEqual([]);
  });

  it.each([
    ['CREATE ROW ACCESS POLICY p ON d.t FILTER USING (nope = 1)', 400, /Unrecognized name: nope/],
    ['CREATE ROW ACCESS POLICY p ON d.t FILTER USING (n)', 400, /should return type BOOL/],
    [
      "CREATE ROW ACCESS POLICY p ON d.t GRANT TO ('ada') FILTER USING (TRUE)",
      400,
      /Invalid grantee/,
    ],
    [
      'CREATE ROW ACCESS POLICY `1p` ON d.t FILTER USING (TRUE)',
      400,
      /Invalid row access policy ID/,
    ],
    ['CREATE ROW ACCESS POLICY p ON d.missing FILTER USING (TRUE)', 404, /Not found: Table/],
    [
      'CREATE OR REPLACE ROW ACCESS POLICY IF NOT EXISTS p ON d.t FILTER USING (TRUE)',
      400,
      /cannot have both/,
    ],
    ['CREATE ROW ACCESS POLICY p ON d.t', 400, /Expected keyword FILTER/],
    ['DROP ALL ROW ACCESS POLICIES ON d.missing', 404, /Not found: Table/],
  ])('refuse %s', async (query, status, error) => {
    expect(await run(query)).toMatchObject({ status, error: expect.stringMatching(error) });
  });

  it.each([
    ['CREATE ROW ACCESS POLICY p ON d.t FILTER USING (TRUE)', 'create'],
    ['CREATE ROW ACCESS POLICY p ON d.t FILTER USING (TRUE)', 'setIamPolicy'],
    ['DROP ROW ACCESS POLICY IF EXISTS p ON d.t', 'delete'],
    ['DROP ALL ROW ACCESS POLICIES ON d.t', 'list'],
  ])('%s needs rowAccessPolicies.%s', async (query, permission) => {
    const user = `without-${permission}@example.com`;
    bigquery.denied.set(user, [`bigquery.rowAccessPolicies.${permission}`]);
    expect(await run(query, user)).toMatchObject({ status: 403 });
  });

  it('do nothing in a dry run', async () => {
    const { status } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: {
        dryRun: true,
        query: {
          query: 'CREATE ROW ACCESS POLICY p ON d.t FILTER USING (TRUE)',
          useLegacySql: false,
        },
      },
    });
    expect({ status, policies: await policies() }).toEqual({ status: 200, policies: [] });
  });
});

import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;

// The machine may be busy.
jest.setTimeout(60_000);

describe('wildcard tables', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
    // Half of the columns of the first table have come later.
    await make("CREATE TABLE d.events_20240101 AS SELECT 1 AS id, 'click' AS event");
    await make("CREATE TABLE d.events_20240102 AS SELECT 2 AS id, 'view' AS event, 5 AS ms");
    await make(
      "CREATE TABLE d.events_20240201 AS SELECT event, ms, id FROM UNNEST([STRUCT('buy' AS event, 7 AS ms, 3 AS id), ('view', 8, 4)])",
    );
  });
  afterAll(() => bigquery.dispose());

  async function make(query: string): Promise<void> {
    const { error } = await ask(query);
    expect(error).toBeUndefined();
    // The newest of several tables is told by its time.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }

  async function ask(query: string, user?: string, more: object = {}) {
    const { status, body } = await bigquery.call(
      'POST',
      `${base}/queries`,
      { query, useLegacySql: false, timeoutMs: 60_000, ...more },
      user,
    );
    const { error, schema, rows } = body as {
      error?: { message: string; errors: { reason: string }[] };
      schema?: { fields: { name: string }[] };
      rows?: { f: { v: unknown }[] }[];
    };
    return {
      status,
      error: error?.message,
      names: schema?.fields.map(({ name }) => name),
      rows: rows?.map(({ f }) => f.map(({ v }) => v)),
    };
  }

  async function dryRun(query: string, parameters: object = {}) {
    const { body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: { dryRun: true, query: { query, useLegacySql: false, ...parameters } },
    });
    return (body['statistics'] as { query: Record<string, unknown> }).query;
  }

  it('are the union of all tables that begin with the prefix, told apart by _TABLE_SUFFIX', async () => {
    expect(
      await ask('SELECT _TABLE_SUFFIX AS suffix, id FROM `d.events_*` ORDER BY id'),
    ).toMatchObject({
      rows: [
        ['20240101', '1'],
        ['20240102', '2'],
        ['20240201', '3'],
        ['20240201', '4'],
      ],
    });
    expect(await ask(`SELECT COUNT(*) FROM \`${testProject}.d.events_202401*\``)).toMatchObject({
      rows: [['2']],
    });
    expect(
      await ask("SELECT MIN(_TABLE_SUFFIX) FROM `d.*` WHERE STARTS_WITH(_TABLE_SUFFIX, 'events')"),
    ).toMatchObject({ rows: [['events_20240101']] });
  });

  it('have the schema of the newest table, with NULL where another lacks a column', async () => {
    const { names, rows } = await ask('SELECT * FROM `d.events_*` ORDER BY id');
    expect({ names, first: rows?.[0] }).toEqual({
      names: ['event', 'ms', 'id'],
      first: ['click', null, '1'],
    });
  });

  it('may be filtered, grouped and joined by the suffix', async () => {
    expect(
      await ask(
        "SELECT id FROM `d.events_*` WHERE _TABLE_SUFFIX BETWEEN '20240101' AND '20240131' ORDER BY id",
      ),
    ).toMatchObject({ rows: [['1'], ['2']] });
    expect(
      await ask(
        'SELECT SUBSTR(_TABLE_SUFFIX, 1, 6) AS month, COUNT(*) FROM `d.events_*` GROUP BY month ORDER BY month',
      ),
    ).toMatchObject({
      rows: [
        ['202401', '2'],
        ['202402', '2'],
      ],
    });
    expect(
      await ask(
        'SELECT a.id, b.id FROM `d.events_*` AS a JOIN `d.events_*` AS b ON a.event = b.event AND a._TABLE_SUFFIX < b._TABLE_SUFFIX',
      ),
    ).toMatchObject({ error: expect.stringMatching(/Duplicate column names/) });
  });

  it('are billed by the tables whose suffix passes a constant filter', async () => {
    const whole = await dryRun('SELECT id FROM `d.events_*`');
    expect(whole).toMatchObject({
      totalBytesProcessed: '32',
      referencedTables: [{ projectId: testProject, datasetId: 'd', tableId: 'events_*' }],
    });
    for (const filter of ["= '20240201'", "LIKE '202402%'", "> '20240131'", "IN ('20240201')"])
      expect(
        await dryRun(`SELECT id FROM \`d.events_*\` WHERE _TABLE_SUFFIX ${filter}`),
      ).toMatchObject({ totalBytesProcessed: '16' });
    expect(
      await dryRun(
        "SELECT id FROM `d.events_*` WHERE _TABLE_SUFFIX = (SELECT MAX(_TABLE_SUFFIX) FROM `d.events_*` WHERE _TABLE_SUFFIX < 'x')",
      ),
    ).toMatchObject({ totalBytesProcessed: '32' });
    expect(
      await dryRun('SELECT id FROM `d.events_*` WHERE _TABLE_SUFFIX = @suffix', {
        parameterMode: 'NAMED',
        queryParameters: [
          {
            name: 'suffix',
            parameterType: { type: 'STRING' },
            parameterValue: { value: '20240201' },
          },
        ],
      }),
    ).toMatchObject({ totalBytesProcessed: '16' });
  });

  it('need a destination without columns that look like pseudo columns', async () => {
    expect(await ask('SELECT _TABLE_SUFFIX FROM `d.events_*` LIMIT 1')).toMatchObject({
      names: ['_TABLE_SUFFIX'],
    });
    expect(
      await ask('CREATE TABLE d.copy AS SELECT _TABLE_SUFFIX FROM `d.events_*`'),
    ).toMatchObject({ error: expect.stringMatching(/^Invalid field name "_TABLE_SUFFIX"/) });
  });

  it.each([
    ['SELECT 1 FROM `d.nothing_*`', 400, `${testProject}:d.nothing_* does not match any table.`],
    ['SELECT 1 FROM `nowhere.t_*`', 404, `Not found: Dataset ${testProject}:nowhere`],
    ['SELECT 1 FROM d.events_*', 400, /^Syntax error: .*"\*"/],
    ["SELECT 1 FROM 'd.events_*'", 400, /^Syntax error: Unexpected string literal/],
    ['SELECT 1 FROM `d.*_1`', 400, /^Invalid table name/],
    ['DELETE FROM `d.events_*` WHERE true', 404, /./],
    [
      'SELECT * EXCEPT (id), _PARTITIONTIME FROM `d.events_*`',
      400,
      /Unrecognized name: _PARTITIONTIME/,
    ],
  ])('refuse %s', async (query, status, error) => {
    expect(await ask(query)).toMatchObject({
      status,
      error: typeof error === 'string' ? error : expect.stringMatching(error),
    });
  });

  it('fail when they match a view, whatever the suffix', async () => {
    await make('CREATE TABLE d.mixed_1 AS SELECT 1 AS a');
    await make('CREATE VIEW d.mixed_2 AS SELECT 2 AS a');
    expect(await ask("SELECT a FROM `d.mixed_*` WHERE _TABLE_SUFFIX = '1'")).toMatchObject({
      status: 400,
      error: `Views cannot be queried through prefix. First view ${testProject}:d.mixed_2.`,
    });
  });

  it('fail when they match a table with flexible column names', async () => {
    await make('CREATE TABLE d.flexible_1 AS SELECT 1 AS `order-id`');
    expect(await ask('SELECT * FROM `d.flexible_*`')).toMatchObject({
      status: 400,
      error: `Tables with flexible column names cannot be queried through prefix. First table ${testProject}:d.flexible_1.`,
    });
  });

  it('fail when a column that is read has another type in any of the tables', async () => {
    await make('CREATE TABLE d.types_1 AS SELECT "x" AS a, 1 AS b');
    await make('CREATE TABLE d.types_2 AS SELECT 2 AS a, 2 AS b');
    for (const query of [
      "SELECT a FROM `d.types_*` WHERE _TABLE_SUFFIX = '2'",
      'SELECT * FROM `d.types_*`',
    ])
      expect(await ask(query)).toMatchObject({
        status: 400,
        error: 'Cannot read field of type STRING as INT64 Field: a',
      });
    expect(await ask('SELECT SUM(b) FROM `d.types_*`')).toMatchObject({ rows: [['3']] });
  });

  it('read nested fields by their names', async () => {
    await make('CREATE TABLE d.nested_1 AS SELECT [STRUCT(1 AS n, "x" AS gone)] AS list');
    await make('CREATE TABLE d.nested_2 AS SELECT [STRUCT("y" AS late, 2 AS n)] AS list');
    expect(
      await ask('SELECT e.n, e.late FROM `d.nested_*`, UNNEST(list) AS e ORDER BY 1'),
    ).toMatchObject({
      rows: [
        ['1', null],
        ['2', 'y'],
      ],
    });
  });

  it('go together only when they are partitioned and clustered alike', async () => {
    await make('CREATE TABLE d.parts_1 (a INT64, day DATE) PARTITION BY day');
    await make('CREATE TABLE d.parts_2 (a INT64, day DATE)');
    expect(await ask('SELECT a FROM `d.parts_*`')).toMatchObject({
      status: 400,
      error: `Wildcard matched incompatible partitioning/clustering tables, first table ${testProject}:d.parts_1, first incompatible table ${testProject}:d.parts_2.`,
    });
  });

  it('have _PARTITIONTIME when they are partitioned by ingestion time', async () => {
    for (const table of ['times_1', 'times_2']) {
      await make(`CREATE TABLE d.${table} (a INT64) PARTITION BY _PARTITIONDATE`);
      await make(`INSERT INTO d.${table} (a) VALUES (1)`);
    }
    expect(
      await ask(
        "SELECT _TABLE_SUFFIX AS s, a FROM `d.times_*` WHERE _TABLE_SUFFIX = '2' AND _PARTITIONTIME > TIMESTAMP '2020-01-01'",
      ),
    ).toMatchObject({ rows: [['2', '1']] });
  });

  it('are refused to who may not read every one of the tables', async () => {
    bigquery.denied.set('reader@example.com', [
      `bigquery.tables.getData projects/${testProject}/datasets/d/tables/events_20240101`,
    ]);
    const query = "SELECT id FROM `d.events_*` WHERE _TABLE_SUFFIX = '20240102'";
    expect(await ask(query, 'reader@example.com')).toMatchObject({ status: 403 });
    expect(await ask(query)).toMatchObject({ status: 200 });
  });

  it('fail over tables with row access policies', async () => {
    await make('CREATE TABLE d.guarded_1 AS SELECT 1 AS a');
    await bigquery.call('POST', `${base}/datasets/d/tables/guarded_1/rowAccessPolicies`, {
      rowAccessPolicyReference: { policyId: 'p' },
      filterPredicate: 'a = 1',
      grantees: ['allAuthenticatedUsers'],
    });
    expect(await ask('SELECT a FROM `d.guarded_*`')).toMatchObject({ status: 400 });
  });

  it('can be read through a view', async () => {
    await make(
      "CREATE VIEW d.january AS SELECT id FROM `d.events_*` WHERE _TABLE_SUFFIX < '202402'",
    );
    expect(await ask('SELECT COUNT(*) FROM d.january')).toMatchObject({ rows: [['2']] });
  });
});

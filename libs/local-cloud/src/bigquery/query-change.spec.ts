import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;

// The machine may be busy.
jest.setTimeout(60_000);

describe('statements that change tables', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
  });
  afterAll(() => bigquery.dispose());

  async function run(query: string, more: object = {}, user?: string) {
    const { status, body } = await bigquery.call(
      'POST',
      `${base}/queries`,
      { query, useLegacySql: false, timeoutMs: 60_000, ...more },
      user,
    );
    const {
      error,
      rows = [],
      numDmlAffectedRows,
    } = body as {
      error?: { message: string };
      rows?: { f: { v: unknown }[] }[];
      numDmlAffectedRows?: string;
    };
    return {
      status,
      ...(error ? { error: error.message } : {}),
      ...(numDmlAffectedRows === undefined ? {} : { affected: numDmlAffectedRows }),
      rows: rows.map(({ f }) => f.map(({ v }) => v)),
    };
  }

  const ok = { status: 200, rows: [] };

  it('creates a table of a query, and replaces it', async () => {
    expect(await run("CREATE TABLE d.made AS SELECT 1 AS a, 'x' AS b, [1, 2] AS c")).toEqual(ok);
    expect(await run('SELECT a, b, ARRAY_LENGTH(c) FROM d.made')).toMatchObject({
      rows: [['1', 'x', '2']],
    });
    expect(await run('CREATE TABLE d.made AS SELECT 2 AS a')).toMatchObject({
      status: 409,
      error: `Already Exists: Table ${testProject}:d.made`,
    });
    expect(await run('CREATE TABLE IF NOT EXISTS d.made AS SELECT 3 AS a')).toEqual(ok);
    expect(await run('CREATE OR REPLACE TABLE d.made AS SELECT 4 AS a')).toEqual(ok);
    expect(await run('SELECT * FROM d.made')).toMatchObject({ rows: [['4']] });
  });

  it('creates a partitioned table with columns', async () => {
    expect(
      await run(
        `CREATE TABLE d.parts (id INT64 NOT NULL OPTIONS(description='Number'), day DATE, tags ARRAY<STRING>)
         PARTITION BY day CLUSTER BY id OPTIONS(description='By day')`,
      ),
    ).toEqual(ok);
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/parts`);
    expect(body).toMatchObject({
      description: 'By day',
      timePartitioning: { type: 'DAY', field: 'day' },
      clustering: { fields: ['id'] },
      schema: {
        fields: [
          { name: 'id', type: 'INTEGER', mode: 'REQUIRED', description: 'Number' },
          { name: 'day', type: 'DATE' },
          { name: 'tags', type: 'STRING', mode: 'REPEATED' },
        ],
      },
    });
    expect(await run("INSERT INTO d.parts (id, day) VALUES (1, '2024-01-01'), (2, NULL)")).toEqual({
      ...ok,
      affected: '2',
    });
    expect(await run('INSERT d.parts (day) VALUES (NULL)')).toMatchObject({
      status: 400,
      error: 'Required field id cannot be null',
    });
  });

  it('creates a table with options', async () => {
    const expires = Math.floor(Date.now() / 1000) * 1000 + 3_600_000;
    expect(
      await run(
        `CREATE TABLE d.optioned (day DATE) PARTITION BY day OPTIONS(
           expiration_timestamp = TIMESTAMP_MILLIS(${expires}), partition_expiration_days = 1.5,
           require_partition_filter = TRUE, labels = [('team', 'data')], friendly_name = CONCAT('a', 'b'))`,
      ),
    ).toEqual(ok);
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/optioned`);
    expect(body).toMatchObject({
      expirationTime: String(expires),
      timePartitioning: { type: 'DAY', field: 'day', expirationMs: '129600000' },
      requirePartitionFilter: true,
      labels: { team: 'data' },
      friendlyName: 'ab',
    });
    expect(await run('SELECT * FROM d.optioned')).toMatchObject({ status: 400 });
  });

  it('inserts, updates and deletes rows, and time travel still sees them', async () => {
    await run(
      'CREATE TABLE d.dml AS SELECT n, n * 1.5 AS f FROM UNNEST(GENERATE_ARRAY(1, 4)) AS n',
    );
    const before = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(
      await run(
        'UPDATE d.dml AS t SET f = t.f + @more WHERE t.n IN (SELECT MAX(n) FROM d.dml) OR n = 1',
        {
          parameterMode: 'NAMED',
          queryParameters: [
            { name: 'more', parameterType: { type: 'INT64' }, parameterValue: { value: '10' } },
          ],
        },
      ),
    ).toEqual({ ...ok, affected: '2' });
    expect(await run('DELETE FROM d.dml WHERE n = 2')).toEqual({ ...ok, affected: '1' });
    expect(await run('INSERT INTO d.dml SELECT 9, NULL')).toEqual({ ...ok, affected: '1' });
    expect(await run('SELECT n, f FROM d.dml ORDER BY n')).toMatchObject({
      rows: [
        ['1', '11.5'],
        ['3', '4.5'],
        ['4', '16.0'],
        ['9', null],
      ],
    });
    expect(
      await run(
        `SELECT COUNT(*), SUM(f) FROM d.dml FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${before})`,
      ),
    ).toMatchObject({ rows: [['4', '15.0']] });
    expect(await run('TRUNCATE TABLE d.dml')).toEqual({ ...ok, affected: '4' });
    expect(await run('SELECT COUNT(*) FROM d.dml')).toMatchObject({ rows: [['0']] });
  });

  it('creates, replaces and drops views', async () => {
    expect(await run("CREATE VIEW d.seen OPTIONS(description='v') AS SELECT 1 AS a;")).toEqual(ok);
    expect(await run('SELECT a FROM d.seen')).toMatchObject({ rows: [['1']] });
    expect(await run('CREATE OR REPLACE VIEW d.seen AS SELECT 2 AS b')).toEqual(ok);
    expect(await run('SELECT b FROM d.seen')).toMatchObject({ rows: [['2']] });
    expect(await run('DROP TABLE d.seen')).toMatchObject({ status: 400 });
    expect(await run('INSERT INTO d.seen VALUES (1)')).toMatchObject({ status: 400 });
    expect(await run('DROP VIEW d.seen')).toEqual(ok);
    expect(await run('DROP VIEW IF EXISTS d.seen')).toEqual(ok);
    expect(await run('DROP VIEW d.seen')).toMatchObject({ status: 404 });
  });

  it.each([
    ['INSERT INTO d.typed VALUES (1)', /wrong column count/],
    [
      "INSERT INTO d.typed VALUES ('x', 'y')",
      /cannot be inserted into column a, which has type INT64/,
    ],
    ['INSERT INTO d.typed (a, nope) VALUES (1, 2)', /Column nope is not present/],
    ['UPDATE d.typed SET a = 1', /must have a WHERE clause/],
    ["UPDATE d.typed SET a = 'x' WHERE true", /cannot be inserted into column a/],
    ['DELETE FROM d.typed WHERE a', /should return type BOOL/],
    ['DELETE FROM d.missing WHERE true', /Not found: Table/],
    [
      'MERGE d.typed USING d.made ON true WHEN MATCHED THEN DELETE',
      /does not support the statement MERGE/,
    ],
    ['ALTER TABLE d.typed ADD COLUMN x INT64', /does not support the statement ALTER/],
    ['CREATE FUNCTION f() AS (1)', /does not support the statement CREATE FUNCTION/],
    ['CREATE SCHEMA e', /does not support the statement CREATE SCHEMA/],
    ['CREATE TABLE d.o (a INT64) OPTIONS(require_partition_filter = TRUE)', /partitioned table/],
    ['CREATE TABLE d.o (a INT64) OPTIONS(partition_expiration_days = 1)', /partitioned by time/],
    ['CREATE TABLE d.o (a INT64) OPTIONS(description = 1)', /Option description has type STRING/],
    ["CREATE TABLE d.o (a INT64) OPTIONS(kms_key_name = 'k')", /the option kms_key_name/],
    ['CREATE TEMP TABLE t AS SELECT 1 AS a', /^Use of CREATE TEMPORARY TABLE requires a script/],
  ])('refuses %s', async (query, error) => {
    await run('CREATE TABLE IF NOT EXISTS d.typed (a INT64, b STRING)');
    expect(await run(query)).toMatchObject({ error: expect.stringMatching(error) });
  });

  it('changes nothing for those who may not', async () => {
    await run('CREATE OR REPLACE TABLE d.guarded AS SELECT 1 AS a');
    bigquery.denied.set('reader@example.com', [
      'bigquery.tables.updateData',
      'bigquery.tables.delete',
    ]);
    for (const query of [
      'DELETE FROM d.guarded WHERE true',
      'UPDATE d.guarded SET a = 2 WHERE true',
      'INSERT INTO d.guarded VALUES (2)',
      'TRUNCATE TABLE d.guarded',
      'DROP TABLE d.guarded',
    ])
      expect(await run(query, {}, 'reader@example.com')).toMatchObject({ status: 403 });
    expect(await run('SELECT a FROM d.guarded')).toMatchObject({ rows: [['1']] });
  });

  it('does nothing in a dry run', async () => {
    const { body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: {
        dryRun: true,
        query: { query: 'CREATE TABLE d.dry AS SELECT 1 AS a', useLegacySql: false },
      },
    });
    expect(body).toMatchObject({
      statistics: { query: { statementType: 'CREATE_TABLE_AS_SELECT' } },
    });
    expect(await run('SELECT * FROM d.dry')).toMatchObject({ status: 404 });
  });
});

import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;

// The machine may be busy.
jest.setTimeout(60_000);

describe('EXPORT DATA', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
    for (const query of [
      'CREATE TABLE d.rows_1 AS SELECT 1 AS n, [1] AS list, STRUCT(1 AS a) AS record',
      'CREATE VIEW d.over_meta AS SELECT table_name FROM d.INFORMATION_SCHEMA.TABLES',
      'CREATE VIEW d.over_wildcard AS SELECT n FROM `d.rows_*`',
      'CREATE VIEW d.over_view AS SELECT n FROM d.over_wildcard',
    ])
      await bigquery.call('POST', `${base}/queries`, { query, useLegacySql: false });
  });
  afterAll(() => bigquery.dispose());

  async function insert(query: string, dryRun: boolean) {
    const { status, body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: { dryRun, query: { query, useLegacySql: false } },
    });
    const { error, statistics } = body as {
      error?: { message: string; errors: { reason: string }[] };
      statistics?: { query: Record<string, unknown> };
    };
    return {
      status,
      error: error?.message,
      reason: error?.errors[0]?.reason,
      query: statistics?.query,
    };
  }

  const exporting = (options: string, query = 'SELECT 1 AS a') =>
    `EXPORT DATA OPTIONS(${options}) AS ${query}`;
  const right = "uri = 'gs://files/out/rows-*.csv', format = 'CSV'";

  describe.each([
    ['a dry run', true],
    ['a run', false],
  ])('in %s', (_how, dryRun) => {
    it.each([
      ['d.INFORMATION_SCHEMA.TABLES'],
      ['d.__TABLES__'],
      ['`d.rows_*`'],
      ['d.over_meta'],
      ['d.over_wildcard'],
      ['d.over_view'],
      ['(SELECT 1 FROM d.rows_1 WHERE n IN (SELECT COUNT(*) FROM `d.rows_*`))'],
    ])('cannot read %s', async (source) => {
      expect(
        await insert(exporting(right, `SELECT COUNT(*) AS n FROM ${source}`), dryRun),
      ).toMatchObject({
        status: 400,
        reason: 'invalidQuery',
        error: 'EXPORT DATA statement cannot reference meta tables in the queries.',
      });
    });

    it.each([
      ["format = 'CSV'", "Option 'uri' is missing or empty."],
      ["uri = 'gs://files/*.csv'", "Option 'format' is missing or empty."],
      [
        "uri = 'gs://files/*.orc', format = 'ORC'",
        "'ORC' is not a valid value; failed to set 'format' in EXPORT DATA OPTIONS",
      ],
      [
        "uri = 'gs://files/*.json', format = 'NEWLINE_DELIMITED_JSON'",
        "'NEWLINE_DELIMITED_JSON' is not a valid value; failed to set 'format' in EXPORT DATA OPTIONS",
      ],
      [
        `${right}, compression = 'ZIP'`,
        "'ZIP' is not a valid value; failed to set 'compression' in EXPORT DATA OPTIONS",
      ],
      [`${right}, compression = 'SNAPPY'`, /SNAPPY is not supported .* CSV/],
      ["uri = 'gs://files/*.avro', format = 'AVRO', compression = 'GZIP'", /GZIP is not supported/],
      [`${right}, header = 'yes'`, "Option 'header' must be of type BOOL"],
      [`${right}, delimiter = ';'`, /Unknown option: delimiter/],
      [`${right}, field_delimiter = ';;'`, /Invalid field delimiter/],
      ["uri = 'gs://files/a.csv', format = 'CSV'", /^Option 'uri' value must be a wild card URI/],
      ["uri = 'gs://files/*-*.csv', format = 'CSV'", /Only one wildcard/],
      ["uri = 'gs://files/*/a.csv', format = 'CSV'", /only in the filename component/],
      ["uri = 's3://files/*.csv', format = 'CSV'", /Invalid path/],
    ])('refuses OPTIONS(%s)', async (options, error) => {
      expect(await insert(exporting(options), dryRun)).toMatchObject({
        status: 400,
        reason: 'invalidQuery',
        error: typeof error === 'string' ? error : expect.stringMatching(error),
      });
    });

    it.each([
      ['CSV', 'SELECT list FROM d.rows_1'],
      ['CSV', 'SELECT record FROM d.rows_1'],
      ['AVRO', 'SELECT INTERVAL 1 DAY AS a'],
    ])('refuses %s of %s', async (format, query) => {
      expect(
        await insert(exporting(`uri = 'gs://files/t-*', format = '${format}'`, query), dryRun),
      ).toMatchObject({ status: 400, reason: 'invalidQuery' });
    });

    it('refuses a wrong query', async () => {
      expect(await insert(exporting(right, 'SELECT nope FROM d.rows_1'), dryRun)).toMatchObject({
        status: 400,
        error: expect.stringMatching(/Unrecognized name: nope/),
      });
    });
  });

  it('tells in a dry run what it would read and write', async () => {
    expect(await insert(exporting(right, 'SELECT n FROM d.rows_1'), true)).toMatchObject({
      status: 200,
      query: {
        statementType: 'EXPORT_DATA',
        totalBytesProcessed: '8',
        schema: { fields: [{ name: 'n', type: 'INTEGER' }] },
        referencedTables: [{ projectId: testProject, datasetId: 'd', tableId: 'rows_1' }],
      },
    });
  });
});

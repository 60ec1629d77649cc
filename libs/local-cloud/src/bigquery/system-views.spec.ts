import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

describe('system views', () => {
  let bigquery: TestBigQuery;
  const base = `/bigquery/v2/projects/${testProject}`;
  const expiresMs = Date.UTC(2999, 0, 2, 3, 4, 5);

  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    const make = async (path: string, body: object) => {
      const { status, body: answer } = await bigquery.call('POST', base + path, body);
      if (status !== 200) throw new Error(JSON.stringify(answer));
    };
    await make('/datasets', { datasetReference: { datasetId: 'd' } });
    await make('/datasets', { datasetReference: { datasetId: 'other' } });
    const table = (tableId: string, body: object) =>
      make('/datasets/d/tables', { tableReference: { datasetId: 'd', tableId }, ...body });
    await table('days', {
      friendlyName: 'The "days"',
      description: 'line 1\nline 2',
      labels: { team: 'x', stage: '' },
      expirationTime: String(expiresMs),
      requirePartitionFilter: false,
      timePartitioning: { type: 'DAY', field: 'day', expirationMs: '129600000' },
      clustering: { fields: ['n'] },
      schema: {
        fields: [
          { name: 'day', type: 'DATE', mode: 'REQUIRED' },
          { name: 'n', type: 'INTEGER' },
        ],
      },
    });
    await table('v', { view: { query: 'SELECT n FROM d.days', useLegacySql: false } });
    await table('files', {
      schema: { fields: [{ name: 'a', type: 'STRING' }] },
      externalDataConfiguration: {
        sourceFormat: 'CSV',
        sourceUris: ['gs://files/*.csv'],
        csvOptions: { skipLeadingRows: 1, fieldDelimiter: ';' },
      },
    });
    await query(
      "INSERT d.days (day, n) VALUES ('2026-01-01', 1), ('2026-01-01', 2), ('2026-01-02', 3)",
    );
  });
  afterAll(() => bigquery.dispose());

  async function query(sql: string, user?: string): Promise<unknown[][]> {
    const { status, body } = await bigquery.call(
      'POST',
      `${base}/queries`,
      { query: sql, useLegacySql: false },
      user,
    );
    if (status !== 200) throw new Error((body['error'] as { message: string }).message);
    const rows = (body['rows'] ?? []) as { f: { v: unknown }[] }[];
    return rows.map(({ f }) => f.map(({ v }) => v));
  }

  it('SCHEMATA has the datasets', async () => {
    expect(
      await query('SELECT schema_name, location FROM INFORMATION_SCHEMA.SCHEMATA ORDER BY 1'),
    ).toEqual([
      ['d', 'US'],
      ['other', 'US'],
    ]);
  });

  it('TABLES tells the kinds apart', async () => {
    expect(
      await query(
        'SELECT table_name, table_type, is_insertable_into FROM d.INFORMATION_SCHEMA.TABLES ORDER BY 1',
      ),
    ).toEqual([
      ['days', 'BASE TABLE', 'YES'],
      ['files', 'EXTERNAL', 'NO'],
      ['v', 'VIEW', 'NO'],
    ]);
  });

  it('VIEWS has the queries of views', async () => {
    expect(await query('SELECT * FROM d.INFORMATION_SCHEMA.VIEWS')).toEqual([
      [testProject, 'd', 'v', 'SELECT n FROM d.days', null, 'YES'],
    ]);
    expect(await query('SELECT * FROM other.INFORMATION_SCHEMA.VIEWS')).toEqual([]);
  });

  it('TABLE_OPTIONS has each option that is set, as a literal', async () => {
    const rows = await query(
      'SELECT table_name, option_name, option_type, option_value FROM d.INFORMATION_SCHEMA.TABLE_OPTIONS ORDER BY 1, 2',
    );
    expect(rows).toEqual([
      ['days', 'description', 'STRING', '"line 1\\nline 2"'],
      ['days', 'expiration_timestamp', 'TIMESTAMP', 'TIMESTAMP "2999-01-02T03:04:05.000Z"'],
      ['days', 'friendly_name', 'STRING', '"The \\"days\\""'],
      [
        'days',
        'labels',
        'ARRAY<STRUCT<STRING, STRING>>',
        '[STRUCT("team", "x"), STRUCT("stage", "")]',
      ],
      ['days', 'partition_expiration_days', 'FLOAT64', '1.5'],
      ['days', 'require_partition_filter', 'BOOL', 'false'],
      ['files', 'field_delimiter', 'STRING', '";"'],
      ['files', 'format', 'STRING', '"CSV"'],
      ['files', 'skip_leading_rows', 'INT64', '1'],
      ['files', 'uris', 'ARRAY<STRING>', '["gs://files/*.csv"]'],
    ]);
  });

  it('TABLE_OPTIONS writes literals that GoogleSQL reads back', async () => {
    for (const [value = ''] of (await query(
      "SELECT option_value FROM d.INFORMATION_SCHEMA.TABLE_OPTIONS WHERE table_name = 'days'",
    )) as string[][])
      expect(await query(`SELECT ${value} IS NULL`)).toEqual([['false']]);
    expect(await query('SELECT "line 1\\nline 2"')).toEqual([['line 1\nline 2']]);
  });

  it('COLUMNS knows partitioning and clustering', async () => {
    expect(
      await query(
        "SELECT column_name, data_type, is_nullable, is_partitioning_column, clustering_ordinal_position FROM d.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'days' ORDER BY ordinal_position",
      ),
    ).toEqual([
      ['day', 'DATE', 'NO', 'YES', null],
      ['n', 'INT64', 'YES', 'NO', '1'],
    ]);
  });

  it('PARTITIONS counts the rows of each partition', async () => {
    expect(
      await query(
        "SELECT partition_id, total_rows, total_logical_bytes FROM d.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = 'days' ORDER BY 1",
      ),
    ).toEqual([
      ['20260101', '2', '32'],
      ['20260102', '1', '16'],
    ]);
  });

  it('JOBS has what ran', async () => {
    await query('SELECT 4711');
    expect(
      await query(
        "SELECT job_type, statement_type, state FROM `region-us`.INFORMATION_SCHEMA.JOBS WHERE query = 'SELECT 4711'",
      ),
    ).toEqual([['QUERY', 'SELECT', 'DONE']]);
  });

  it('__TABLES__ has rows and bytes, __TABLES_SUMMARY__ the names', async () => {
    expect(
      await query('SELECT table_id, row_count, size_bytes, type FROM d.__TABLES__ ORDER BY 1'),
    ).toEqual([
      ['days', '3', '48', '1'],
      ['files', '0', '0', '3'],
      ['v', '0', '0', '2'],
    ]);
    expect(
      await query(
        `SELECT project_id, dataset_id, table_id, TIMESTAMP_MILLIS(creation_time) < CURRENT_TIMESTAMP() FROM \`${testProject}.d.__TABLES_SUMMARY__\` WHERE type = 2`,
      ),
    ).toEqual([[testProject, 'd', 'v', 'true']]);
  });

  it('shows nobody more than they may see', async () => {
    bigquery.denied.set('blind@x', ['bigquery.tables.list ']);
    await expect(query('SELECT * FROM d.__TABLES__', 'blind@x')).rejects.toThrow(/tables\.list/);
    bigquery.denied.set('short@x', [
      `bigquery.tables.get projects/${testProject}/datasets/d/tables/v`,
    ]);
    expect(await query('SELECT table_id FROM d.__TABLES__ ORDER BY 1', 'short@x')).toEqual([
      ['days'],
      ['files'],
    ]);
    expect(await query('SELECT * FROM d.INFORMATION_SCHEMA.VIEWS', 'short@x')).toEqual([]);
  });

  it('refuses by name what it has not', async () => {
    await expect(query('SELECT * FROM d.INFORMATION_SCHEMA.ROUTINES')).rejects.toThrow(
      /INFORMATION_SCHEMA\.ROUTINES/,
    );
  });
});

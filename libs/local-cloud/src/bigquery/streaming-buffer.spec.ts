import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;
const bufferMs = 60_000;

/** https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery */
describe('the streaming buffer', () => {
  let bigquery: TestBigQuery;
  beforeEach(async () => {
    bigquery = await startTestBigQuery({ streamingBufferMs: bufferMs });
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
    await query('CREATE TABLE d.t AS SELECT 1 AS id');
  });
  afterEach(() => bigquery.dispose());

  const query = (sql: string) =>
    bigquery.call('POST', `${base}/queries`, { query: sql, useLegacySql: false });
  const rowsOf = async (sql: string) =>
    ((await query(sql)).body['rows'] as { f: { v: string }[] }[]).map(({ f }) =>
      f.map(({ v }) => v),
    );
  const stream = async (table: string, ...rows: object[]) => {
    const body = { rows: rows.map((json) => ({ json })) };
    const path = `${base}/datasets/d/tables/${table}/insertAll`;
    expect((await bigquery.call('POST', path, body)).body).not.toHaveProperty('insertErrors');
  };
  const get = async (path: string) => (await bigquery.call('GET', `${base}/${path}`)).body;
  const table = (tableId: string) => ({ projectId: testProject, datasetId: 'd', tableId });
  const job = async (configuration: object) => {
    const inserted = await bigquery.call('POST', `${base}/jobs`, { configuration });
    const { jobId } = inserted.body['jobReference'] as { jobId: string };
    for (;;) {
      const { status } = (await get(`jobs/${jobId}`)) as {
        status: { state: string; errorResult?: object };
      };
      if (status.state === 'DONE') return status.errorResult ?? 'done';
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  let files = 0;
  const extracted = async (tableId: string) => {
    const name = `streamed-${++files}.csv`;
    const extract = {
      sourceTable: table(tableId),
      destinationUris: [`gs://files/${name}`],
      printHeader: false,
    };
    expect(await job({ extract })).toBe('done');
    const lines = {
      sourceFormat: 'CSV',
      sourceUris: [`gs://files/${name}`],
      csvOptions: { fieldDelimiter: '|' },
      schema: { fields: [{ name: 'line', type: 'STRING' }] },
    };
    const { body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: {
        query: {
          query: 'SELECT COUNT(*) FROM lines',
          useLegacySql: false,
          tableDefinitions: { lines },
        },
      },
    });
    const { jobId } = body['jobReference'] as { jobId: string };
    const { rows } = (await get(`queries/${jobId}`)) as { rows: { f: { v: string }[] }[] };
    return Number(rows[0]?.f[0]?.v);
  };
  const copied = async () => {
    const destinationTable = table(`copy_${++files}`);
    expect(await job({ copy: { sourceTable: table('t'), destinationTable } })).toBe('done');
    return Number((await rowsOf(`SELECT COUNT(*) FROM d.${destinationTable.tableId}`))[0]?.[0]);
  };
  const partitions = (name: string) =>
    rowsOf(
      `SELECT partition_id, total_rows, storage_tier FROM d.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = '${name}' ORDER BY 1, 3`,
    );

  it('shows its rows to queries, and to nothing that reads managed storage', async () => {
    await stream('t', { id: 2 }, { id: 3 });
    expect(await rowsOf('SELECT id FROM d.t ORDER BY id')).toEqual([['1'], ['2'], ['3']]);
    expect(await get('datasets/d/tables/t')).toMatchObject({
      numRows: '1',
      numBytes: '8',
      streamingBuffer: {
        estimatedRows: '2',
        estimatedBytes: '16',
        oldestEntryTime: expect.stringMatching(/^\d{13}$/),
      },
    });
    expect(await get('datasets/d/tables/t/data')).toMatchObject({
      totalRows: '1',
      rows: [{ f: [{ v: '1' }] }],
    });
    expect([await extracted('t'), await copied()]).toEqual([1, 1]);
    expect(await extracted(`t@${bigquery.clock.nowMs()}`)).toBe(1);
    expect(await partitions('t')).toEqual([[null, '1', 'ACTIVE']]);
  });

  it('gives its rows to managed storage after a while, also over a restart', async () => {
    await stream('t', { id: 2 });
    bigquery = await bigquery.restart();
    expect(await get('datasets/d/tables/t')).toMatchObject({ numRows: '1', streamingBuffer: {} });
    bigquery.clock.shiftMs += bufferMs;
    const described = await get('datasets/d/tables/t');
    expect([described['numRows'], 'streamingBuffer' in described]).toEqual(['2', false]);
    expect([await extracted('t'), await copied()]).toEqual([2, 2]);
    expect((await get('datasets/d/tables/t/data'))['totalRows']).toBe('2');
  });

  it('has its rows in no partition yet', async () => {
    await query('CREATE TABLE d.days (id INT64, day DATE) PARTITION BY day');
    await query("INSERT d.days VALUES (1, '2026-01-01')");
    await stream('days', { id: 2, day: '2026-01-01' }, { id: 3, day: '2026-01-02' });
    expect(await partitions('days')).toEqual([
      ['20260101', '1', 'ACTIVE'],
      ['__UNPARTITIONED__', '2', 'ACTIVE'],
    ]);
    expect(await extracted('days$20260101')).toBe(1);
    bigquery.clock.shiftMs += bufferMs;
    expect(await partitions('days')).toEqual([
      ['20260101', '2', 'ACTIVE'],
      ['20260102', '1', 'ACTIVE'],
    ]);
  });

  /** https://cloud.google.com/bigquery/docs/information-schema-partitions */
  it('may add a second row of __UNPARTITIONED__, of another storage tier', async () => {
    await query(
      'CREATE TABLE d.ranges (id INT64) PARTITION BY RANGE_BUCKET(id, GENERATE_ARRAY(0, 10, 5))',
    );
    await query('INSERT d.ranges VALUES (1), (100), (101)');
    bigquery.clock.shiftMs += 91 * 24 * 3_600_000;
    await stream('ranges', { id: 102 });
    expect(await partitions('ranges')).toEqual([
      ['0', '1', 'LONG_TERM'],
      ['__UNPARTITIONED__', '1', 'ACTIVE'],
      ['__UNPARTITIONED__', '2', 'LONG_TERM'],
    ]);
  });
});

describe('EXPORT DATA', () => {
  it.each([
    [false, 200],
    [true, 403],
  ])(
    'needs bigquery.tables.export when that is asked for (%s)',
    async (strictExportData, status) => {
      const bigquery = await startTestBigQuery({ strictExportData });
      try {
        await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
        const query = (sql: string, rest: object = {}) =>
          bigquery.call('POST', `${base}/queries`, { query: sql, useLegacySql: false, ...rest });
        await query('CREATE TABLE d.t AS SELECT 1 AS id');
        bigquery.denied.set('someone@example.com', ['bigquery.tables.export projects/']);
        const statement =
          "EXPORT DATA OPTIONS (uri='gs://files/strict-*.csv', format='CSV') AS SELECT * FROM d.t";
        expect((await query(statement)).status).toBe(status);
        expect((await query(statement, { dryRun: true })).status).toBe(status);
        expect((await query('SELECT * FROM d.t')).status).toBe(200);
      } finally {
        await bigquery.dispose();
      }
    },
  );
});

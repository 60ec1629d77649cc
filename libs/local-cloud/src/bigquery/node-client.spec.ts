import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

/** The official Node client, unmodified, pointed at the local cloud by its own options. */
describe('@google-cloud/bigquery', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.local.seedSamples();
  }, 60_000);
  afterAll(() => bigquery.dispose());

  it('lists the sample tables', async () => {
    const [tables] = await bigquery.client.dataset('samples').getTables();
    expect(tables.map(({ id }) => id)).toEqual([
      'airports',
      'all_types',
      'delayed_flights',
      'earthquakes',
      'flights',
      'movies',
      'orders',
      'orders_by_day',
      'weather',
    ]);
  });

  it('describes a table with its sizes by BigQuery’s rules', async () => {
    const [metadata] = await bigquery.client.dataset('samples').table('flights').getMetadata();
    expect(metadata).toMatchObject({
      kind: 'bigquery#table',
      type: 'TABLE',
      location: 'US',
      numRows: '3000000',
      // 3 × 8 bytes of numbers and 2 × (2 + 3) bytes of text in each row.
      numBytes: String(3_000_000 * 34),
      tableReference: { projectId: testProject, datasetId: 'samples', tableId: 'flights' },
    });
    expect(
      metadata.schema.fields.map(({ name, type }: { name: string; type: string }) => [name, type]),
    ).toEqual([
      ['date', 'DATETIME'],
      ['delay', 'INTEGER'],
      ['distance', 'INTEGER'],
      ['origin', 'STRING'],
      ['destination', 'STRING'],
    ]);
  });

  it('pages through rows of every type', async () => {
    const [rows] = await bigquery.client
      .dataset('samples')
      .table('all_types')
      .getRows({ wrapIntegers: true });
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatchObject({
      string_value: 'plain',
      bytes_value: Buffer.from('bytes'),
      float_value: 1.5,
      boolean_value: true,
      date_value: { value: '2020-01-02' },
      time_value: { value: '03:04:05' },
      datetime_value: { value: '2020-01-02T03:04:05' },
      array_value: [{ value: '1' }, { value: '2' }, { value: '3' }],
      record_value: { x: { value: '7' }, y: 'seven' },
    });
    expect(rows[3]).toMatchObject({ string_value: null, array_value: [], record_value: null });
  });

  it('creates and deletes datasets and tables', async () => {
    const [dataset] = await bigquery.client.createDataset('made');
    const [table] = await dataset.createTable('things', {
      schema: [
        { name: 'a', type: 'INT64', mode: 'REQUIRED' },
        { name: 'b', type: 'STRUCT', fields: [{ name: 'c', type: 'STRING' }] },
      ],
    });
    const [metadata] = await table.getMetadata();
    expect(metadata).toMatchObject({ numRows: '0', numBytes: '0' });
    await expect(dataset.createTable('things', {})).rejects.toMatchObject({
      code: 409,
      message: expect.stringContaining('Already Exists: Table outhaul-local:made.things'),
    });
    await expect(dataset.delete()).rejects.toMatchObject({ code: 400 });
    await table.delete();
    await dataset.delete();
    await expect(dataset.getMetadata()).rejects.toMatchObject({
      code: 404,
      message: expect.stringContaining('Not found: Dataset outhaul-local:made'),
    });
  });

  it('counts by a query', async () => {
    const [rows] = await bigquery.client.query(
      `SELECT COUNT(*) AS n FROM \`${testProject}.samples.flights\``,
    );
    expect(rows).toEqual([{ n: 3_000_000 }]);
  });

  it('extracts a table into shards', async () => {
    const configuration = {
      extract: {
        sourceTable: { projectId: testProject, datasetId: 'samples', tableId: 'flights' },
        destinationUris: ['gs://files/flights/*.parquet'],
        destinationFormat: 'PARQUET',
        compression: 'SNAPPY',
      },
    };
    const [job] = await bigquery.client.createJob({ jobId: 'extract-1', configuration } as never);
    await job.promise();
    const [metadata] = await job.getMetadata();
    const shards = bigquery.store.list('files', 'flights/');
    expect(shards.length).toBeGreaterThan(3);
    expect(shards[0]?.name).toBe('flights/000000000000.parquet');
    expect(metadata).toMatchObject({
      jobReference: { projectId: testProject, jobId: 'extract-1', location: 'US' },
      status: { state: 'DONE' },
      statistics: { extract: { destinationUriFileCounts: [String(shards.length)] } },
    });
    expect(metadata.status.errorResult).toBeUndefined();
    await expect(
      bigquery.client.createJob({ jobId: 'extract-1', configuration } as never),
    ).rejects.toMatchObject({
      code: 409,
      message: expect.stringContaining('Already Exists: Job outhaul-local:US.extract-1'),
    });
  }, 60_000);

  it('exports by a statement and counts rows and files', async () => {
    const [job] = await bigquery.client.createQueryJob(
      `EXPORT DATA OPTIONS (uri = 'gs://files/airports/*.csv', format = 'CSV', header = true) AS SELECT * FROM \`${testProject}.samples.airports\``,
    );
    await job.promise();
    const [metadata] = await job.getMetadata();
    expect(metadata.statistics.query).toMatchObject({
      statementType: 'EXPORT_DATA',
      exportDataStatistics: { rowCount: '3376', fileCount: '1' },
    });
  });
});

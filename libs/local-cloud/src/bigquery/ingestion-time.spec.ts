import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

interface JobStatus {
  readonly state: string;
  readonly errorResult?: { readonly message: string };
}

describe('tables partitioned by ingestion time', () => {
  let bigquery: TestBigQuery;
  const base = `/bigquery/v2/projects/${testProject}`;
  const schema = { fields: [{ name: 'n', type: 'INTEGER' }] };
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
  });
  afterAll(() => bigquery.dispose());

  async function query(sql: string): Promise<unknown[][]> {
    const { status, body } = await bigquery.call('POST', `${base}/queries`, {
      query: sql,
      useLegacySql: false,
    });
    if (status !== 200) throw new Error((body['error'] as { message: string }).message);
    const rows = (body['rows'] ?? []) as { f: { v: unknown }[] }[];
    return rows.map(({ f }) => f.map(({ v }) => v));
  }

  async function run(configuration: object): Promise<JobStatus> {
    const { body } = await bigquery.call('POST', `${base}/jobs`, { configuration });
    const { jobId } = body['jobReference'] as { jobId: string };
    for (;;) {
      const job = await bigquery.call('GET', `${base}/jobs/${jobId}`);
      const status = job.body['status'] as JobStatus;
      if (status.state === 'DONE') return status;
      await wait(5);
    }
  }

  const table = (tableId: string) => ({ projectId: testProject, datasetId: 'd', tableId });
  const make = (tableId: string, type = 'DAY') =>
    bigquery.call('POST', `${base}/datasets/d/tables`, {
      tableReference: table(tableId),
      schema,
      timePartitioning: { type },
    });

  let files = 0;
  async function load(tableId: string, text: string, settings: object = {}): Promise<JobStatus> {
    const { store } = bigquery;
    const path = store.temporaryPath();
    await writeFile(path, text);
    const name = `file-${files++}`;
    await store.adopt('files', name, path, { contentType: 'text/plain' });
    return run({
      load: {
        schema,
        sourceUris: [`gs://files/${name}`],
        destinationTable: table(tableId),
        ...settings,
      },
    });
  }

  const rowsOf = async (tableId: string): Promise<unknown[]> => {
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/${tableId}/data`);
    const rows = (body['rows'] ?? []) as { f: { v: unknown }[] }[];
    return rows.map(({ f }) => f.map(({ v }) => v)).sort();
  };

  it('put rows where they are sent, or to the day they came on', async () => {
    expect((await make('t')).body['timePartitioning']).toEqual({ type: 'DAY' });
    expect(await query('SELECT _PARTITIONTIME AS p, _PARTITIONDATE AS d, n FROM d.t')).toEqual([]);
    await load('t$20260101', '1\n2\n');
    await load('t$20260102', '3\n');
    await load('t$20260102', '4\n');
    await bigquery.call('POST', `${base}/datasets/d/tables/t/insertAll`, {
      rows: [{ json: { n: 5 } }],
    });
    await bigquery.call('POST', `${base}/datasets/d/tables/t$20260103/insertAll`, {
      rows: [{ json: { n: 7 } }],
    });
    await query('INSERT d.t (n) VALUES (6)');
    const today = new Date(bigquery.clock.nowMs()).toISOString().slice(0, 10);
    expect(
      await query('SELECT n, CAST(_PARTITIONDATE AS STRING) AS day FROM d.t ORDER BY n'),
    ).toEqual([
      ['1', '2026-01-01'],
      ['2', '2026-01-01'],
      ['3', '2026-01-02'],
      ['4', '2026-01-02'],
      ['5', today],
      ['6', today],
      ['7', '2026-01-03'],
    ]);
    expect(
      await query("SELECT n FROM d.t WHERE _PARTITIONTIME = TIMESTAMP '2026-01-02' ORDER BY n"),
    ).toEqual([['3'], ['4']]);
    expect(await query('SELECT * FROM d.t WHERE n = 1')).toEqual([['1']]);
    expect(await rowsOf('t$20260101')).toEqual([['1'], ['2']]);
    expect(
      await query(
        "SELECT partition_id, total_rows FROM d.INFORMATION_SCHEMA.PARTITIONS WHERE table_name = 't' AND partition_id < '20260103' ORDER BY 1",
      ),
    ).toEqual([
      ['20260101', '2'],
      ['20260102', '2'],
    ]);
  });

  it('replace one partition, and extract one', async () => {
    await make('parts');
    await load('parts$20260101', '1\n');
    await load('parts$20260102', '2\n');
    await load('parts$20260101', '7\n8\n', { writeDisposition: 'WRITE_TRUNCATE' });
    expect(await rowsOf('parts')).toEqual([['2'], ['7'], ['8']]);
    const status = await run({
      extract: {
        sourceTable: table('parts$20260101'),
        destinationUris: ['gs://files/out.csv'],
      },
    });
    expect(status.errorResult).toBeUndefined();
    const [file] = bigquery.store.list('files', 'out.csv');
    // A heading, two rows, and no pseudo column.
    expect(file?.sizeBytes).toBe('n\n7\n8\n'.length);
  });

  it('keep rows in their partition when they are updated, and of earlier instants', async () => {
    await make('kept');
    await load('kept$20200101', '1\n2\n');
    const before = bigquery.clock.nowMs();
    await wait(5);
    await query('UPDATE d.kept SET n = n + 10 WHERE n = 2');
    await query('DELETE FROM d.kept WHERE n = 1');
    expect(await query('SELECT n, _PARTITIONTIME AS p FROM d.kept')).toEqual([
      ['12', '1.5778368E9'],
    ]);
    expect(
      await query(
        `SELECT n, FORMAT_DATE('%F', _PARTITIONDATE) AS d FROM d.kept FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${before}) ORDER BY n`,
      ),
    ).toEqual([
      ['1', '2020-01-01'],
      ['2', '2020-01-01'],
    ]);
  });

  it('come by hour and month, from DDL and from loads that make them', async () => {
    await query(
      'CREATE TABLE d.hours (n INT64) PARTITION BY TIMESTAMP_TRUNC(_PARTITIONTIME, HOUR)',
    );
    await load('hours$2026010105', '1\n');
    expect(
      await query("SELECT FORMAT_TIMESTAMP('%F %H', _PARTITIONTIME) AS p FROM d.hours"),
    ).toEqual([['2026-01-01 05']]);
    await expect(query('SELECT _PARTITIONDATE AS d FROM d.hours')).rejects.toThrow(
      /Unrecognized name: _PARTITIONDATE/,
    );
    await load('months$202602', '1\n', { timePartitioning: { type: 'MONTH' } });
    expect(await rowsOf('months$202602')).toEqual([['1']]);
    await query('CREATE TABLE d.days (n INT64) PARTITION BY _PARTITIONDATE');
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/days`);
    expect(body['timePartitioning']).toEqual({ type: 'DAY' });
  });

  it('show their pseudo columns as hidden ones, and let no result be called so', async () => {
    await make('hidden');
    expect(
      await query(
        "SELECT column_name, is_hidden, is_partitioning_column FROM d.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'hidden' ORDER BY 1",
      ),
    ).toEqual([
      ['_PARTITIONDATE', 'YES', 'NO'],
      ['_PARTITIONTIME', 'YES', 'YES'],
      ['n', 'NO', 'NO'],
    ]);
    await expect(query('SELECT _PARTITIONTIME FROM d.hidden')).rejects.toThrow(
      /Invalid field name "_PARTITIONTIME"/,
    );
  });

  it('keep their partitions in a copy, whole or one by one', async () => {
    await make('source');
    await load('source$20260101', '1\n');
    await load('source$20260102', '2\n');
    const copy = (from: string, to: string, settings: object = {}) =>
      run({ copy: { sourceTable: table(from), destinationTable: table(to), ...settings } });
    const days = (tableId: string) =>
      query(`SELECT n, FORMAT_DATE('%F', _PARTITIONDATE) AS d FROM d.${tableId} ORDER BY n, d`);
    expect((await copy('source', 'twin')).errorResult).toBeUndefined();
    expect(await days('twin')).toEqual([
      ['1', '2026-01-01'],
      ['2', '2026-01-02'],
    ]);
    await copy('source$20260102', 'twin', { writeDisposition: 'WRITE_APPEND' });
    await copy('source$20260101', 'twin$20260301', { writeDisposition: 'WRITE_APPEND' });
    expect(await days('twin')).toEqual([
      ['1', '2026-01-01'],
      ['1', '2026-03-01'],
      ['2', '2026-01-02'],
      ['2', '2026-01-02'],
    ]);
    await copy('source$20260101', 'single');
    expect(await rowsOf('single')).toEqual([['1']]);
  });

  it('refuse strange partitions and another way to be divided', async () => {
    await make('strict');
    expect((await load('strict$2026', '1\n')).errorResult?.message).toMatch(/Invalid partition ID/);
    const change = await bigquery.call('PATCH', `${base}/datasets/d/tables/strict`, {
      timePartitioning: { type: 'HOUR' },
    });
    expect(change.status).toBe(400);
    expect((await make('weeks', 'WEEK')).status).toBe(400);
  });
});

import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const base = `/bigquery/v2/projects/${testProject}`;
const hourMs = 3_600_000;

/** https://cloud.google.com/bigquery/docs/time-travel and https://cloud.google.com/bigquery/docs/table-decorators */
describe('time travel', () => {
  let bigquery: TestBigQuery;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await dataset('d');
    await query('CREATE TABLE d.t AS SELECT 1 AS id');
    await query('CREATE TABLE d.days (id INT64, day DATE) PARTITION BY day');
    await query("INSERT d.days VALUES (1, '2026-01-01')");
  });
  afterAll(() => bigquery.dispose());

  const dataset = (datasetId: string, rest: object = {}) =>
    bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId }, ...rest });
  const query = (sql: string) =>
    bigquery.call('POST', `${base}/queries`, { query: sql, useLegacySql: false });
  const at = (table: string, instant: number) =>
    query(`SELECT * FROM ${table} FOR SYSTEM_TIME AS OF TIMESTAMP_MILLIS(${instant})`);
  const errorOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
    status,
    (body['error'] as { message?: string } | undefined)?.message,
  ];
  const table = (tableId: string, datasetId = 'd') => ({
    projectId: testProject,
    datasetId,
    tableId,
  });
  const insert = (configuration: object) =>
    bigquery.call('POST', `${base}/jobs`, { configuration });
  const extract = (tableId: string, datasetId?: string) =>
    insert({
      extract: { sourceTable: table(tableId, datasetId), destinationUris: ['gs://files/x-*'] },
    });
  /** What a job that could be inserted ends with. */
  const outcome = async (inserted: Promise<{ body: Record<string, unknown> }>) => {
    const { jobId } = (await inserted).body['jobReference'] as { jobId: string };
    for (;;) {
      const { status } = (await bigquery.call('GET', `${base}/jobs/${jobId}`)).body as {
        status: { state: string; errorResult?: { reason: string; message: string } };
      };
      if (status.state === 'DONE') return status.errorResult?.message ?? 'done';
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const invalidAt = (name: string, instant: number, why: RegExp) =>
    expect.stringMatching(
      new RegExp(
        `^Invalid time travel timestamp ${instant} for table ${testProject}:${name}@${instant}\\. ${why.source}`,
      ),
    );

  it('reads now and a moment ago', async () => {
    expect((await at('d.t', bigquery.clock.nowMs())).body['totalRows']).toBe('1');
  });

  it('never reads the future', async () => {
    const instant = bigquery.clock.nowMs() + 60_000;
    const refusal = invalidAt('d.t', instant, /Cannot read in the future/);
    expect(errorOf(await at('d.t', instant))).toEqual([400, refusal]);
    expect(await outcome(extract(`t@${instant}`))).toEqual(refusal);
    expect(
      errorOf(await bigquery.call('GET', `${base}/datasets/d/tables/t@${instant}/data`)),
    ).toEqual([400, refusal]);
  });

  it('reads nothing from before a table was made', async () => {
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/t`);
    const instant = Number(body['creationTime']) - 1;
    const refusal = invalidAt('d.t', instant, new RegExp(`Cannot read before ${instant + 1}`));
    expect(errorOf(await at('d.t', instant))).toEqual([400, refusal]);
    expect(await outcome(extract(`t@${instant}`))).toEqual(refusal);
  });

  it('reads a deleted table by a copy, not by a query', async () => {
    await query('CREATE TABLE d.gone AS SELECT 1 AS id');
    const instant = bigquery.clock.nowMs();
    await bigquery.call('DELETE', `${base}/datasets/d/tables/gone`);
    expect(errorOf(await at('d.gone', instant))).toEqual([
      404,
      `Not found: Table ${testProject}:d.gone was not found in location US`,
    ]);
    const copy = insert({
      copy: { sourceTable: table(`gone@${instant}`), destinationTable: table('back') },
    });
    expect(await outcome(copy)).toBe('done');
  });

  it('reaches back as far as the dataset says: seven days, or as few as two', async () => {
    await dataset('short', { maxTimeTravelHours: '48' });
    await query('CREATE TABLE short.t AS SELECT 1 AS id');
    const made = bigquery.clock.nowMs();
    const hours = async (datasetId: string) =>
      (await bigquery.call('GET', `${base}/datasets/${datasetId}`)).body['maxTimeTravelHours'];
    expect([await hours('d'), await hours('short')]).toEqual(['168', '48']);
    bigquery.clock.shiftMs += 49 * hourMs;
    try {
      const refusal = invalidAt('short.t', made, /Cannot read before \d+\.$/);
      expect(errorOf(await at('short.t', made))).toEqual([400, refusal]);
      expect(await outcome(extract(`t@${made}`, 'short'))).toEqual(refusal);
      expect((await at('d.t', made)).status).toBe(200);
      await bigquery.call('PATCH', `${base}/datasets/short`, { maxTimeTravelHours: '72' });
      expect((await at('short.t', made)).status).toBe(200);
    } finally {
      bigquery.clock.shiftMs = 0;
    }
  });

  it.each(['24', '50', '192', 'x'])('refuses a window of %s hours', async (maxTimeTravelHours) => {
    expect((await dataset('odd', { maxTimeTravelHours })).status).toBe(400);
    const patched = await bigquery.call('PATCH', `${base}/datasets/d`, { maxTimeTravelHours });
    expect(patched.status).toBe(400);
  });

  /** https://cloud.google.com/bigquery/docs/access-historical-data: such a copy is not supported. */
  it('takes a partition or an instant as a job’s source, not both', async () => {
    const instant = bigquery.clock.nowMs();
    expect(await outcome(extract('days$20260101'))).toBe('done');
    expect(await outcome(extract(`days@${instant}`))).toBe('done');
    const both = `days$20260101@${instant}`;
    const copy = insert({
      copy: { sourceTable: table(both), destinationTable: table('a_copy') },
    });
    for (const inserted of [extract(both), copy])
      expect(errorOf(await inserted)).toEqual([400, expect.stringContaining('together')]);
  });

  /** https://cloud.google.com/bigquery/docs/iceberg-tables */
  it('extracts no managed Iceberg table; EXPORT DATA takes it', async () => {
    const biglakeConfiguration = {
      connectionId: 'us.lake',
      storageUri: 'gs://files/lake/iceberg',
      fileFormat: 'PARQUET',
      tableFormat: 'ICEBERG',
    };
    await bigquery.call('POST', `${base}/datasets/d/tables`, {
      tableReference: table('iceberg'),
      schema: { fields: [{ name: 'id', type: 'INTEGER' }] },
      biglakeConfiguration,
    });
    await query('INSERT d.iceberg VALUES (1)');
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/iceberg`);
    expect(body).toMatchObject({ type: 'TABLE', biglakeConfiguration });
    expect(await outcome(extract('iceberg'))).toContain('EXPORT DATA');
    const exported = await query(
      "EXPORT DATA OPTIONS (uri='gs://files/iceberg-*.csv', format='CSV') AS SELECT * FROM d.iceberg",
    );
    expect(exported.status).toBe(200);
  });
});

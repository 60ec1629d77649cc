import { type StepKind } from './plan/plan.js';
import { aBench, aField, aRequest, aTable, type Bench, runToEnd } from './testing/index.js';

const started = async (bench: Bench, rest = {}) =>
  (await bench.exporter.start(bench.owner, aRequest(rest))).id;
const namesOf = async (bench: Bench, id: string) => {
  const record = await bench.exporter.get(bench.owner, id);
  return (await bench.files.list('files', record.plan.files.prefix)).map(({ name }) =>
    name.slice(record.plan.files.prefix.length),
  );
};

describe('an export', () => {
  it('ends sealed, with the rows of the source', async () => {
    const bench = aBench();
    const id = await started(bench);
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 7, files: 3 });
    expect(await bench.exporter.manifest(bench.owner, id)).toMatchObject({
      source: { rows: 7 },
      verified: { how: 'rows', sourceRows: 7, fileRows: 7, by: 'parquet footers' },
      totals: { files: 3, rows: 7 },
      files: [{ name: 'orders-000000000000.parquet', rows: 3 }, { rows: 3 }, { rows: 1 }],
    });
    expect(await namesOf(bench, id)).toContain('try-1/manifest.json');
  });

  it('runs one extract job however often it is advanced', async () => {
    const bench = aBench();
    const id = await started(bench);
    await Promise.all(Array.from({ length: 20 }, () => bench.exporter.advance(id, bench.owner)));
    await runToEnd(bench, id);
    expect([...bench.warehouse.jobs.keys()]).toEqual([`outhaul_${id}_extract_1`]);
  });

  it('fails loudly when the files hold other rows than the source', async () => {
    const bench = aBench(aTable({ rowCount: 8 }), ['only', 'three', 'rows']);
    const record = await runToEnd(bench, await started(bench));
    expect(record.outcome).toMatchObject({
      state: 'failed',
      step: 'verify',
      error: { code: 'verification-failed', message: 'The source has 8 rows, the files hold 3.' },
    });
  });

  it('fails when a shard is missing, and keeps the others as evidence', async () => {
    const bench = aBench();
    const id = await started(bench);
    const list = bench.files.list.bind(bench.files);
    bench.files.list = async (bucket, prefix) => {
      await bench.files.remove(bucket, `exports/${id}/try-1/orders-000000000000.parquet`);
      return list(bucket, prefix);
    };
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'failed', error: { code: 'files-changed' } });
    expect(await namesOf(bench, id)).toHaveLength(2);
  });

  it('joins the parts of a single CSV file under one header and leaves none over', async () => {
    const bench = aBench(aTable({ rowCount: 100 }));
    bench.warehouse.rowsPerShard = 1;
    const id = await started(bench, { format: 'csv', shape: 'single' });
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 100, files: 1 });
    const text = await bench.files.readText('files', `exports/${id}/try-1/orders.csv`);
    expect(text.split('\n').slice(0, 3)).toEqual(['id,email,day', 'row 0', 'row 1']);
    expect(text.split('\n')).toHaveLength(102);
    expect((await namesOf(bench, id)).filter((name) => name.includes('parts/'))).toEqual([]);
  });

  it('reads through a query when a column is masked', async () => {
    const bench = aBench();
    const id = await started(bench, {
      columns: [{ name: 'id' }, { name: 'email', mask: { kind: 'sha256' } }],
    });
    const record = await runToEnd(bench, id);
    expect(record.plan.steps).toEqual<StepKind[]>(['materialize', 'verify', 'seal']);
    expect(record.outcome).toMatchObject({ state: 'succeeded', rows: 7 });
    expect(await bench.exporter.manifest(bench.owner, id)).toMatchObject({
      maskedColumns: ['email'],
    });
  });

  it('tries again with a new job and a fresh prefix after a passing failure of BigQuery', async () => {
    const bench = aBench();
    bench.warehouse.failures.push('backendError');
    const id = await started(bench);
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'succeeded' });
    expect([...bench.warehouse.jobs.keys()]).toEqual([
      `outhaul_${id}_extract_1`,
      `outhaul_${id}_extract_2`,
    ]);
    expect((await namesOf(bench, id)).every((name) => name.startsWith('try-2/'))).toBe(true);
  });

  it('gives up with BigQuery’s own words when trying again is of no use, and goes on from there on request', async () => {
    const bench = aBench();
    bench.warehouse.failures.push('accessDenied');
    const id = await started(bench);
    const failed = await runToEnd(bench, id);
    expect(failed.outcome).toMatchObject({
      state: 'failed',
      step: 'extract',
      error: { code: 'permission-denied' },
    });
    await bench.exporter.retry(bench.owner, id);
    expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded', rows: 7 });
  });

  it('waits for its owner when a job has yet to be begun, and goes on when they are back', async () => {
    const bench = aBench();
    const id = await started(bench);
    const waiting = await bench.exporter.advance(id);
    expect(waiting.steps[0]).toMatchObject({
      state: 'waiting',
      note: expect.stringContaining('owner@example.com'),
    });
    await bench.exporter.advance(id, bench.admin);
    expect(bench.warehouse.jobs.size).toBe(0);
    expect((await runToEnd(bench, id)).outcome).toMatchObject({ state: 'succeeded' });
  });

  it('goes on without its owner once its job runs', async () => {
    const bench = aBench();
    bench.warehouse.pollsUntilDone = 3;
    const id = await started(bench);
    await bench.exporter.advance(id, bench.owner);
    expect((await runToEnd(bench, id, bench.stranger)).outcome).toMatchObject({
      state: 'succeeded',
    });
  });
});

describe('cancelling', () => {
  it('ends the job and removes what it has written', async () => {
    const bench = aBench();
    bench.warehouse.pollsUntilDone = 5;
    const id = await started(bench);
    await bench.exporter.advance(id, bench.owner);
    await bench.files.put('files', `exports/${id}/try-1/orders-000000000000.parquet`, 'half', 'x');
    await bench.exporter.cancel(bench.owner, id);
    const record = await runToEnd(bench, id);
    expect(record.outcome).toMatchObject({ state: 'cancelled' });
    expect(bench.warehouse.jobs.get(`outhaul_${id}_extract_1`)?.state).toMatchObject({
      state: 'done',
      error: { reason: 'stopped' },
    });
    expect(await namesOf(bench, id)).toEqual([]);
  });

  it('is refused when the export has ended', async () => {
    const bench = aBench();
    const id = await started(bench);
    await runToEnd(bench, id);
    await expect(bench.exporter.cancel(bench.owner, id)).rejects.toMatchObject({
      code: 'state-conflict',
    });
  });
});

describe('starting', () => {
  it('answers the same export to the same key, and refuses the key for another request', async () => {
    const bench = aBench();
    const first = await bench.exporter.start(bench.owner, aRequest(), { idempotencyKey: 'k' });
    const again = await bench.exporter.start(bench.owner, aRequest(), { idempotencyKey: 'k' });
    expect(again.id).toBe(first.id);
    await expect(
      bench.exporter.start(bench.owner, aRequest({ format: 'csv' }), { idempotencyKey: 'k' }),
    ).rejects.toMatchObject({ code: 'idempotency-conflict' });
    expect(
      (await bench.exporter.start(bench.stranger, aRequest(), { idempotencyKey: 'k' })).id,
    ).not.toBe(first.id);
  });

  it.each([
    [
      'an unknown table',
      { source: { type: 'table', dataset: 'shop', table: 'nothing' } },
      'table-not-found',
    ],
    ['a bucket that is not ours', { bucket: 'someone-elses' }, 'bucket-not-found'],
    ['an unknown field', { colour: 'red' }, 'request-invalid'],
    ['an unknown format', { format: 'xml' }, 'request-invalid'],
    ['a column that does not exist', { columns: [{ name: 'emial' }] }, 'column-not-found'],
    [
      'a compression the format has not',
      { format: 'csv', compression: 'snappy' },
      'format-unsupported',
    ],
    ['a single Parquet file of a query', { shape: 'single', limit: 5 }, 'single-file-impossible'],
    [
      'an instant in the future',
      { source: { type: 'table', dataset: 'shop', table: 'orders', asOf: '2030-01-01T00:00:00Z' } },
      'as-of-invalid',
    ],
    [
      'a partition of a table without partitions',
      { source: { type: 'table', dataset: 'shop', table: 'orders', partition: '20260101' } },
      'partition-not-found',
    ],
    [
      'a query of two statements',
      { source: { type: 'query', sql: 'SELECT 1; SELECT 2' } },
      'sql-invalid',
    ],
    [
      'DML',
      { source: { type: 'query', sql: 'DELETE FROM shop.orders WHERE true' } },
      'sql-invalid',
    ],
    ['a query over its cost limit', { limit: 5, maxBytes: 10 }, 'limit-exceeded'],
    ['a file name that climbs', { fileName: '../up' }, 'name-template-invalid'],
  ])('refuses %s and creates nothing', async (_what, rest, code) => {
    const bench = aBench();
    await expect(
      bench.exporter.start(bench.owner, { ...aRequest(), ...rest }),
    ).rejects.toMatchObject({ code });
    expect((await bench.records.list({})).items).toEqual([]);
    expect(bench.warehouse.jobs.size).toBe(0);
  });

  it('names every missing permission with the command that grants it', async () => {
    const bench = aBench();
    bench.warehouse.denied = ['bigquery.tables.export', 'storage.objects.delete'];
    await expect(bench.exporter.start(bench.owner, aRequest())).rejects.toMatchObject({
      code: 'permission-denied',
      message:
        'You lack bigquery.tables.export on demo-project.shop.orders, storage.objects.delete on gs://files.',
      details: {
        fix: expect.stringMatching(
          /bq add-iam-policy-binding[\s\S]*gcloud storage buckets add-iam-policy-binding/,
        ),
      },
    });
  });

  it('casts what Parquet cannot carry, and says so', async () => {
    const bench = aBench(aTable({ fields: [aField('id', 'INT64'), aField('span', 'INTERVAL')] }));
    const plan = await bench.exporter.plan(bench.owner, aRequest());
    expect(plan.engine.kind).toBe('query');
    expect(plan.fields[1]).toMatchObject({ name: 'span', type: 'STRING' });
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({ code: 'type-cast', column: 'span' }),
    );
  });
});

describe('whoever did not start an export', () => {
  it('cannot tell it from one that does not exist', async () => {
    const bench = aBench();
    const id = await started(bench);
    const unknown = await bench.exporter
      .get(bench.stranger, 'x0000000000000000000')
      .catch((error: Error) => error.message);
    const hidden = await bench.exporter
      .get(bench.stranger, id)
      .catch((error: Error) => error.message);
    expect(hidden).toBe(unknown);
    await expect(bench.exporter.cancel(bench.stranger, id)).rejects.toMatchObject({
      code: 'export-not-found',
    });
    await expect(bench.exporter.signDownloads(bench.stranger, id)).rejects.toMatchObject({
      code: 'export-not-found',
    });
    expect((await bench.exporter.list(bench.stranger, {})).items).toEqual([]);
  });

  it('sees it as an admin', async () => {
    const bench = aBench();
    const id = await started(bench);
    expect(
      (await bench.exporter.list(bench.admin, { owner: 'all' })).items.map((item) => item.id),
    ).toEqual([id]);
    await expect(bench.exporter.list(bench.stranger, { owner: 'all' })).rejects.toMatchObject({
      code: 'permission-denied',
    });
  });
});

it('puts each decision on record', async () => {
  const bench = aBench();
  const id = await started(bench);
  await bench.exporter
    .start(bench.person('viewer@example.com', ['catalog.read']), aRequest())
    .catch(() => undefined);
  expect(bench.audit).toEqual([
    expect.objectContaining({
      who: 'owner@example.com',
      action: 'export.start',
      decision: 'allow',
      exportId: id,
    }),
    expect.objectContaining({
      who: 'viewer@example.com',
      decision: 'deny',
      reason: 'permission-denied',
    }),
  ]);
});

it('removes a finished export with its files', async () => {
  const bench = aBench();
  const id = await started(bench);
  await expect(bench.exporter.remove(bench.owner, id)).rejects.toMatchObject({
    code: 'state-conflict',
  });
  await runToEnd(bench, id);
  await bench.exporter.remove(bench.owner, id);
  expect(await bench.files.list('files', '')).toEqual([]);
  await expect(bench.exporter.get(bench.owner, id)).rejects.toMatchObject({
    code: 'export-not-found',
  });
});

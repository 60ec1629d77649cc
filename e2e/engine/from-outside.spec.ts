import { Engine, filesBucket, project } from './support/engine';

/** What others do to an export's table, job, files and record while it runs: it ends right, or tells the true reason. */
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start('--no-samples', '--shard-bytes', '20000');
  await engine.makeDataset('shop');
});
afterAll(() => engine.stop());

const rows = 3_000;
let count = 0;
async function aTable(): Promise<string> {
  const name = `shop.t${(count += 1)}`;
  const numbers = `UNNEST(GENERATE_ARRAY(1, ${rows})) AS id`;
  await engine.query(
    `CREATE TABLE ${name} AS SELECT id, CONCAT('row ', id) AS text FROM ${numbers}`,
  );
  return name;
}

async function cloud(method: string, path: string, body?: string): Promise<Response> {
  const answer = await fetch(engine.url + path, { method, body });
  // One write a second of each object, as at Cloud Storage.
  if (answer.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return cloud(method, path, body);
  }
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer;
}

const object = (bucket: string, name: string) =>
  `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
const isWritten = ({ steps }: { steps: readonly { state: string }[] }) =>
  steps[0]?.state === 'done';
const succeeded = { state: 'succeeded', rows };

describe('the table', () => {
  it.each([
    ['is emptied', (name: string) => `TRUNCATE TABLE ${name}`],
    ['loses rows', (name: string) => `DELETE FROM ${name} WHERE id < 100`],
    ['gets others', (name: string) => `INSERT INTO ${name} VALUES (0, 'late')`],
  ])(
    '%s after the export was accepted: the files hold the rows of that instant',
    async (_what, sql) => {
      const name = await aTable();
      await new Promise((resolve) => setTimeout(resolve, 20));
      const id = await engine.start(name, { format: 'csv', verify: 'fingerprint' });
      await engine.query(sql(name));
      expect((await engine.run(id)).outcome).toMatchObject(succeeded);
    },
  );

  it('is gone before the job begins: what was there at the instant still is', async () => {
    const name = await aTable();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const id = await engine.start(name, { format: 'csv' });
    await engine.query(`DROP TABLE ${name}`);
    expect((await engine.run(id)).outcome).toMatchObject(succeeded);
  });

  it('and its past are gone before the job begins: the export says so', async () => {
    const name = await aTable();
    const id = await engine.start(name, { format: 'csv' });
    await engine.call('DELETE', `${project}/datasets/shop/tables/${name.slice('shop.'.length)}`);
    await cloud('POST', '/_local/clock', JSON.stringify({ shiftMs: 8 * 24 * 3_600_000 }));
    try {
      const { outcome } = await engine.run(id);
      expect(outcome).toMatchObject({
        state: 'failed',
        step: 'extract',
        error: { message: expect.stringMatching(/time travel|snapshot|before/i) },
      });
    } finally {
      await cloud('POST', '/_local/clock', JSON.stringify({ shiftMs: 0 }));
    }
  });

  it('is gone after the files were written: that is nobody’s loss', async () => {
    const name = await aTable();
    const id = await engine.start(name, { format: 'csv' });
    await engine.run(id, isWritten);
    await engine.query(`DROP TABLE ${name}`);
    expect((await engine.run(id)).outcome).toMatchObject(succeeded);
  });
});

describe('the job', () => {
  it('is cancelled by somebody else: the export says so', async () => {
    const endless =
      'SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS a, UNNEST(GENERATE_ARRAY(1, 1000000)) AS b WHERE MOD(a * b, 7) = 3';
    const source = { type: 'query', sql: endless };
    const { id } = await engine.exporter.start(engine.caller, { source, format: 'csv' });
    const running = await engine.run(id, ({ steps }) => steps[0]?.job !== undefined);
    expect(running.steps[0]).toMatchObject({ kind: 'materialize', state: 'running' });
    const job = `/bigquery/v2/projects/${project}/jobs/outhaul_${id}_materialize_1`;
    await cloud('POST', `${job}/cancel?location=US`);
    expect((await engine.run(id)).outcome).toMatchObject({
      state: 'failed',
      step: 'materialize',
      error: { code: 'job-failed', message: expect.stringMatching(/stopped/) },
    });
    const left = await engine.exporter.retry(engine.caller, id);
    expect(left.steps[0]).toMatchObject({ state: 'pending', attempt: 1 });
    await engine.exporter.cancel(engine.caller, id);
    expect((await engine.run(id)).outcome).toMatchObject({ state: 'cancelled' });
    expect(await engine.names(id)).toEqual([]);
  });

  it('is forgotten by BigQuery after it has ended: the files are there', async () => {
    const name = await aTable();
    const id = await engine.start(name, { format: 'parquet' });
    await engine.run(id, isWritten);
    await cloud(
      'DELETE',
      `/bigquery/v2/projects/${project}/jobs/outhaul_${id}_extract_1/delete?location=US`,
    );
    expect((await engine.run(id)).outcome).toMatchObject(succeeded);
  });
});

describe('the files', () => {
  it('have a stranger among them: it is in no manifest, and goes when they go', async () => {
    const id = await engine.start(await aTable(), { format: 'csv' });
    await engine.run(id, isWritten);
    await engine.write(id, 'a-stranger.csv', Buffer.from('id\n1\n'));
    await engine.write(id, 't1-000000000099.csv', Buffer.from('id\n1\n'));
    expect((await engine.run(id)).outcome).toMatchObject(succeeded);
    const { files } = await engine.exporter.manifest(engine.caller, id);
    expect(files.filter(({ name }) => /stranger|99\.csv/.test(name))).toEqual([]);
    await engine.exporter.remove(engine.caller, id);
    expect(await engine.names(id)).toEqual([]);
  });

  it('are replaced by others of as many rows: a fingerprint tells', async () => {
    const name = await aTable();
    const id = await engine.start(name, { format: 'csv', verify: 'fingerprint' });
    await engine.run(id, isWritten);
    const [first = ''] = await engine.names(id);
    const text = (await engine.read(id, first)).toString('utf8');
    await engine.write(id, first, Buffer.from(text.replace('row 7', 'row 8')));
    expect((await engine.run(id)).outcome).toMatchObject({
      state: 'failed',
      error: { code: 'verification-failed' },
    });
  });

  it('lose one after the export was sealed: nobody gets a part as if it were all', async () => {
    const id = await engine.start(await aTable(), { format: 'csv' });
    await engine.run(id);
    const [first = ''] = (await engine.names(id)).filter((name) => name.endsWith('.csv'));
    await cloud('DELETE', object(filesBucket, `exports/${id}/try-1/${first}`));
    await expect(engine.exporter.signDownloads(engine.caller, id)).rejects.toMatchObject({
      code: 'files-changed',
    });
  });
});

describe('the record', () => {
  const records = 'outhaul-local-records';
  const put = (id: string, text: string) =>
    cloud(
      'POST',
      `/upload/storage/v1/b/${records}/o?uploadType=media&name=exports/${id}.json`,
      text,
    );

  it.each([
    ['is cut off', (text: string) => text.slice(0, 100)],
    ['is of a newer version', (text: string) => text.replace('"version":1', '"version":2')],
    ['is another export’s', (text: string) => text.replace(/"id":"x./, '"id":"x0')],
    ['is no record', () => '[]'],
  ])('%s: that is said, and the others go on', async (_what, alter) => {
    const [spoiled, other] = [
      await engine.start(await aTable(), { format: 'csv' }),
      await engine.start(await aTable(), { format: 'csv' }),
    ];
    const text = await (
      await cloud('GET', `${object(records, `exports/${spoiled}.json`)}?alt=media`)
    ).text();
    await put(spoiled, alter(text));
    for (const call of [
      () => engine.exporter.get(engine.caller, spoiled),
      () => engine.exporter.advance(spoiled, engine.caller),
      () => engine.exporter.cancel(engine.caller, spoiled),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'record-unreadable' });
    expect((await engine.run(other)).outcome).toMatchObject(succeeded);
    const { items } = await engine.exporter.list(engine.caller, { pageSize: 1_000 });
    expect(items.map(({ id }) => id)).toContain(other);
    expect(await engine.exporter.sweep()).toMatchObject({ exports: expect.any(Number) });
    await put(spoiled, text);
    expect((await engine.run(spoiled)).outcome).toMatchObject(succeeded);
  });
});

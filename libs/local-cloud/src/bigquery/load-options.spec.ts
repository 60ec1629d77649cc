import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

interface JobStatus {
  readonly state: string;
  readonly errorResult?: { readonly reason: string; readonly message: string };
}

describe('load jobs', () => {
  let bigquery: TestBigQuery;
  const base = `/bigquery/v2/projects/${testProject}`;
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
  });
  afterAll(() => bigquery.dispose());

  let nextFile = 0;
  /** Loads a text into a table and answers its error, if it has one. */
  async function load(
    tableId: string,
    text: string,
    settings: object,
  ): Promise<JobStatus['errorResult']> {
    const { store } = bigquery;
    const path = store.temporaryPath();
    await writeFile(path, text);
    const name = `file-${nextFile++}`;
    await store.adopt('files', name, path, { contentType: 'text/plain' });
    const { body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: {
        load: {
          sourceUris: [`gs://files/${name}`],
          destinationTable: { projectId: testProject, datasetId: 'd', tableId },
          ...settings,
        },
      },
    });
    const { jobId } = body['jobReference'] as { jobId: string };
    for (;;) {
      const job = await bigquery.call('GET', `${base}/jobs/${jobId}`);
      const status = job.body['status'] as JobStatus;
      if (status.state === 'DONE') return status.errorResult;
      await wait(5);
    }
  }

  async function rowsOf(sql: string): Promise<unknown[][]> {
    const { body } = await bigquery.call('POST', `${base}/queries`, {
      query: sql,
      useLegacySql: false,
    });
    return (body['rows'] as { f: { v: unknown }[] }[]).map(({ f }) => f.map(({ v }) => v));
  }

  const two = {
    schema: {
      fields: [
        { name: 'a', type: 'INTEGER' },
        { name: 'b', type: 'STRING' },
      ],
    },
  };

  it('leaves values without a column out only when that is asked for', async () => {
    expect(await load('extra', '1,x,y\n', two)).toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('Found 3 column(s) while expected 2') as string,
    });
    expect(await load('extra', '1,"x ""q""",y\n2,z\n', { ...two, ignoreUnknownValues: true })).toBe(
      undefined,
    );
    expect(await rowsOf('SELECT a, b FROM d.extra ORDER BY a')).toEqual([
      ['1', 'x "q"'],
      ['2', 'z'],
    ]);
  });

  it('takes newlines within quotes only when that is asked for', async () => {
    const text = '1,"x\ny"\n';
    expect(await load('lines', text, two)).toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('Missing close double quote') as string,
    });
    expect(await load('lines', text, { ...two, allowQuotedNewlines: true })).toBeUndefined();
    expect(await rowsOf('SELECT b FROM d.lines')).toEqual([['x\ny']]);
  });

  it('finds out instants, and makes a text of a column without values', async () => {
    const json = '{"t": "2020-01-02T03:04:05Z", "none": null, "n": 1}\n';
    const settings = { sourceFormat: 'NEWLINE_DELIMITED_JSON', autodetect: true };
    expect(await load('found', json, settings)).toBeUndefined();
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/found`);
    expect(body['schema']).toEqual({
      fields: [
        { name: 't', type: 'TIMESTAMP', mode: 'NULLABLE' },
        { name: 'none', type: 'STRING', mode: 'NULLABLE' },
        { name: 'n', type: 'INTEGER', mode: 'NULLABLE' },
      ],
    });
    expect(await rowsOf('SELECT UNIX_SECONDS(t), none FROM d.found')).toEqual([
      ['1577934245', null],
    ]);
  });

  it('refuses fields of JSON that the schema has not, unless they are to be passed over', async () => {
    const lines = '{"A": 1, "b": "x"}\n{"a": 2, "b": "y", "zz": null}\n';
    const json = { ...two, sourceFormat: 'NEWLINE_DELIMITED_JSON' };
    expect(await load('fields', lines, json)).toMatchObject({
      reason: 'invalid',
      message: expect.stringContaining('No such field: zz.') as string,
    });
    const once = '{"A": 1, "b": "x", "zz": {"y": 1}}\n';
    expect(await load('fields', once, { ...json, ignoreUnknownValues: true })).toBeUndefined();
    expect(await rowsOf('SELECT a, b FROM d.fields')).toEqual([['1', 'x']]);
    const nested = {
      schema: {
        fields: [{ name: 'r', type: 'RECORD', mode: 'REPEATED', fields: two.schema.fields }],
      },
    };
    expect(
      await load('nested', '{"r": [{"a": 1}, {"c": 1}]}\n', { ...json, ...nested }),
    ).toMatchObject({ message: expect.stringContaining('No such field: r.c.') as string });
  });

  it('adds columns, which every later way of writing fills', async () => {
    expect(await load('grows', '1,x\n', two)).toBeUndefined();
    const wider = {
      schema: { fields: [...two.schema.fields, { name: 'c', type: 'INTEGER' }] },
      schemaUpdateOptions: ['ALLOW_FIELD_ADDITION'],
    };
    expect(await load('grows', '2,y,20\n', wider)).toBeUndefined();
    await bigquery.call('POST', `${base}/datasets/d/tables/grows/insertAll`, {
      rows: [{ json: { a: 3, b: 'z', c: 30 } }],
    });
    for (const sql of [
      "INSERT d.grows (a, b, c) VALUES (4, 'v', 40)",
      'UPDATE d.grows SET c = c + 1 WHERE a = 2',
    ])
      await bigquery.call('POST', `${base}/queries`, { query: sql, useLegacySql: false });
    expect(await rowsOf('SELECT a, b, c FROM d.grows ORDER BY a')).toEqual([
      ['1', 'x', null],
      ['2', 'y', '21'],
      ['3', 'z', '30'],
      ['4', 'v', '40'],
    ]);
  });
});

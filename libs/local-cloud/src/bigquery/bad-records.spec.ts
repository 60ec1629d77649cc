import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

interface Outcome {
  readonly status: {
    readonly state: string;
    readonly errorResult?: { readonly message: string };
    readonly errors?: readonly { readonly message: string }[];
  };
  readonly statistics: { readonly load?: Readonly<Record<string, string>> };
}

describe('maxBadRecords', () => {
  let bigquery: TestBigQuery;
  const base = `/bigquery/v2/projects/${testProject}`;
  const schema = {
    fields: [
      { name: 'n', type: 'INTEGER', mode: 'REQUIRED' },
      { name: 't', type: 'STRING' },
    ],
  };
  beforeAll(async () => {
    bigquery = await startTestBigQuery();
    await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
  });
  afterAll(() => bigquery.dispose());

  let count = 0;
  /** Loads texts, a file each, into a table of its own and gives the job with the rows. */
  async function load(
    texts: readonly (string | Buffer)[],
    settings: object,
  ): Promise<Outcome & { rows: unknown[][] | undefined }> {
    const tableId = `t${++count}`;
    const { store } = bigquery;
    for (const [index, text] of texts.entries()) {
      const path = store.temporaryPath();
      await writeFile(path, text);
      await store.adopt('files', `${tableId}/${index}`, path, { contentType: 'text/plain' });
    }
    const { body } = await bigquery.call('POST', `${base}/jobs`, {
      configuration: {
        load: {
          schema,
          sourceUris: [`gs://files/${tableId}/*`],
          destinationTable: { projectId: testProject, datasetId: 'd', tableId },
          ...settings,
        },
      },
    });
    const { jobId } = body['jobReference'] as { jobId: string };
    for (;;) {
      const job = (await bigquery.call('GET', `${base}/jobs/${jobId}`)).body as unknown as Outcome;
      if (job.status.state === 'DONE') return { ...job, rows: await rowsOf(tableId) };
      await wait(5);
    }
  }

  async function rowsOf(tableId: string): Promise<unknown[][] | undefined> {
    const { body } = await bigquery.call('GET', `${base}/datasets/d/tables/${tableId}/data`);
    const rows = body['rows'] as { f: { v: unknown }[] }[] | undefined;
    return rows?.map(({ f }) => f.map(({ v }) => v)).sort();
  }

  const csv = 'n,t\n1,a\nx,b\n3,c\n4\n5,e,f\n,g\n7,"h\n8,i\n';
  const json =
    '{"n":1,"t":"a"}\n{"n":"x"}\nnot JSON\n{"t":"none"}\n{"n":5,"u":1}\n\n{"n":"6"}\n[7]\n';

  it('leaves bad lines of CSV out and says which they were', async () => {
    const { status, statistics, rows } = await load([csv], {
      maxBadRecords: 5,
      skipLeadingRows: 1,
    });
    expect(rows).toEqual([
      ['1', 'a'],
      ['3', 'c'],
      ['8', 'i'],
    ]);
    expect(statistics.load).toMatchObject({ badRecords: '5', outputRows: '3' });
    expect(status.errorResult).toBeUndefined();
    expect(status.errors).toHaveLength(5);
    expect(status.errors?.[0]?.message).toContain("'x'");
    expect(status.errors?.[3]?.message).toBe('Missing required field: n.');
  });

  it('leaves bad lines of JSON out, of several files and packed ones, too', async () => {
    const { statistics, rows } = await load([gzipSync(json), '{"n":9}\n'], {
      maxBadRecords: 5,
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
    });
    expect(rows).toEqual([
      ['1', 'a'],
      ['6', null],
      ['9', null],
    ]);
    expect(statistics.load).toMatchObject({ badRecords: '5', outputRows: '3' });
  });

  it('fails with one more than that, and keeps nothing', async () => {
    const { status, rows } = await load([csv], { maxBadRecords: 4, skipLeadingRows: 1 });
    expect(status.errorResult?.message).toMatch(
      /^Error while reading data, error message: CSV table encountered too many errors, giving up\. Rows: 7; errors: 5\./,
    );
    expect(rows).toBeUndefined();
  });

  it('takes a record that runs over lines for one', async () => {
    const { statistics, rows } = await load(['1,"a\nb"\nx,"c\nd"\n3,"e""\nf"\n'], {
      maxBadRecords: 1,
      allowQuotedNewlines: true,
    });
    expect(statistics.load).toMatchObject({ badRecords: '1' });
    expect(rows).toEqual([
      ['1', 'a\nb'],
      ['3', 'e"\nf'],
    ]);
  });

  it('makes an empty table when everything was bad', async () => {
    const { statistics, rows } = await load(['x,y\n'], { maxBadRecords: 1 });
    expect([statistics.load?.['badRecords'], statistics.load?.['outputRows'], rows]).toEqual([
      '1',
      '0',
      [],
    ]);
  });

  it('finds a few among many', async () => {
    const lines = Array.from({ length: 20_000 }, (_unused, n) =>
      n % 5000 === 77 ? 'bad' : `${n},x`,
    );
    const { statistics } = await load([lines.join('\n')], { maxBadRecords: 10 });
    expect(statistics.load).toMatchObject({ badRecords: '4', outputRows: '19996' });
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileEncoder, type Schema } from 'avsc';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

const project = `/bigquery/v2/projects/${testProject}`;

describe('Avro files', () => {
  let bigquery: TestBigQuery;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'avro-load-'));
    bigquery = await startTestBigQuery({ shardBytes: 16 * 1024 });
    await bigquery.local.seedSamples();
    await bigquery.call('POST', `${project}/datasets`, {
      datasetReference: { datasetId: 'shop' },
    });
    await run({
      query: {
        query: 'SELECT * FROM samples.orders WHERE order_id <= 400',
        useLegacySql: false,
        destinationTable: { projectId: testProject, datasetId: 'shop', tableId: 'few' },
      },
    });
  });
  afterAll(async () => {
    await bigquery.dispose();
    await rm(folder, { recursive: true });
  });

  const run = async (configuration: object): Promise<Record<string, unknown>> => {
    const { body } = await bigquery.call('POST', `${project}/jobs`, { configuration });
    const { jobId } = body['jobReference'] as { jobId: string };
    for (;;) {
      const { body: job } = await bigquery.call('GET', `${project}/jobs/${jobId}`);
      const status = job['status'] as Record<string, unknown>;
      if (status['state'] === 'DONE') return status;
    }
  };
  const load = (tableId: string, uri: string, more: object = {}) =>
    run({
      load: {
        sourceUris: [uri],
        sourceFormat: 'AVRO',
        destinationTable: { projectId: testProject, datasetId: 'shop', tableId },
        ...more,
      },
    });
  const rowsOf = async (table: string): Promise<string[]> => {
    const path = `${project}/datasets/${table.replace('.', '/tables/')}/data?maxResults=100000`;
    const { body } = await bigquery.call('GET', path);
    return (body['rows'] as object[]).map((row) => JSON.stringify(row)).sort();
  };
  const put = async (name: string, file: string) => {
    const path = bigquery.store.temporaryPath();
    await writeFile(path, await readFile(file));
    await bigquery.store.adopt('files', name, path, { contentType: 'application/avro' });
  };
  const encode = async (schema: Schema, rows: readonly object[]): Promise<string> => {
    const file = join(folder, `${rows.length}-${Math.random()}.avro`);
    const encoder = createFileEncoder(file, schema);
    for (const row of rows) encoder.write(row);
    await new Promise<void>((resolve) => encoder.end(() => setTimeout(resolve, 50)));
    return file;
  };

  it.each(['NONE', 'DEFLATE', 'SNAPPY'])(
    'come back as the table they were extracted from (%s)',
    async (compression) => {
      const uri = `gs://files/orders-${compression}-*.avro`;
      const extracted = await run({
        extract: {
          sourceTable: { projectId: testProject, datasetId: 'shop', tableId: 'few' },
          destinationUris: [uri],
          destinationFormat: 'AVRO',
          compression,
          useAvroLogicalTypes: true,
        },
      });
      expect(extracted).toEqual({ state: 'DONE' });
      expect(await load(`orders_${compression}`, uri, { useAvroLogicalTypes: true })).toEqual({
        state: 'DONE',
      });
      expect(await rowsOf(`shop.orders_${compression}`)).toEqual(await rowsOf('shop.few'));
    },
  );

  it('of other programs are read: maps, enums, fixeds, blocks and logical types', async () => {
    const schema = {
      type: 'record',
      name: 'Row',
      fields: [
        { name: 'id', type: 'long' },
        { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
        { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 2 } },
        { name: 'scores', type: { type: 'map', values: 'int' } },
        { name: 'day', type: ['null', { type: 'int', logicalType: 'date' }] },
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 } },
        { name: 'tags', type: { type: 'array', items: 'string' } },
      ],
    };
    const rows = [
      {
        id: -7,
        kind: 'B',
        hash: Buffer.from([1, 255]),
        scores: { x: 5 },
        day: 18_262,
        at: 1_577_934_245_006,
        price: Buffer.from([0xfb, 0x2e]),
        tags: ['ü', ''],
      },
      {
        id: 1,
        kind: 'A',
        hash: Buffer.from([0, 0]),
        scores: {},
        day: null,
        at: 0,
        price: Buffer.from([0]),
        tags: [],
      },
    ];
    await put('foreign.avro', await encode(schema as Schema, rows));
    expect(await load('foreign', 'gs://files/foreign.avro', { useAvroLogicalTypes: true })).toEqual(
      {
        state: 'DONE',
      },
    );
    const cell = (v: unknown) => ({ v });
    expect((await rowsOf('shop.foreign')).map((row) => JSON.parse(row) as unknown)).toEqual([
      {
        f: [
          '-7',
          'B',
          'Af8=',
          [cell({ f: [cell('x'), cell('5')] })],
          '2020-01-01',
          '1.577934245006E9',
          '-12.34',
          [cell('ü'), cell('')],
        ].map(cell),
      },
      { f: ['1', 'A', 'AAA=', [], null, '0.0', '0', []].map(cell) },
    ]);
    await load('plain', 'gs://files/foreign.avro');
    const { body } = await bigquery.call('GET', `${project}/datasets/shop/tables/plain`);
    const { fields } = body['schema'] as { fields: { name: string; type: string }[] };
    expect(fields.map(({ type }) => type)).toEqual([
      'INTEGER',
      'STRING',
      'BYTES',
      'RECORD',
      'INTEGER',
      'INTEGER',
      'NUMERIC',
      'STRING',
    ]);
  });

  it('that are damaged are refused', async () => {
    const file = await encode(
      { type: 'record', name: 'Row', fields: [{ name: 'id', type: 'long' }] },
      [{ id: 1 }, { id: 2 }],
    );
    const bytes = await readFile(file);
    for (const [name, content] of [
      ['cut', bytes.subarray(0, -5)],
      ['head', bytes.subarray(0, 20)],
      ['text', Buffer.from('id\n1\n')],
      ['empty', Buffer.alloc(0)],
    ] as const) {
      await writeFile(join(folder, name), content);
      await put(`${name}.avro`, join(folder, name));
      expect(await load(name, `gs://files/${name}.avro`)).toMatchObject({
        errorResult: { reason: 'invalid', message: expect.stringContaining('Avro') },
      });
    }
  });
});

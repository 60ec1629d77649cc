import { readFile, writeFile } from 'node:fs/promises';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { startTestBigQuery, type TestBigQuery, testProject } from './testing/with-bigquery.js';

/** What Google's pages say of files that BigQuery writes and reads back by external tables. */
const base = `/bigquery/v2/projects/${testProject}`;
let bigquery: TestBigQuery;
beforeAll(async () => {
  bigquery = await startTestBigQuery();
  await bigquery.call('POST', `${base}/datasets`, { datasetReference: { datasetId: 'd' } });
});
afterAll(() => bigquery.dispose());

async function put(name: string, content: string | Buffer): Promise<string> {
  const path = bigquery.store.temporaryPath();
  await writeFile(path, content);
  await bigquery.store.adopt('files', name, path, { contentType: 'text/plain' });
  return `gs://files/${name}`;
}

interface Answer {
  readonly types?: string[];
  readonly rows?: unknown[][];
  readonly status?: number;
  readonly error?: string;
}

async function query(sql: string, files?: object): Promise<Answer> {
  const { status, body } = await bigquery.call('POST', `${base}/jobs`, {
    configuration: {
      query: {
        query: sql,
        useLegacySql: false,
        ...(files ? { tableDefinitions: { files } } : {}),
      },
    },
  });
  const { error, jobReference } = body as {
    error?: { message: string };
    jobReference?: { jobId: string };
  };
  if (error) return { status, error: error.message };
  const path = `${base}/queries/${jobReference?.jobId ?? ''}?timeoutMs=60000`;
  const answer = await bigquery.call('GET', path);
  const { error: failure, ...results } = answer.body as {
    error?: { message: string };
    schema?: { fields: { type: string }[] };
    rows?: { f: { v: unknown }[] }[];
  };
  if (failure) return { status: answer.status, error: failure.message };
  return {
    types: results.schema?.fields.map(({ type }) => type) ?? [],
    rows: (results.rows ?? []).map(({ f }) => f.map(({ v }) => v)),
  };
}

async function run(configuration: object): Promise<string | undefined> {
  const { body } = await bigquery.call('POST', `${base}/jobs`, { configuration });
  const { jobId } = (body['jobReference'] ?? {}) as { jobId?: string };
  if (!jobId) return (body['error'] as { message: string }).message;
  for (;;) {
    const job = await bigquery.call('GET', `${base}/jobs/${jobId}`);
    const status = job.body['status'] as { state: string; errorResult?: { message: string } };
    if (status.state === 'DONE') return status.errorResult?.message;
  }
}

/** Writes a table of one SELECT by an extract job and returns where. */
async function extracted(tableId: string, select: string, format: string): Promise<string> {
  expect(await query(`CREATE TABLE d.${tableId} AS ${select}`)).not.toHaveProperty('error');
  const uri = `gs://files/${tableId}.${format}`;
  const error = await run({
    extract: {
      sourceTable: { projectId: testProject, datasetId: 'd', tableId },
      destinationUris: [uri],
      destinationFormat: format,
      useAvroLogicalTypes: true,
    },
  });
  expect(error).toBeUndefined();
  return uri;
}

const pathOf = (uri: string): string => {
  const found = bigquery.store.stat('files', uri.replace('gs://files/', ''));
  return found?.path ?? '';
};

describe('flexible column names', () => {
  const fields = [{ name: 'unit price', type: 'STRING' }];

  it('are taken by tables', async () => {
    const { status } = await bigquery.call('POST', `${base}/datasets/d/tables`, {
      tableReference: { projectId: testProject, datasetId: 'd', tableId: 'flexible' },
      schema: { fields },
    });
    expect(status).toBe(200);
  });

  it.each([
    ['a space', fields, 'unit price'],
    ['a letter with an accent', [{ name: 'prénom', type: 'STRING' }], 'prénom'],
    ['a digit at the start', [{ name: '2026', type: 'STRING' }], '2026'],
    [
      'a dash in a nested field',
      [{ name: 's', type: 'RECORD', fields: [{ name: 'a-b', type: 'STRING' }] }],
      's.a-b',
    ],
  ])('are refused in external tables: %s', async (_what, given, name) => {
    const uri = await put('names.json', '{}\n');
    const definition = { sourceFormat: 'NEWLINE_DELIMITED_JSON', sourceUris: [uri] };
    expect(
      await query('SELECT COUNT(*) FROM files', { ...definition, schema: { fields: given } }),
    ).toEqual({
      status: 400,
      error: `Invalid field name "${name}". Fields must contain only letters, numbers, and underscores, start with a letter or underscore, and be at most 300 characters long.`,
    });
  });

  it('are refused in an external table that Parquet files bring their names to', async () => {
    const uri = await extracted('flexible_parquet', 'SELECT 1 AS `unit price`', 'PARQUET');
    const file = await asyncBufferFromFile(pathOf(uri));
    expect(await parquetReadObjects({ file })).toEqual([{ 'unit price': 1n }]);
    expect(
      await query('SELECT COUNT(*) FROM files', { sourceFormat: 'PARQUET', sourceUris: [uri] }),
    ).toMatchObject({ status: 400, error: expect.stringContaining('"unit price"') });
  });

  it('are plain ones in Avro files, each another', async () => {
    const select = 'SELECT 1 AS `a b`, 2 AS a_b, 3 AS `a-b`, 4 AS `1a`';
    const uri = await extracted('flexible_avro', select, 'AVRO');
    const sql = 'SELECT a_b_1, a_b, a_b_2, _1a FROM files';
    expect(await query(sql, { sourceFormat: 'AVRO', sourceUris: [uri] })).toMatchObject({
      rows: [['1', '2', '3', '4']],
    });
  });
});

describe('a CSV file with ASCII 0', () => {
  const definition = async (more: object) => ({
    sourceFormat: 'CSV',
    sourceUris: [await put('zero.csv', '1,a\0b\n')],
    schema: {
      fields: [
        { name: 'id', type: 'INTEGER' },
        { name: 'text', type: 'STRING' },
      ],
    },
    csvOptions: more,
  });

  it.each(['SELECT COUNT(*) FROM files', 'SELECT id FROM files'])(
    'cannot be read: %s',
    async (sql) => {
      expect(await query(sql, await definition({}))).toMatchObject({
        status: 400,
        error: expect.stringContaining('Bad character (ASCII 0) encountered'),
      });
    },
  );

  it('is read when control characters are preserved', async () => {
    const options = { preserveAsciiControlCharacters: true };
    expect(await query('SELECT text FROM files', await definition(options))).toMatchObject({
      rows: [['a\0b']],
    });
  });
});

it('reads lines of JSON as one column, where neither delimiter nor quote can occur', async () => {
  const lines = ['{"a b":"x,\\"y\\""}', '{"a b":"\\u0001\\n"}', '{}'];
  const files = {
    sourceFormat: 'CSV',
    sourceUris: [await put('lines.json', `${lines.join('\n')}\n`)],
    schema: { fields: [{ name: 'line', type: 'STRING' }] },
    csvOptions: { fieldDelimiter: '\u0001', quote: '' },
  };
  const sql = `SELECT line, JSON_VALUE(line, '$."a b"') FROM files ORDER BY 1 DESC`;
  expect(await query(sql, files)).toMatchObject({
    rows: [
      ['{}', null],
      ['{"a b":"x,\\"y\\""}', 'x,"y"'],
      ['{"a b":"\\u0001\\n"}', '\u0001\n'],
    ],
  });
});

describe('Parquet', () => {
  const read = (uri: string, sql: string, more: object = {}) =>
    query(sql, { sourceFormat: 'PARQUET', sourceUris: [uri], ...more });

  it('gives instants for civil times', async () => {
    const select = "SELECT DATETIME '2020-01-02 03:04:05.25' AS civil";
    const uri = await extracted('civil', select, 'PARQUET');
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(pathOf(uri)));
    expect(schema[1]?.logical_type).toMatchObject({ type: 'TIMESTAMP', isAdjustedToUTC: false });
    expect(await read(uri, 'SELECT civil, TO_JSON_STRING(civil) FROM files')).toEqual({
      types: ['TIMESTAMP', 'STRING'],
      rows: [['1.57793424525E9', '"2020-01-02T03:04:05.250Z"']],
    });
  });

  it('holds JSON as text', async () => {
    const uri = await extracted('with_json', `SELECT JSON '{"a":1}' AS j`, 'PARQUET');
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(pathOf(uri)));
    expect(schema[1]).toMatchObject({ type: 'BYTE_ARRAY', converted_type: 'UTF8' });
    expect(await read(uri, 'SELECT j FROM files')).toEqual({
      types: ['STRING'],
      rows: [['{"a":1}']],
    });
  });

  it('holds geographies as GeoParquet, read back as geographies', async () => {
    const select =
      "SELECT ST_GEOGFROMTEXT('polygon((0 0,1 0,1 1,0 0))') AS g, [ST_GEOGFROMTEXT('POINT(1 2)')] AS many";
    const uri = await extracted('with_geography', select, 'PARQUET');
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(pathOf(uri)));
    const geo = metadata.key_value_metadata?.find(({ key }) => key === 'geo')?.value ?? '{}';
    expect(JSON.parse(geo)).toMatchObject({
      primary_column: 'g',
      columns: { g: { encoding: 'WKB', edges: 'spherical' } },
    });
    expect(await read(uri, 'SELECT g, ST_ASTEXT(g), TO_HEX(many[OFFSET(0)]) FROM files')).toEqual({
      types: ['GEOGRAPHY', 'STRING', 'STRING'],
      rows: [
        [
          'POLYGON((0 0, 1 0, 1 1, 0 0))',
          'POLYGON((0 0, 1 0, 1 1, 0 0))',
          '0101000000000000000000f03f0000000000000040',
        ],
      ],
    });
  });
});

describe.each(['PARQUET', 'AVRO'])('wide decimals in %s', (format) => {
  const select = (value: string) =>
    `SELECT BIGNUMERIC '${value}' AS n, [STRUCT(BIGNUMERIC '-${value}' AS m)] AS many`;
  const large = '12345678901234567890123456789012345678.12345678901234567890123456789012345678';
  const read = (sourceUris: string[], more: object) =>
    query('SELECT n, many[OFFSET(0)].m FROM files', { sourceFormat: format, sourceUris, ...more });

  it('are NUMERIC when nothing else is asked for, and too large for it', async () => {
    const small = await extracted(`small_${format}`, select('1.5'), format);
    expect(await read([small], {})).toEqual({
      types: ['NUMERIC', 'NUMERIC'],
      rows: [['1.5', '-1.5']],
    });
    const uri = await extracted(`large_${format}`, select(large), format);
    expect(await read([uri], {})).toMatchObject({
      status: 400,
      error: expect.stringContaining('Invalid NUMERIC value'),
    });
  });

  it.each(['BIGNUMERIC', 'STRING'])('are %s when that is a target', async (type) => {
    const uri = await extracted(`large_${format}_${type}`, select(large), format);
    expect(await read([uri], { decimalTargetTypes: [type, 'NUMERIC'] })).toEqual({
      types: [type, type],
      rows: [[large, `-${large}`]],
    });
  });
});

it('marks BIGNUMERIC in Parquet as DECIMAL(76, 38)', async () => {
  const uri = await extracted('marked', "SELECT BIGNUMERIC '1.5' AS n, 'x' AS s", 'PARQUET');
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(pathOf(uri)));
  expect(metadata.schema[1]).toMatchObject({
    converted_type: 'DECIMAL',
    precision: 76,
    scale: 38,
    logical_type: { type: 'DECIMAL', precision: 76, scale: 38 },
  });
  expect((await readFile(pathOf(uri))).subarray(-4).toString()).toBe('PAR1');
});

it('reads the DATETIME of an Avro file as text', async () => {
  const uri = await extracted(
    'avro_civil',
    "SELECT DATETIME '2020-01-02 03:04:05' AS civil",
    'AVRO',
  );
  const definition = { sourceFormat: 'AVRO', avroOptions: { useAvroLogicalTypes: true } };
  expect(await query('SELECT civil FROM files', { ...definition, sourceUris: [uri] })).toEqual({
    types: ['STRING'],
    rows: [['2020-01-02T03:04:05']],
  });
});

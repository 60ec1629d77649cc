import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { type BigQueryField } from '../bigquery/schema.js';
import { convertAvro } from './avro/read-avro.js';
import { type WriteOptions, writeFiles } from './index.js';

let connection: DuckDBConnection;
let folder: string;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'formats-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const field = (name: string, type: string, rest: Partial<BigQueryField> = {}): BigQueryField => ({
  name,
  type,
  ...rest,
});

function write(sql: string, schema: readonly BigQueryField[], options: Partial<WriteOptions>) {
  let files = 0;
  return writeFiles(connection, sql, [], {
    format: 'CSV',
    codec: 'NONE',
    header: true,
    delimiter: ',',
    useAvroLogicalTypes: false,
    ordered: false,
    schema,
    nextPath: () => join(folder, `file-${(files += 1)}`),
    signal: new AbortController().signal,
    ...options,
  });
}

const values: readonly [BigQueryField, string, string, string][] = [
  [
    field('v', 'STRING'),
    `'a,"b"' || chr(10) || 'ü<&>'`,
    '"a,""b""\nü<&>"',
    '"a,\\"b\\"\\nü\\u003c\\u0026\\u003e"',
  ],
  [field('v', 'STRING'), `''`, '""', '""'],
  [field('v', 'INTEGER'), '9007199254740993', '9007199254740993', '"9007199254740993"'],
  [field('v', 'FLOAT'), '1.5::DOUBLE', '1.5', '1.5'],
  [field('v', 'FLOAT'), `'nan'::DOUBLE`, 'NaN', '"NaN"'],
  [field('v', 'BOOLEAN'), 'true', 'true', 'true'],
  [field('v', 'BYTES'), `'\\xFF\\x00'::BLOB`, '/wA=', '"/wA="'],
  [field('v', 'NUMERIC'), '12.340000000::DECIMAL(38, 9)', '12.34', '"12.34"'],
  [field('v', 'NUMERIC'), '100::DECIMAL(38, 9)', '100', '"100"'],
  [field('v', 'DATE'), `DATE '2020-01-02'`, '2020-01-02', '"2020-01-02"'],
  [field('v', 'TIME'), `TIME '03:04:05'`, '03:04:05', '"03:04:05"'],
  [
    field('v', 'DATETIME'),
    `TIMESTAMP '2020-01-02 03:04:05.25'`,
    '2020-01-02T03:04:05.25',
    '"2020-01-02T03:04:05.25"',
  ],
  [
    field('v', 'TIMESTAMP'),
    `TIMESTAMPTZ '2020-01-02 03:04:05+00'`,
    '2020-01-02 03:04:05 UTC',
    '"2020-01-02 03:04:05 UTC"',
  ],
  [
    field('v', 'TIMESTAMP'),
    `TIMESTAMPTZ '1969-12-31 23:59:59.5+00'`,
    '1969-12-31 23:59:59.5 UTC',
    '"1969-12-31 23:59:59.5 UTC"',
  ],
];

it.each(values)('writes %j %s as CSV %j and JSON %s', async (type, sql, csv, json) => {
  const schema = [field('k', 'STRING'), type];
  const asCsv = await write(`SELECT 'k' AS k, ${sql} AS v`, schema, {});
  expect(readFileSync(asCsv.files[0]?.path ?? '', 'utf8')).toBe(`k,v\nk,${csv}\n`);
  const asJson = await write(`SELECT 'k' AS k, ${sql} AS v`, schema, {
    format: 'NEWLINE_DELIMITED_JSON',
  });
  expect(readFileSync(asJson.files[0]?.path ?? '', 'utf8')).toBe(`{"k":"k","v":${json}}\n`);
});

it('leaves NULL empty in CSV and out of JSON', async () => {
  const schema = [field('a', 'STRING'), field('b', 'INTEGER'), field('c', 'STRING')];
  const csv = await write(`SELECT NULL::VARCHAR AS a, NULL::BIGINT AS b, 'c' AS c`, schema, {
    header: false,
  });
  expect(readFileSync(csv.files[0]?.path ?? '', 'utf8')).toBe(',,c\n');
  const json = await write(`SELECT NULL::VARCHAR AS a, NULL::BIGINT AS b, 'c' AS c`, schema, {
    format: 'NEWLINE_DELIMITED_JSON',
  });
  expect(readFileSync(json.files[0]?.path ?? '', 'utf8')).toBe('{"c":"c"}\n');
});

it('writes nested and repeated values as JSON', async () => {
  const schema = [
    field('s', 'RECORD', {
      fields: [field('x', 'INTEGER'), field('y', 'STRING', { mode: 'REPEATED' })],
    }),
    field('e', 'INTEGER', { mode: 'REPEATED' }),
  ];
  const { files } = await write(
    `SELECT {'x': 1, 'y': ['a', 'b']} AS s, []::BIGINT[] AS e`,
    schema,
    { format: 'NEWLINE_DELIMITED_JSON' },
  );
  expect(readFileSync(files[0]?.path ?? '', 'utf8')).toBe('{"s":{"x":"1","y":["a","b"]},"e":[]}\n');
});

it.each([
  ['CSV', 'NONE'],
  ['CSV', 'GZIP'],
  ['NEWLINE_DELIMITED_JSON', 'GZIP'],
  ['PARQUET', 'SNAPPY'],
] as const)('splits %s %s into shards that hold each row once', async (format, codec) => {
  const schema = [field('i', 'INTEGER'), field('s', 'STRING')];
  const { files, rowCount } = await write(
    `SELECT i, 'row number ' || i AS s FROM range(400000) r(i)`,
    schema,
    { format, codec, shardBytes: 1_000_000 },
  );
  expect(files.length).toBeGreaterThan(2);
  expect(rowCount).toBe(400_000);
  const counts = await Promise.all(files.map(({ path }) => countRows(path, format, codec)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400_000);
});

it.each(['CSV', 'NEWLINE_DELIMITED_JSON', 'PARQUET', 'AVRO'] as const)(
  'keeps the order of rows across %s files and two threads',
  async (format) => {
    await connection.run('SET threads = 2');
    const schema = [field('i', 'INTEGER')];
    const { files, rowCount } = await write(
      'SELECT (i * 7919) % 400000 AS i FROM range(400000) r(i) ORDER BY i',
      schema,
      { format, ordered: true, shardBytes: 500_000, header: false },
    );
    expect(files.length).toBeGreaterThan(1);
    expect(rowCount).toBe(400_000);
    const values = (await Promise.all(files.map(({ path }) => numbersIn(path, format)))).flat();
    expect(values.findIndex((value, index) => value !== index)).toBe(-1);
  },
);

async function numbersIn(path: string, format: string): Promise<number[]> {
  if (format === 'PARQUET') {
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    return rows.map((row) => Number(row['i']));
  }
  if (format === 'AVRO') {
    await convertAvro(path, `${path}.jsonl`, [field('i', 'INTEGER')]);
    return numbersIn(`${path}.jsonl`, 'NEWLINE_DELIMITED_JSON');
  }
  return Array.from(readFileSync(path, 'utf8').matchAll(/\d+/g), ([digits]) => Number(digits));
}

async function countRows(path: string, format: string, codec: string): Promise<number> {
  if (format === 'PARQUET')
    return (await parquetReadObjects({ file: await asyncBufferFromFile(path) })).length;
  const bytes = readFileSync(path);
  const lines = (codec === 'GZIP' ? gunzipSync(bytes) : bytes).toString().split('\n').length - 1;
  return format === 'CSV' ? lines - 1 : lines;
}

it.each(['CSV', 'NEWLINE_DELIMITED_JSON', 'PARQUET'] as const)(
  'makes one %s file of no rows',
  async (format) => {
    const { files, rowCount } = await write(
      'SELECT 1::BIGINT AS i WHERE false',
      [field('i', 'INTEGER')],
      { format, shardBytes: 1_000_000 },
    );
    expect([files.length, rowCount]).toEqual([1, 0]);
    if (format === 'CSV') expect(readFileSync(files[0]?.path ?? '', 'utf8')).toBe('i\n');
  },
);

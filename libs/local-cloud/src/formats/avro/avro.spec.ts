import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateRaw } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { createFileDecoder, Type, types } from 'avsc';
import { uncompress } from 'snappyjs';
import { type BigQueryField } from '../../bigquery/schema.js';
import { writeFiles, type WriteOptions } from '../index.js';

let connection: DuckDBConnection;
let folder: string;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'avro-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const field = (name: string, type: string, rest: Partial<BigQueryField> = {}): BigQueryField => ({
  name,
  type,
  ...rest,
});

async function write(
  sql: string,
  schema: readonly BigQueryField[],
  options: Partial<WriteOptions> = {},
): Promise<{ paths: string[]; rowCount: number }> {
  let count = 0;
  const { files, rowCount } = await writeFiles(connection, sql, [], {
    format: 'AVRO',
    codec: 'NONE',
    header: false,
    delimiter: ',',
    useAvroLogicalTypes: false,
    ordered: false,
    schema,
    nextPath: () => join(folder, `file-${(count += 1)}.avro`),
    signal: new AbortController().signal,
    ...options,
  });
  return { paths: files.map(({ path }) => path), rowCount };
}

/** avsc refuses numbers past 2^53 unless it is told how to read them. */
const longType = types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer(value: bigint) {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => Number(a - b),
});

/** Reads a file with an independent implementation: its schema and rows. */
async function readBack(path: string): Promise<{ schema: unknown; rows: unknown[] }> {
  const rows: unknown[] = [];
  let schema: unknown;
  const decoder = createFileDecoder(path, {
    codecs: {
      null: (block: Buffer, done: (error: Error | null, plain?: Buffer) => void) =>
        done(null, block),
      deflate: (block: Buffer, done: (error: Error | null, plain?: Buffer) => void) =>
        inflateRaw(block, done),
      snappy(block: Buffer, done: (error: Error | null, plain?: Buffer) => void) {
        const plain = uncompress(block.subarray(0, -4));
        const isWhole = crc32(plain) === block.readUInt32BE(block.length - 4);
        done(isWhole ? null : new Error('wrong checksum'), plain);
      },
    },
    parseHook: (given: unknown) => {
      schema = given;
      return typeOf(given);
    },
  });
  for await (const row of decoder as AsyncIterable<unknown>) rows.push(plain(row));
  return { schema, rows };
}

const typeOf = (schema: unknown): Type =>
  Type.forSchema(schema as never, { registry: { long: longType } });

/** Records as plain objects, bytes as hex. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  return value;
}

const nullable = (type: unknown): unknown => ['null', type];

const cases: readonly [BigQueryField, string, unknown, unknown][] = [
  [field('v', 'STRING'), `'ü<"' || chr(10)`, 'string', 'ü<"\n'],
  [field('v', 'BYTES'), `'\\xFF\\x00'::BLOB`, 'bytes', 'ff00'],
  [field('v', 'INTEGER'), '9007199254740993', 'long', 9007199254740993n],
  [field('v', 'INTEGER'), '-9223372036854775808', 'long', -9223372036854775808n],
  [field('v', 'INTEGER'), '-65', 'long', -65n],
  [field('v', 'FLOAT'), '-0.1::DOUBLE', 'double', -0.1],
  [field('v', 'BOOLEAN'), 'true', 'boolean', true],
  [
    field('v', 'TIMESTAMP'),
    `TIMESTAMPTZ '1969-12-31 23:59:59.5+00'`,
    { type: 'long', logicalType: 'timestamp-micros' },
    // Under a logical type avsc reads longs with its own type, as numbers.
    -500000,
  ],
  [field('v', 'DATE'), `DATE '0001-01-01'`, { type: 'string', sqlType: 'DATE' }, '0001-01-01'],
  [
    field('v', 'TIME'),
    `TIME '03:04:05.000060'`,
    { type: 'string', sqlType: 'TIME' },
    '03:04:05.000060',
  ],
  [
    field('v', 'DATETIME'),
    `TIMESTAMP '1900-01-02 03:04:05'`,
    { type: 'string', sqlType: 'DATETIME' },
    '1900-01-02T03:04:05',
  ],
  [
    field('v', 'NUMERIC'),
    '-12.5::DECIMAL(38, 9)',
    { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 9 },
    'fd16f12300',
  ],
  [
    field('v', 'NUMERIC', { precision: '5', scale: '2' }),
    '1.28::DECIMAL(38, 9)',
    { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 },
    '0080',
  ],
  [
    field('v', 'BIGNUMERIC'),
    `'-0.00000000000000000000000000000000000256'`,
    { type: 'bytes', logicalType: 'decimal', precision: 77, scale: 38 },
    'ff00',
  ],
  [field('v', 'GEOGRAPHY'), `'POINT(1 2)'`, { type: 'string', sqlType: 'GEOGRAPHY' }, 'POINT(1 2)'],
  [field('v', 'JSON'), `'{"a":1}'::JSON`, { type: 'string', sqlType: 'JSON' }, '{"a":1}'],
];

it.each(cases)('writes %j %s', async (column, sql, type, expected) => {
  const { paths } = await write(`SELECT ${sql} AS v UNION ALL SELECT NULL`, [column]);
  const { schema, rows } = await readBack(paths[0]!);
  expect(schema).toEqual({
    type: 'record',
    name: 'Root',
    fields: [{ name: 'v', type: nullable(type) }],
  });
  expect(rows).toEqual([{ v: expected }, { v: null }]);
});

it('writes logical types where they are asked for', async () => {
  const { paths } = await write(
    `SELECT DATE '1970-01-02' AS d, TIME '00:00:01' AS t, TIMESTAMP '2020-01-02 03:04:05' AS dt`,
    [field('d', 'DATE', { mode: 'REQUIRED' }), field('t', 'TIME'), field('dt', 'DATETIME')],
    { useAvroLogicalTypes: true },
  );
  expect(await readBack(paths[0]!)).toEqual({
    schema: {
      type: 'record',
      name: 'Root',
      fields: [
        { name: 'd', type: { type: 'int', logicalType: 'date' } },
        { name: 't', type: nullable({ type: 'long', logicalType: 'time-micros' }) },
        { name: 'dt', type: nullable({ type: 'string', logicalType: 'datetime' }) },
      ],
    },
    rows: [{ d: 1, t: 1_000_000, dt: '2020-01-02T03:04:05' }],
  });
});

it('writes records and arrays in each other', async () => {
  const inner = field('items', 'RECORD', {
    mode: 'REPEATED',
    fields: [field('sku', 'STRING'), field('counts', 'INTEGER', { mode: 'REPEATED' })],
  });
  const { paths } = await write(
    `SELECT {'items': [{'sku': 'a', 'counts': [1, 2]::BIGINT[]}, {'sku': NULL, 'counts': NULL}]} AS o
     UNION ALL SELECT NULL`,
    [field('o', 'RECORD', { fields: [inner] })],
  );
  const { schema, rows } = await readBack(paths[0]!);
  expect(rows).toEqual([
    {
      o: {
        items: [
          { sku: 'a', counts: [1n, 2n] },
          { sku: null, counts: [] },
        ],
      },
    },
    { o: null },
  ]);
  expect(schema).toMatchObject({
    fields: [
      {
        name: 'o',
        type: [
          'null',
          {
            namespace: 'root',
            name: 'O',
            fields: [{ type: { items: { namespace: 'root.o', name: 'Items' } } }],
          },
        ],
      },
    ],
  });
});

it('gives records of one name in two places two names', async () => {
  const twice = (name: string) =>
    field(name, 'RECORD', { fields: [field('x', 'RECORD', { fields: [field('y', 'STRING')] })] });
  const { paths } = await write(`SELECT {'x': {'y': 'a'}} AS l, {'x': {'y': 'b'}} AS r`, [
    twice('l'),
    twice('r'),
  ]);
  expect((await readBack(paths[0]!)).rows).toEqual([
    { l: { x: { y: 'a' } }, r: { x: { y: 'b' } } },
  ]);
});

it.each(['NONE', 'DEFLATE', 'SNAPPY'] as const)(
  'splits %s files into shards that hold each row once',
  async (codec) => {
    const { paths, rowCount } = await write(
      `SELECT i, 'row number ' || i AS s FROM range(100000) r(i)`,
      [field('i', 'INTEGER'), field('s', 'STRING')],
      { codec, shardBytes: 500_000 },
    );
    const shards = await Promise.all(paths.map((path) => readBack(path)));
    expect(paths.length).toBeGreaterThan(3);
    expect(rowCount).toBe(100_000);
    const seen = shards.flatMap(({ rows }) => rows.map((row) => (row as { i: bigint }).i));
    expect(new Set(seen).size).toBe(100_000);
    expect(seen.length).toBe(100_000);
  },
);

it('makes one file of no rows', async () => {
  const { paths, rowCount } = await write('SELECT 1::BIGINT AS i WHERE false', [
    field('i', 'INTEGER'),
  ]);
  expect([paths.length, rowCount]).toEqual([1, 0]);
  expect((await readBack(paths[0]!)).rows).toEqual([]);
});

it('stops when the job is cancelled', async () => {
  const abort = new AbortController();
  const writing = write('SELECT i FROM range(100000000) r(i)', [field('i', 'INTEGER')], {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('cancelled')),
  });
  await expect(writing).rejects.toThrow('cancelled');
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { int32, readThrift, struct, writeThrift } from './thrift-compact.js';

it('writes the footers of Parquet files as it has read them, byte for byte', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'thrift-'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const many = Array.from({ length: 40 }, (_unused, index) => `i AS column_${index}`).join(', ');
  for (const [index, select] of [
    'SELECT 1 AS a',
    'SELECT 1.5::DOUBLE AS d, true AS b, NULL::VARCHAR AS s, [1, 2] AS l FROM range(3)',
    `SELECT ${many} FROM range(300000) r(i)`,
  ].entries()) {
    const path = join(folder, `${index}.parquet`);
    await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 10000)`);
    const file = await readFile(path);
    const length = file.readUInt32LE(file.length - 8);
    const footer = file.subarray(file.length - 8 - length, file.length - 8);
    expect(writeThrift(readThrift(footer)).equals(footer)).toBe(true);
  }
  await rm(folder, { recursive: true });
});

it('keeps numbers at their edges, far ids, long lists and truth values', () => {
  const value = struct(
    [1, int32(-(2 ** 31))],
    [
      40,
      {
        type: 'list',
        element: 6,
        items: Array.from({ length: 20 }, () => ({
          type: 'integer' as const,
          wire: 6,
          value: -(2n ** 63n),
        })),
      },
    ],
    [41, { type: 'bool', value: false }],
    [42, { type: 'list', element: 1, items: [{ type: 'bool', value: true }] }],
    [43, { type: 'double', value: Buffer.alloc(8, 1) }],
  );
  expect(readThrift(writeThrift(value))).toEqual(value);
});

it('refuses what is cut off', () => {
  const bytes = writeThrift(struct([1, { type: 'bytes', value: Buffer.from('text') }]));
  for (let length = 0; length < bytes.length; length++)
    expect(() => readThrift(bytes.subarray(0, length))).toThrow(
      /cut off|out of range|outside buffer/,
    );
});

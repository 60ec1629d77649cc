import { turnsUntil } from '@outhaul/core/testing';
import { countParquetRows } from './parquet-rows.js';

/** A footer as thrift's compact protocol has it, by hand: version, an empty schema, rows, row groups of one field each. */
const footer = (rows: number[], groups: number[][]): number[] => [
  ...[0x15, 2, 0x19, 0x0c],
  ...[0x16, ...rows, 0x19, (groups.length << 4) | 0x0c],
  ...groups.flatMap((group) => [0x36, ...group, 0]),
  0,
];
const file = (bytes: readonly number[]): Buffer => {
  const tail = Buffer.alloc(8, 'xxxxPAR1');
  tail.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from('PAR1'), Buffer.from(bytes), tail]);
};
const count = (bytes: Buffer): Promise<number> =>
  countParquetRows(
    bytes.length,
    async (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  );
const refused = { code: 'verification-failed' };

it('counts the rows that the footer and its row groups tell', async () => {
  expect(
    await count(
      file(
        footer(
          [0x90, 0x03],
          [
            [0xc8, 0x01],
            [0xc8, 0x01],
          ],
        ),
      ),
    ),
  ).toBe(200);
  expect(await count(file(footer([0], [])))).toBe(0);
});

it.each([
  ['the row groups hold another number', footer([8], [[6]])],
  ['the number is negative', footer([1], [[1]])],
  ['the number is above what is exact', footer(Array(9).fill(0xff).concat(1), [])],
  ['the number comes twice', [0x36, 4, 0x06, 0x06, 4, 0]],
  ['there is no number', [0x15, 2, 0]],
  ['a list is longer than the footer', [0x19, 0xfc, 0xff, 0xff, 0xff, 0x0f, 0]],
  ['a list has elements of no type', [0x19, 0xf0, 4, 0, 0, 0, 0, 0]],
  ['a number has no end', [0x36, ...Array(20).fill(0xff), 0]],
  ['a text is longer than the footer', [0x18, 0xff, 0x7f, 0]],
  ['a struct has no end', Array(2_000).fill(0x1c)],
  ['there is a map', [0x1b, 1, 0x88, 1, 65, 1, 65, 0]],
])('refuses a footer where %s', async (_what, bytes) => {
  await expect(count(file(bytes))).rejects.toMatchObject(refused);
});

it('takes nothing for lists of 2^25 lists of 2^25 lists', async () => {
  // Each list says that it has 2^25 elements, and 40 of them are nested.
  const lists = Array.from({ length: 40 }, () => [0xf9, 0x80, 0x80, 0x80, 0x10]).flat();
  const before = process.memoryUsage().heapTotal;
  await expect(count(file([0x19, ...lists]))).rejects.toMatchObject(refused);
  expect(process.memoryUsage().heapTotal - before).toBeLessThan(64 * 2 ** 20);
});

it('lets others have their turn while it goes through a long footer', async () => {
  const empty = 1_000_000;
  const size = [0x80 | (empty & 0x7f), 0x80 | ((empty >> 7) & 0x7f), 0x80 | ((empty >> 14) & 0x7f)];
  const schema = [0x29, 0xfc, ...size, empty >> 21, ...new Uint8Array(empty)];
  const bytes = file([...schema, 0x16, 4, 0x19, 0x1c, 0x36, 4, 0, 0]);
  const counted = count(bytes);
  expect(await turnsUntil(counted)).toBeGreaterThan(10);
  expect(await counted).toBe(2);
});

it('refuses a file that is too short, has another ending or a footer longer than itself', async () => {
  const long = file(footer([2], [[2]]));
  long.writeUInt32LE(0xffff_ffff, long.length - 8);
  for (const bytes of [Buffer.alloc(0), Buffer.from('PAR1'), Buffer.alloc(64), long])
    await expect(count(bytes)).rejects.toMatchObject(refused);
});

it('does not take a fault of the store for one of the file', async () => {
  const fault = new Error('503');
  await expect(countParquetRows(100, () => Promise.reject(fault))).rejects.toBe(fault);
});

import { turnsUntil } from '@outhaul/core/testing';
import { countAvroRows } from './avro-rows.js';

const sync = Buffer.alloc(16, 7);
/** Avro's numbers: zigzag, 7 bits a byte. */
const long = (value: bigint): Buffer => {
  const bytes: number[] = [];
  let left = value < 0n ? -value * 2n - 1n : value * 2n;
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]);
};
const text = (of: string) => Buffer.concat([long(BigInt(of.length)), Buffer.from(of)]);
const head = (...pairs: Buffer[]) => Buffer.concat([Buffer.from('Obj\u0001'), ...pairs, sync]);
const header = head(long(1n), text('avro.codec'), text('null'), long(0n));
const block = (rows: bigint, bytes: Buffer, size = BigInt(bytes.length)) =>
  Buffer.concat([long(rows), long(size), bytes, sync]);
const count = (...parts: Buffer[]): Promise<number> => {
  const bytes = Buffer.concat(parts);
  return countAvroRows(
    bytes.length,
    async (start, end) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  );
};

it('adds up the rows of all blocks without reading them', async () => {
  expect(await count(header)).toBe(0);
  const large = Buffer.alloc(700_000, 1);
  expect(await count(header, block(3n, Buffer.from('abc')), block(4_000n, large))).toBe(4_003);
});

it('reads a header in blocks of pairs that tell their length', async () => {
  const pair = [text('a'), text('b')];
  expect(await count(head(long(-1n), long(4n), ...pair, long(1n), ...pair, long(0n)))).toBe(0);
});

it.each([
  ['has less than no rows', block(-5n, Buffer.from('a'))],
  ['has more rows than can be counted', block(2n ** 62n, Buffer.from('a'))],
  ['has a length below 0', block(1n, Buffer.alloc(0), -1n)],
  ['is longer than the file', block(1n, Buffer.from('a'), 2n ** 62n)],
  ['has another end', Buffer.concat([long(1n), long(1n), Buffer.from('a'), Buffer.alloc(16)])],
  ['ends in its end', block(1n, Buffer.from('a')).subarray(0, -1)],
  ['has a number without an end', Buffer.alloc(30, 0xff)],
])('refuses a file of which a block %s', async (_what, hostile) => {
  const refused = { code: 'verification-failed' };
  await expect(count(header, block(1n, Buffer.from('a')), hostile)).rejects.toMatchObject(refused);
});

it.each([2n ** 40n, -(2n ** 40n), 2n ** 62n])(
  'refuses a header that says it has %s pairs',
  async (pairs) => {
    const bytes = head(long(pairs), Buffer.alloc(1_000));
    await expect(count(bytes)).rejects.toMatchObject({ code: 'verification-failed' });
  },
);

it('lets others have their turn while it goes through many blocks without rows', async () => {
  const blocks = Buffer.concat(Array<Buffer>(200_000).fill(block(0n, Buffer.alloc(0))));
  const counted = count(header, blocks);
  expect(await turnsUntil(counted)).toBeGreaterThan(10);
  expect(await counted).toBe(0);
});

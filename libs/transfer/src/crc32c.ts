import { createRequire } from 'node:module';

type Update = (bytes: Uint8Array, crc: number) => number;

/** CRC32C (Castagnoli) of `bytes`, going on from `crc`: native where the binding loads, else eight tables in JavaScript. */
export const crc32c: (bytes: Uint8Array, crc?: number) => number = ((): ((
  bytes: Uint8Array,
  crc?: number,
) => number) => {
  const update = loadNative() ?? slicedCrc32c;
  return (bytes, crc = 0) => update(bytes, crc) >>> 0;
})();

function loadNative(): Update | undefined {
  try {
    const load = typeof require === 'function' ? require : createRequire(__filename);
    const native = load('@node-rs/crc32') as { crc32c(bytes: Uint8Array, crc?: number): number };
    return (bytes, crc) => native.crc32c(bytes, crc);
  } catch {
    return undefined;
  }
}

let tables: readonly Uint32Array[] | undefined;

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    first[byte] = crc;
  }
  const all = [first];
  for (let table = 1; table < 8; table += 1) {
    const previous = all[table - 1] as Uint32Array;
    all.push(
      first.map(
        (_, byte) =>
          ((previous[byte] as number) >>> 8) ^ (first[(previous[byte] as number) & 0xff] as number),
      ),
    );
  }
  return all;
}

/** The fall-back: eight bytes a step. */
export function slicedCrc32c(bytes: Uint8Array, start: number): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = (tables ??= makeTables()) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  let crc = ~start;
  let at = 0;
  const at8 = (index: number): number => bytes[index] as number;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ (at8(at) | (at8(at + 1) << 8) | (at8(at + 2) << 16) | (at8(at + 3) << 24));
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[at8(at + 4)] as number) ^
      (t2[at8(at + 5)] as number) ^
      (t1[at8(at + 6)] as number) ^
      (t0[at8(at + 7)] as number);
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (t0[(crc ^ at8(at)) & 0xff] as number);
  return ~crc >>> 0;
}

/** The CRC32C of two neighbouring pieces, of which the second has `secondBytes` bytes, without reading either. */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  let crc = first >>> 0;
  let left = secondBytes;
  for (let power = 0; left > 0; power += 1, left = Math.floor(left / 2))
    if (left % 2 === 1) crc = apply(zeroBytes(power), crc);
  return (crc ^ second) >>> 0;
}

const zeroOperators: (readonly number[])[] = [];

/** What 2^power zero bytes do; each is the one before, twice. */
function zeroBytes(power: number): readonly number[] {
  const known = zeroOperators[power];
  if (known) return known;
  const twice = (operator: readonly number[]) => operator.map((column) => apply(operator, column));
  const made = power === 0 ? twice(twice(twice(oneZeroBit))) : twice(zeroBytes(power - 1));
  zeroOperators[power] = made;
  return made;
}

/** What one zero bit does to a reflected CRC32C, as the images of the 32 single bits. */
const oneZeroBit: readonly number[] = [
  0x82f63b78,
  ...Array.from({ length: 31 }, (_, bit) => 2 ** bit),
];

function apply(operator: readonly number[], vector: number): number {
  let result = 0;
  for (let bit = 0, left = vector; left !== 0; bit += 1, left >>>= 1) {
    if (left & 1) result ^= operator[bit] as number;
  }
  return result >>> 0;
}

/** Base64 of the big-endian value, as Cloud Storage writes it. */
export function encodeCrc32c(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes.toString('base64');
}

/** Used over and over: a value is asked for with each of thousands of files. */
const fourBytes = Buffer.alloc(4);

/** Back from base64; throws a RangeError when it is no such value. */
export function decodeCrc32c(base64: string): number {
  if (!/^[A-Za-z0-9+/]{5}[AQgw]==$/.test(base64))
    throw new RangeError(`${JSON.stringify(base64)} is not a CRC32C in base64.`);
  fourBytes.write(base64, 'base64');
  return fourBytes.readUInt32BE();
}

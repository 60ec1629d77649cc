import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { crc32c } from '@node-rs/crc32';

/** Size, CRC32C and MD5 of bytes as they go by. */
export class RunningChecksums {
  sizeBytes = 0;
  crc32c = 0;
  readonly #md5: Hash = createHash('md5');

  update(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    this.crc32c = crc32c(chunk, this.crc32c);
    this.#md5.update(chunk);
  }

  /** The MD5 so far, in base64; may be asked repeatedly. */
  md5(): string {
    return this.#md5.copy().digest('base64');
  }
}

/** CRC32C and size of a file. */
export async function checksumFile(path: string): Promise<{ crc32c: number; sizeBytes: number }> {
  let checksum = 0;
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, {
    highWaterMark: 1 << 20,
  }) as AsyncIterable<Buffer>) {
    checksum = crc32c(chunk, checksum);
    sizeBytes += chunk.length;
  }
  return { crc32c: checksum, sizeBytes };
}

/** A CRC32C as Google writes it: base64 of four big-endian bytes. */
export function encodeCrc32c(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes.toString('base64');
}

/** The CRC32C of A followed by B, from their checksums and the length of B: A's is shifted by B's length in GF(2). */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  let operator = oneZeroBit();
  // Three squarings turn the operator for one zero bit into the one for one zero byte.
  for (let round = 0; round < 3; round++) operator = square(operator);
  let shifted = first >>> 0;
  let length = secondBytes;
  while (length > 0) {
    if (length % 2 === 1) shifted = times(operator, shifted);
    length = Math.floor(length / 2);
    if (length > 0) operator = square(operator);
  }
  return (shifted ^ second) >>> 0;
}

type Matrix = Uint32Array;

/** Castagnoli's polynomial, reversed. */
const polynomial = 0x82f63b78;

function oneZeroBit(): Matrix {
  const matrix = new Uint32Array(32);
  matrix[0] = polynomial;
  for (let bit = 1; bit < 32; bit++) matrix[bit] = 1 << (bit - 1);
  return matrix;
}

function times(matrix: Matrix, vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector; rest !== 0; bit++, rest >>>= 1)
    if (rest & 1) sum ^= matrix[bit] as number;
  return sum >>> 0;
}

function square(matrix: Matrix): Matrix {
  return matrix.map((row) => times(matrix, row));
}

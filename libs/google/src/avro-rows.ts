import { AppError } from '@outhaul/core';

const windowBytes = 64 * 1024;
const syncBytes = 16;

/**
 * Rows in an Avro file: each of its blocks begins with their number and its own length, so that the rows themselves need
 * not be read. `readRange` gives the bytes from start up to, not including, end.
 */
export async function countAvroRows(
  sizeBytes: number,
  readRange: (start: number, end: number) => Promise<ArrayBuffer>,
): Promise<number> {
  const reader = new WindowReader(sizeBytes, readRange);
  if ((await reader.bytes(4)).toString('latin1') !== 'Obj\u0001') throw unreadable('it is no Avro');
  for (let pairs = await reader.long(); pairs !== 0; pairs = await reader.long()) {
    // A negative number is followed by the length of the pairs.
    if (pairs < 0) await reader.long();
    for (let left = Math.abs(pairs) * 2; left > 0; left -= 1) reader.skip(await reader.long());
  }
  const sync = await reader.bytes(syncBytes);
  let rows = 0;
  while (!reader.isAtEnd) {
    rows += await reader.long();
    reader.skip(await reader.long());
    if (!(await reader.bytes(syncBytes)).equals(sync)) throw unreadable('a block is broken');
  }
  return rows;
}

/** Reads forward through a file and fetches only what is looked at. */
class WindowReader {
  private at = 0;
  private start = 0;
  private window: Buffer = Buffer.alloc(0);

  constructor(
    private readonly sizeBytes: number,
    private readonly readRange: (start: number, end: number) => Promise<ArrayBuffer>,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.sizeBytes;
  }

  skip(length: number): void {
    if (length < 0 || this.at + length > this.sizeBytes) throw unreadable('it ends in a block');
    this.at += length;
  }

  async bytes(length: number): Promise<Buffer> {
    if (this.at + length > this.sizeBytes) throw unreadable('it ends too soon');
    if (this.at < this.start || this.at + length > this.start + this.window.length) {
      this.start = this.at;
      const end = Math.min(this.at + Math.max(length, windowBytes), this.sizeBytes);
      this.window = Buffer.from(await this.readRange(this.at, end));
    }
    const from = this.at - this.start;
    this.at += length;
    return this.window.subarray(from, from + length);
  }

  /** Avro's zigzag number of variable length. */
  async long(): Promise<number> {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = BigInt((await this.bytes(1))[0] ?? 0);
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return Number((value >> 1n) ^ -(value & 1n));
    }
    throw unreadable('a number in it has no end');
  }
}

const unreadable = (why: string): AppError =>
  new AppError('verification-failed', `An Avro file cannot be read: ${why}.`);

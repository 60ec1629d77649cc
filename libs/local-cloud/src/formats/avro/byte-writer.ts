/** Avro's binary forms, written into a buffer that grows as needed. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(1 << 17);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What has been written since the last call, as a copy; the writer is empty afterwards. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return bytes;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** A whole number as a zigzag varint. */
  long(value: bigint | number): void {
    if (typeof value === 'bigint') {
      // Most numbers are small, and numbers are many times as fast as bigints.
      if (value >= -smallest && value < smallest) this.#smallLong(Number(value));
      else this.#bigLong(value);
    } else this.#smallLong(value);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.#smallLong(value.length);
    this.raw(value);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.#smallLong(size);
    this.#reserve(size);
    this.#length += this.#buffer.write(value, this.#length);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  #smallLong(value: number): void {
    this.#reserve(10);
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  #bigLong(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest >= 0x80n) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + size));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Twice this is still exact as a double. */
const smallest = 2n ** 51n;

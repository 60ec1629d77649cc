/** Reads Avro's primitive values one after the other. Throws a RangeError past the end. */
export class ByteReader {
  position = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    const byte = this.bytes[this.position++];
    if (byte === undefined) throw new RangeError('The Avro data are cut off.');
    return byte;
  }

  /** A zigzag number of at most 64 bits. */
  long(): bigint {
    let low = 0;
    // Most numbers are small: plain arithmetic up to 28 bits.
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt((low >>> 1) ^ -(low & 1));
    }
    let value = BigInt(low);
    for (let shift = 28n; ; shift += 7n) {
      if (shift > 63n) throw new RangeError('A number of the Avro data is too long.');
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
  }

  /** A length or index. */
  count(): number {
    const value = this.long();
    if (value > 0x7fffffffn || value < -0x7fffffffn)
      throw new RangeError('A length of the Avro data is absurd.');
    return Number(value);
  }

  raw(length: number): Buffer {
    const end = this.position + length;
    if (length < 0 || end > this.bytes.length) throw new RangeError('The Avro data are cut off.');
    const slice = this.bytes.subarray(this.position, end);
    this.position = end;
    return slice;
  }

  data(): Buffer {
    return this.raw(this.count());
  }

  text(): string {
    return this.data().toString('utf8');
  }

  float(): number {
    return this.raw(4).readFloatLE();
  }

  double(): number {
    return this.raw(8).readDoubleLE();
  }
}

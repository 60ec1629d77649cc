/** A value of Thrift's compact protocol, in the wire's own types, so that it is written back as it was read. */
export type ThriftValue =
  | { readonly type: 'struct'; readonly fields: Map<number, ThriftValue> }
  | { readonly type: 'list'; readonly element: number; readonly items: ThriftValue[] }
  | { readonly type: 'integer'; readonly wire: number; readonly value: bigint }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'bytes'; readonly value: Buffer }
  | { readonly type: 'double'; readonly value: Buffer };

export type ThriftStruct = Extract<ThriftValue, { type: 'struct' }>;

/** Type codes of the compact protocol. */
export const wire = { true: 1, false: 2, i8: 3, i16: 4, i32: 5, i64: 6, struct: 12 } as const;
const codes = { double: 7, bytes: 8, list: 9 } as const;

export const int32 = (value: number): ThriftValue => ({
  type: 'integer',
  wire: wire.i32,
  value: BigInt(value),
});

export const struct = (...fields: readonly (readonly [number, ThriftValue])[]): ThriftStruct => ({
  type: 'struct',
  fields: new Map(fields),
});

/** The struct that the bytes begin with. Throws a RangeError when they are cut off. */
export function readThrift(bytes: Buffer): ThriftStruct {
  let at = 0;
  const byte = (): number => bytes.readUInt8(at++);
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw new RangeError('The footer is cut off.');
    return bytes.subarray(at, (at += length));
  };
  const unsigned = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const next = byte();
      value |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
  };
  const signed = (): bigint => {
    const value = unsigned();
    return (value >> 1n) ^ -(value & 1n);
  };
  const read = (code: number, isElement: boolean): ThriftValue => {
    switch (code) {
      case wire.true:
      case wire.false:
        return { type: 'bool', value: (isElement ? byte() : code) === wire.true };
      case wire.i8:
        return { type: 'integer', wire: code, value: BigInt(bytes.readInt8(at++)) };
      case wire.i16:
      case wire.i32:
      case wire.i64:
        return { type: 'integer', wire: code, value: signed() };
      case codes.double:
        return { type: 'double', value: take(8) };
      case codes.bytes:
        return { type: 'bytes', value: take(Number(unsigned())) };
      case codes.list: {
        const head = byte();
        const element = head & 0x0f;
        const count = head >> 4 === 15 ? Number(unsigned()) : head >> 4;
        return {
          type: 'list',
          element,
          items: Array.from({ length: count }, () => read(element, true)),
        };
      }
      case wire.struct:
        return readStruct();
      default:
        throw new RangeError(`The footer holds a value of the unknown type ${code}.`);
    }
  };
  const readStruct = (): ThriftStruct => {
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ;) {
      const head = byte();
      if (head === 0) return { type: 'struct', fields };
      id = head >> 4 === 0 ? Number(signed()) : id + (head >> 4);
      fields.set(id, read(head & 0x0f, false));
    }
  };
  return readStruct();
}

export function writeThrift(value: ThriftStruct): Buffer {
  const pieces: Buffer[] = [];
  const bytes = (...values: readonly number[]): void => void pieces.push(Buffer.from(values));
  const unsigned = (value: bigint): void => {
    const digits: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      if (rest < 0x80n) {
        bytes(...digits, Number(rest));
        return;
      }
      digits.push(Number(rest & 0x7fn) | 0x80);
    }
  };
  const signed = (value: bigint): void =>
    unsigned(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  const codeOf = (each: ThriftValue): number => {
    switch (each.type) {
      case 'bool':
        return each.value ? wire.true : wire.false;
      case 'integer':
        return each.wire;
      case 'struct':
        return wire.struct;
      default:
        return codes[each.type];
    }
  };
  const write = (each: ThriftValue, isElement: boolean): void => {
    switch (each.type) {
      case 'bool':
        if (isElement) bytes(each.value ? wire.true : wire.false);
        return;
      case 'integer':
        if (each.wire === wire.i8) bytes(Number(BigInt.asUintN(8, each.value)));
        else signed(each.value);
        return;
      case 'double':
        pieces.push(each.value);
        return;
      case 'bytes':
        unsigned(BigInt(each.value.length));
        pieces.push(each.value);
        return;
      case 'list':
        if (each.items.length < 15) bytes((each.items.length << 4) | each.element);
        else {
          bytes(0xf0 | each.element);
          unsigned(BigInt(each.items.length));
        }
        for (const item of each.items) write(item, true);
        return;
      case 'struct': {
        let last = 0;
        for (const [id, field] of [...each.fields].sort(([a], [b]) => a - b)) {
          const step = id - last;
          if (step > 0 && step < 16) bytes((step << 4) | codeOf(field));
          else {
            bytes(codeOf(field));
            signed(BigInt(id));
          }
          last = id;
          write(field, false);
        }
        bytes(0);
      }
    }
  };
  write(value, true);
  return Buffer.concat(pieces);
}

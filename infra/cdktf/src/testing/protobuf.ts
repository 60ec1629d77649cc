/** Writes the few protobuf shapes that a Terraform provider answers with. */
export const field = {
  bytes: (number: number, content: Uint8Array): Uint8Array =>
    Buffer.concat([varint((number << 3) | 2), varint(content.length), content]),
  text: (number: number, content: string): Uint8Array => field.bytes(number, Buffer.from(content)),
  number: (number: number, value: number): Uint8Array =>
    value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(number << 3), varint(value)]),
  flag: (number: number, value: boolean): Uint8Array => field.number(number, value ? 1 : 0),
};

export const message = (...fields: Uint8Array[]): Uint8Array => Buffer.concat(fields);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Joins the CRC32Cs of two neighbouring pieces without reading them: the second has `secondBytes` bytes. */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  let crc = first >>> 0;
  let bits = BigInt(secondBytes) * 8n;
  let operator = oneZeroBit();
  while (bits > 0n) {
    if (bits & 1n) crc = apply(operator, crc);
    operator = square(operator);
    bits >>= 1n;
  }
  return (crc ^ second) >>> 0;
}

/** Base64 of the big-endian value, as Cloud Storage writes it, to a number. */
export function decodeCrc32c(base64: string): number {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new DataView(bytes.buffer).getUint32(0);
}

export function encodeCrc32c(crc: number): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, crc);
  return btoa(String.fromCharCode(...bytes));
}

/** A linear map over GF(2)^32: the image of each single bit. */
type Operator = readonly number[];

/** What one zero bit does to a reflected CRC32C. */
const oneZeroBit = (): Operator => [
  0x82f63b78,
  ...Array.from({ length: 31 }, (_, bit) => 2 ** bit),
];

function apply(operator: Operator, vector: number): number {
  let result = 0;
  for (let bit = 0; vector !== 0; bit += 1, vector >>>= 1) {
    if (vector & 1) result ^= operator[bit] ?? 0;
  }
  return result >>> 0;
}

const square = (operator: Operator): Operator => operator.map((column) => apply(operator, column));

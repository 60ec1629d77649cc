/**
 * Whole numbers of 64 bits as two halves of 32, because BigInt is some thirty times as slow. Results are `lo`; their
 * upper half is left in `word.hi`.
 */
export const word = { hi: 0 };

const { imul } = Math;

/** a + b, modulo 2^64. */
export function add(aHi: number, aLo: number, bHi: number, bLo: number): number {
  const lo = (aLo >>> 0) + (bLo >>> 0);
  word.hi = (aHi + bHi + (lo > 0xffffffff ? 1 : 0)) | 0;
  return lo | 0;
}

/** a · b, modulo 2^64. */
export function mul(aHi: number, aLo: number, bHi: number, bLo: number): number {
  const a0 = aLo & 0xffff;
  const a1 = aLo >>> 16;
  const b0 = bLo & 0xffff;
  const b1 = bLo >>> 16;
  const p00 = a0 * b0;
  const p01 = a0 * b1;
  const p10 = a1 * b0;
  const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const carry = (middle >>> 16) + (p01 >>> 16) + (p10 >>> 16);
  const top = imul(a1, b1);
  word.hi = (top + carry + imul(aHi, bLo) + imul(aLo, bHi)) | 0;
  return (middle << 16) | (p00 & 0xffff);
}

/** Turned to the right by 1 to 63 places. */
export function rotate(hi: number, lo: number, by: number): number {
  if (by === 32) {
    word.hi = lo;
    return hi;
  }
  const [high, low, places] = by > 32 ? [lo, hi, by - 32] : [hi, lo, by];
  word.hi = (high >>> places) | (low << (32 - places));
  return (low >>> places) | (high << (32 - places));
}

/** x ^ (x >> 47). */
export function mix(hi: number, lo: number): number {
  word.hi = hi;
  return lo ^ (hi >>> 15);
}

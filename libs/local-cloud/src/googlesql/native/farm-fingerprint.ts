import { add, mix, mul, rotate, word } from './word64.js';

/** A number of 64 bits that is worked on in place. Constants are given as their two halves. */
class Register {
  hi = 0;
  lo = 0;

  set(hi: number, lo: number): this {
    this.hi = hi;
    this.lo = lo;
    return this;
  }

  copy(other: Register): this {
    this.hi = other.hi;
    this.lo = other.lo;
    return this;
  }

  fetch(view: DataView, at: number): this {
    this.lo = view.getInt32(at, true);
    this.hi = view.getInt32(at + 4, true);
    return this;
  }

  add(other: Register): this {
    this.lo = add(this.hi, this.lo, other.hi, other.lo);
    this.hi = word.hi;
    return this;
  }

  addNumber(value: number): this {
    this.lo = add(this.hi, this.lo, 0, value);
    this.hi = word.hi;
    return this;
  }

  addFetched(view: DataView, at: number): this {
    this.lo = add(this.hi, this.lo, view.getInt32(at + 4, true), view.getInt32(at, true));
    this.hi = word.hi;
    return this;
  }

  times(other: Register): this {
    this.lo = mul(this.hi, this.lo, other.hi, other.lo);
    this.hi = word.hi;
    return this;
  }

  xor(other: Register): this {
    this.hi ^= other.hi;
    this.lo ^= other.lo;
    return this;
  }

  rotate(by: number): this {
    this.lo = rotate(this.hi, this.lo, by);
    this.hi = word.hi;
    return this;
  }

  mix(): this {
    this.lo = mix(this.hi, this.lo);
    this.hi = word.hi;
    return this;
  }
}

const constant = (hi: number, lo: number): Register => new Register().set(hi | 0, lo | 0);
const k0 = constant(0xc3a5c85c, 0x97cb3127);
const k1 = constant(0xb492b66f, 0xbe98f273);
const k2 = constant(0x9ae16a3b, 0x2f90404f);

// One hash at a time is worked out, so its registers can be made once.
const [a, b, c, d, e, f, g, h, by] = Array.from({ length: 9 }, () => new Register()) as [
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
];
const [x, y, z, v1, v2, w1, w2, t, u] = Array.from({ length: 9 }, () => new Register()) as [
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
];

/** FarmHash’s Fingerprint64 (the `na` variant, which does not change between versions), as a signed number. */
export function farmFingerprint(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength;
  const hash =
    length <= 16
      ? hashTo16(view, length)
      : length <= 32
        ? hash17To32(view, length)
        : length <= 64
          ? hash33To64(view, length)
          : hashLong(view, length);
  return (BigInt(hash.hi) << 32n) | BigInt(hash.lo >>> 0);
}

/** Mixes two numbers into the first, with a multiplier. */
function hash16(left: Register, right: Register, multiplier: Register): Register {
  left.xor(right).times(multiplier).mix();
  return left.xor(right).times(multiplier).mix().times(multiplier);
}

function hashTo16(view: DataView, length: number): Register {
  if (length >= 8) {
    by.copy(k2).addNumber(length * 2);
    a.fetch(view, 0).add(k2);
    b.fetch(view, length - 8);
    c.copy(b).rotate(37).times(by).add(a);
    d.copy(a).rotate(25).add(b).times(by);
    return hash16(c, d, by);
  }
  if (length >= 4) {
    by.copy(k2).addNumber(length * 2);
    const first = view.getUint32(0, true);
    a.set(first >>> 29, first << 3).addNumber(length);
    b.set(0, view.getInt32(length - 4, true));
    return hash16(a, b, by);
  }
  if (length === 0) return a.copy(k2);
  const low = view.getUint8(0) + (view.getUint8(length >> 1) << 8);
  const high = length + (view.getUint8(length - 1) << 2);
  b.set(0, high).times(k0);
  return a.set(0, low).times(k2).xor(b).mix().times(k2);
}

function hash17To32(view: DataView, length: number): Register {
  by.copy(k2).addNumber(length * 2);
  a.fetch(view, 0).times(k1);
  b.fetch(view, 8);
  c.fetch(view, length - 8).times(by);
  d.fetch(view, length - 16).times(k2);
  e.copy(a).add(b).rotate(43).add(t.copy(c).rotate(30)).add(d);
  f.copy(b).add(k2).rotate(18).add(a).add(c);
  return hash16(e, f, by);
}

function hash33To64(view: DataView, length: number): Register {
  by.copy(k2).addNumber(length * 2);
  a.fetch(view, 0).times(k2);
  b.fetch(view, 8);
  c.fetch(view, length - 8).times(by);
  d.fetch(view, length - 16).times(k2);
  y.copy(a).add(b).rotate(43).add(t.copy(c).rotate(30)).add(d);
  u.copy(b).add(k2).rotate(18).add(a).add(c);
  hash16(z.copy(y), u, by);
  e.fetch(view, 16).times(by);
  f.fetch(view, 24);
  g.copy(y)
    .addFetched(view, length - 32)
    .times(by);
  h.copy(z)
    .addFetched(view, length - 24)
    .times(by);
  x.copy(e).add(f).rotate(43).add(t.copy(g).rotate(30)).add(h);
  y.copy(f).add(a).rotate(18).add(e).add(g);
  return hash16(x, y, by);
}

/** Hashes 32 bytes into the pair, from the pair. */
function weak32(view: DataView, at: number, first: Register, second: Register): void {
  first.addFetched(view, at);
  second
    .add(first)
    .addFetched(view, at + 24)
    .rotate(21);
  t.copy(first);
  first.addFetched(view, at + 8).addFetched(view, at + 16);
  second.add(u.copy(first).rotate(44)).add(t);
  first.addFetched(view, at + 24);
}

function hashLong(view: DataView, length: number): Register {
  x.set(0, 81);
  y.copy(k1).times(t.set(0, 81)).addNumber(113);
  z.copy(y).times(k2).addNumber(113).mix().times(k2);
  for (const register of [v1, v2, w1, w2]) register.set(0, 0);
  x.times(k2).addFetched(view, 0);
  const end = ((length - 1) >> 6) * 64;
  for (let at = 0; at !== end; at += 64) round64(view, at, k1, 1);
  by.set(0, (z.lo & 0xff) << 1).add(k1);
  w1.addNumber((length - 1) & 63);
  v1.add(w1);
  w1.add(v1);
  round64(view, length - 64, by, 9);
  hash16(a.copy(v1), b.copy(w1), by);
  a.add(c.copy(y).mix().times(k0)).add(z);
  hash16(d.copy(v2), e.copy(w2), by).add(x);
  return hash16(a, d, by);
}

/** One round over 64 bytes. The last one weighs some of its parts nine times. */
function round64(view: DataView, at: number, multiplier: Register, weight: number): void {
  g.set(0, weight);
  x.add(y)
    .add(v1)
    .addFetched(view, at + 8)
    .rotate(37)
    .times(multiplier);
  y.add(v2)
    .addFetched(view, at + 48)
    .rotate(42)
    .times(multiplier);
  x.xor(f.copy(w2).times(g));
  y.add(f.copy(v1).times(g)).addFetched(view, at + 40);
  z.add(w1).rotate(33).times(multiplier);
  v1.copy(w1).add(x);
  c.copy(v2).times(multiplier);
  weak32(view, at, c, v1);
  v2.copy(v1);
  v1.copy(c);
  c.copy(z).add(w2);
  d.copy(y).addFetched(view, at + 16);
  weak32(view, at + 32, c, d);
  w1.copy(c);
  w2.copy(d);
  t.copy(z);
  z.copy(x);
  x.copy(t);
}

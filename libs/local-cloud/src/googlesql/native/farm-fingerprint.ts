const k0 = 0xc3a5c85c97cb3127n;
const k1 = 0xb492b66fbe98f273n;
const k2 = 0x9ae16a3b2f90404fn;
const mask = 0xffffffffffffffffn;

const mul = (a: bigint, b: bigint): bigint => (a * b) & mask;
const add = (...numbers: bigint[]): bigint => numbers.reduce((sum, each) => sum + each, 0n) & mask;
const rotate = (value: bigint, by: bigint): bigint =>
  ((value >> by) | (value << (64n - by))) & mask;
const mix = (value: bigint): bigint => value ^ (value >> 47n);

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
  return BigInt.asIntN(64, hash);
}

const fetch64 = (view: DataView, at: number): bigint => view.getBigUint64(at, true);
const fetch32 = (view: DataView, at: number): bigint => BigInt(view.getUint32(at, true));

function hash16(u: bigint, v: bigint, by: bigint): bigint {
  const a = mix(mul(u ^ v, by));
  return mul(mix(mul(v ^ a, by)), by);
}

function hashTo16(view: DataView, length: number): bigint {
  const size = BigInt(length);
  if (length >= 8) {
    const by = add(k2, size * 2n);
    const a = add(fetch64(view, 0), k2);
    const b = fetch64(view, length - 8);
    const c = add(mul(rotate(b, 37n), by), a);
    const d = mul(add(rotate(a, 25n), b), by);
    return hash16(c, d, by);
  }
  if (length >= 4) {
    const by = add(k2, size * 2n);
    return hash16(add(size, fetch32(view, 0) << 3n), fetch32(view, length - 4), by);
  }
  if (length === 0) return k2;
  const first = view.getUint8(0);
  const middle = view.getUint8(length >> 1);
  const last = view.getUint8(length - 1);
  const y = BigInt(first + (middle << 8));
  const z = BigInt(length + (last << 2));
  return mul(mix(mul(y, k2) ^ mul(z, k0)), k2);
}

function hash17To32(view: DataView, length: number): bigint {
  const by = add(k2, BigInt(length) * 2n);
  const a = mul(fetch64(view, 0), k1);
  const b = fetch64(view, 8);
  const c = mul(fetch64(view, length - 8), by);
  const d = mul(fetch64(view, length - 16), k2);
  return hash16(
    add(rotate(add(a, b), 43n), rotate(c, 30n), d),
    add(a, rotate(add(b, k2), 18n), c),
    by,
  );
}

function hash33To64(view: DataView, length: number): bigint {
  const by = add(k2, BigInt(length) * 2n);
  const a = mul(fetch64(view, 0), k2);
  const b = fetch64(view, 8);
  const c = mul(fetch64(view, length - 8), by);
  const d = mul(fetch64(view, length - 16), k2);
  const y = add(rotate(add(a, b), 43n), rotate(c, 30n), d);
  const z = hash16(y, add(a, rotate(add(b, k2), 18n), c), by);
  const e = mul(fetch64(view, 16), by);
  const f = fetch64(view, 24);
  const g = mul(add(y, fetch64(view, length - 32)), by);
  const h = mul(add(z, fetch64(view, length - 24)), by);
  return hash16(
    add(rotate(add(e, f), 43n), rotate(g, 30n), h),
    add(e, rotate(add(f, a), 18n), g),
    by,
  );
}

function weak32(view: DataView, at: number, seedA: bigint, seedB: bigint): [bigint, bigint] {
  const w = fetch64(view, at);
  const x = fetch64(view, at + 8);
  const y = fetch64(view, at + 16);
  const z = fetch64(view, at + 24);
  let a = add(seedA, w);
  const b = rotate(add(seedB, a, z), 21n);
  const c = a;
  a = add(a, x, y);
  return [add(a, z), add(add(b, rotate(a, 44n)), c)];
}

function hashLong(view: DataView, length: number): bigint {
  const seed = 81n;
  let x = seed;
  let y = add(mul(seed, k1), 113n);
  let z = mul(mix(add(mul(y, k2), 113n)), k2);
  let v: [bigint, bigint] = [0n, 0n];
  let w: [bigint, bigint] = [0n, 0n];
  x = add(mul(x, k2), fetch64(view, 0));
  const end = ((length - 1) >> 6) * 64;
  const last = end + ((length - 1) & 63) - 63;
  let at = 0;
  do {
    x = mul(rotate(add(x, y, v[0], fetch64(view, at + 8)), 37n), k1);
    y = mul(rotate(add(y, v[1], fetch64(view, at + 48)), 42n), k1);
    x ^= w[1];
    y = add(y, v[0], fetch64(view, at + 40));
    z = mul(rotate(add(z, w[0]), 33n), k1);
    v = weak32(view, at, mul(v[1], k1), add(x, w[0]));
    w = weak32(view, at + 32, add(z, w[1]), add(y, fetch64(view, at + 16)));
    [z, x] = [x, z];
    at += 64;
  } while (at !== end);
  const by = add(k1, (z & 0xffn) << 1n);
  at = last;
  w = [add(w[0], BigInt((length - 1) & 63)), w[1]];
  v = [add(v[0], w[0]), v[1]];
  w = [add(w[0], v[0]), w[1]];
  x = mul(rotate(add(x, y, v[0], fetch64(view, at + 8)), 37n), by);
  y = mul(rotate(add(y, v[1], fetch64(view, at + 48)), 42n), by);
  x ^= mul(w[1], 9n);
  y = add(y, mul(v[0], 9n), fetch64(view, at + 40));
  z = mul(rotate(add(z, w[0]), 33n), by);
  v = weak32(view, at, mul(v[1], by), add(x, w[0]));
  w = weak32(view, at + 32, add(z, w[1]), add(y, fetch64(view, at + 16)));
  [z, x] = [x, z];
  return hash16(
    add(hash16(v[0], w[0], by), mul(mix(y), k0), z),
    add(hash16(v[1], w[1], by), x),
    by,
  );
}

import { farmFingerprint } from './farm-fingerprint.js';

/** From BigQuery's reference. */
it.each([
  ['1footrue', -1541654101129638711n],
  ['2applefalse', 2794438866806483259n],
  ['3true', -4880158226897771312n],
])('hashes %s as BigQuery does', (text, hash) => {
  expect(farmFingerprint(Buffer.from(text))).toBe(hash);
});

const k2 = 0x9ae16a3b2f90404fn;
const cut = (value: bigint): bigint => BigInt.asUintN(64, value);
const turn = (value: bigint, by: bigint): bigint => cut((value >> by) | (value << (64n - by)));
const shifted = (value: bigint): bigint => value ^ (value >> 47n);

/** FarmHash's branch for 33 to 64 bytes, written as its source has it. */
function hash33To64(bytes: Buffer): bigint {
  const fetch = (at: number): bigint => bytes.readBigUInt64LE(at);
  const length = bytes.length;
  const by = cut(k2 + BigInt(length) * 2n);
  const hash16 = (u: bigint, v: bigint): bigint => {
    const a = shifted(cut((u ^ v) * by));
    return cut(shifted(cut((v ^ a) * by)) * by);
  };
  const a = cut(fetch(0) * k2);
  const b = fetch(8);
  const c = cut(fetch(length - 8) * by);
  const d = cut(fetch(length - 16) * k2);
  const y = cut(turn(cut(a + b), 43n) + turn(c, 30n) + d);
  const z = hash16(y, cut(a + turn(cut(b + k2), 18n) + c));
  const e = cut(fetch(16) * by);
  const f = fetch(24);
  const g = cut((y + fetch(length - 32)) * by);
  const h = cut((z + fetch(length - 24)) * by);
  return hash16(cut(turn(cut(e + f), 43n) + turn(g, 30n) + h), cut(e + turn(cut(f + a), 18n) + g));
}

it('agrees with the same sums in BigInt', () => {
  for (let length = 33; length <= 64; length++) {
    const bytes = Buffer.from(
      Array.from({ length }, (_, index) => (index * 37 + length * 11) & 0xff),
    );
    expect(farmFingerprint(bytes)).toBe(BigInt.asIntN(64, hash33To64(bytes)));
  }
});

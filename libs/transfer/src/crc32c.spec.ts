import fc from 'fast-check';
import { combineCrc32c, crc32c, decodeCrc32c, encodeCrc32c, slicedCrc32c } from './crc32c.js';

it.each([
  ['', 0],
  ['123456789', 0xe3069283],
  ['\0'.repeat(32), 0x8a9136aa],
])('knows the CRC32C of %j', (text, expected) => {
  expect(crc32c(Buffer.from(text))).toBe(expected);
  expect(slicedCrc32c(Buffer.from(text), 0)).toBe(expected);
});

it('is the same by either way, whole or in pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
      const whole = crc32c(Buffer.concat([a, b]));
      expect(slicedCrc32c(b, slicedCrc32c(a, 0))).toBe(whole);
      expect(combineCrc32c(crc32c(a), crc32c(b), b.length)).toBe(whole);
      expect(decodeCrc32c(encodeCrc32c(whole))).toBe(whole);
    }),
  );
});

it.each(['', 'AAAA', 'AAAAAA', 'AAAAAB==', 'AAAAA-==', 'AAAAAA==\n', 'AAAAAAAA'])(
  'takes %j for no CRC32C in base64',
  (text) => expect(() => decodeCrc32c(text)).toThrow(RangeError),
);

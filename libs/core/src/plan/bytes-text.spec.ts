import { bytesText } from './bytes-text.js';

it.each([
  [0, '0 bytes'],
  [1_023, '1023 bytes'],
  [1_536, '1.5 KiB'],
  [6_095_119, '5.8 MiB'],
  [10 * 1024 ** 2, '10 MiB'],
  [500 * 1024 ** 4, '500 TiB'],
  [9_000 * 1024 ** 5, '9000 PiB'],
])('says %d bytes as %s', (count, text) => expect(bytesText(count)).toBe(text));

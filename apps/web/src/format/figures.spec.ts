import { showBytes, showCount } from './figures';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [16_496_434, '16 MiB'],
  [2 ** 40, '1.0 TiB'],
])('shows %d bytes as %s', (count, text) => expect(showBytes(count)).toBe(text));

it('groups digits', () => expect(showCount(3_000_000)).toBe('3,000,000'));

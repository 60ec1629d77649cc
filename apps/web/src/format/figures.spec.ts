import { showAgo, showBytes, showCount, showMoney, showSpan } from './figures';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [16_496_434, '16 MiB'],
  [2 ** 40, '1.0 TiB'],
])('shows %d bytes as %s', (count, text) => expect(showBytes(count)).toBe(text));

it('groups digits', () => expect(showCount(3_000_000)).toBe('3,000,000'));

it.each([
  [12, '12 ms'],
  [1_250, '1.3 s'],
  [61_000, '1 min 1 s'],
  [3_600_000, '1 h'],
  [90_061_000, '1 d 1 h'],
])('shows %d ms as %s', (ms, text) => expect(showSpan(ms)).toBe(text));

it.each([
  [1_000, 'just now'],
  [2 * 60_000, '2 minutes ago'],
  [86_400_000, 'yesterday'],
  [400 * 86_400_000, 'last year'],
])('shows what was %d ms ago as %s', (ms, text) =>
  expect(showAgo(10 ** 12 - ms, 10 ** 12)).toBe(text),
);

it.each([
  [0, '0.00 USD'],
  [0.0000596, '0.00006 USD'],
  [0.0123, '0.012 USD'],
  [12.3456, '12.35 USD'],
])('shows %d as %s', (amount, text) => expect(showMoney(amount, 'USD')).toBe(text));

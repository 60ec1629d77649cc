import { bytes, count, counted, plain } from './plain-text.js';

it('shows nothing that moves a cursor or hides', () => {
  expect(plain('a\u001b[2Jb\u202ec\r\nd')).toBe('a\\u001b[2Jb\\u202ec\\u000d d');
});

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_536, '1.5 KiB'],
  [16_496_434, '16 MiB'],
])('shows %d bytes as %s', (size, text) => expect(bytes(size)).toBe(text));

it('groups digits', () => expect(count(3_000_000)).toBe('3,000,000'));

it('counts in words', () =>
  expect([0, 1, 1_000].map((number) => counted(number, 'file'))).toEqual([
    '0 files',
    '1 file',
    '1,000 files',
  ]));

it('rounds bytes that are no whole number, as a rate can be', () =>
  expect(bytes(214.6678537321936)).toBe('215 B'));

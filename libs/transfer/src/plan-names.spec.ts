import { resolve } from 'node:path';
import fc from 'fast-check';
import { planNames, showName } from './plan-names.js';

const planOne = (name: string) => planNames([name], '/folder')[0];

it.each([
  '../up',
  'a/../../b',
  '/abs',
  'a//b',
  '',
  '.',
  'a/./b',
  'nul\0',
  '.outhaul.lock',
  'x'.repeat(300),
])('refuses %j', (name) => {
  expect(planOne(name)).toHaveProperty('refusal');
});

it.each([
  ['plain.parquet', 'plain.parquet'],
  ['dir/ümläut 1.csv', 'dir/ümläut 1.csv'],
  ['CON', '%43ON'],
  ['aux.txt', '%61ux.txt'],
  ['C:\\x', 'C%3A%5Cx'],
  ['-rf', '%2Drf'],
  ['dot.', 'dot%2E'],
  ['line\nbreak\u001b[31m', 'line%0Abreak%1B[31m'],
  ['\u202eright', '%E2%80%AEright'],
  ['100%', '100%25'],
])('writes %j as %j', (name, relative) => {
  expect(planOne(name)).toMatchObject({ relative });
});

it('refuses the second of two names that some disks cannot tell apart', () => {
  expect(
    planNames(['A.csv', 'a.csv', 'é', 'e\u0301'], '/f').map((each) => 'refusal' in each),
  ).toEqual([false, true, false, true]);
});

it('refuses a file that is also a folder', () => {
  expect(planNames(['a', 'a/b'], '/f').map((each) => 'refusal' in each)).toEqual([true, false]);
});

it('never leaves the folder and never gives one path twice', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 20 }),
      (names) => {
        const paths = planNames(names, '/folder').flatMap((each) =>
          'path' in each ? [resolve(each.path)] : [],
        );
        expect(paths.every((path) => path.startsWith('/folder/'))).toBe(true);
        expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
      },
    ),
  );
});

it('shows names without what moves a terminal', () => {
  expect(showName('a\u001b[2Jb\u202e')).toBe('a%1B[2Jb%E2%80%AE');
});

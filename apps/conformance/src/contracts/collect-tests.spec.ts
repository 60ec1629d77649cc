import { collectTests } from './collect-tests.js';

const seen: string[] = [];
const tests = collectTests(() => {
  let value = 'nothing';
  beforeEach(() => void (value = 'made'));
  it('sees what was made before', () => void seen.push(value));
  it('can fail', () => expect(1).toBe(2));
  it.each([1, 2])('takes %d', (count) => void seen.push(`${value} ${count}`));
});

it('finds the tests of a contract, with the titles that Jest gives them', () => {
  expect(tests.map(({ title }) => title)).toEqual([
    ...['sees what was made before', 'can fail', 'takes 1', 'takes 2'],
  ]);
});

it('runs each by itself, after what goes before it', async () => {
  await Promise.all([tests[3]?.run(), tests[0]?.run()]);
  expect(seen.sort()).toEqual(['made', 'made 2']);
});

it('rejects when an expectation fails', async () => {
  await expect(tests[1]?.run()).rejects.toThrow('toBe');
});

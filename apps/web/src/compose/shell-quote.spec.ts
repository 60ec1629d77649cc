import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { shellQuote } from './shell-quote';

it('leaves plain words as they are', () =>
  expect(shellQuote('samples.flights')).toBe('samples.flights'));

it('gives a shell exactly the arguments that were meant', () => {
  const argument = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...`'"\\$\`!*? \n\t~#&|;<>(){}[]%-=`) }),
  );
  const lists = fc.sample(
    fc.array(
      argument.filter((text) => !text.includes('\0')).map((text) => text.toWellFormed()),
      { minLength: 1, maxLength: 40 },
    ),
    40,
  );
  for (const list of lists) {
    const script = `for each in ${list.map(shellQuote).join(' ')}; do printf '%s\\0' "$each"; done`;
    const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(list);
  }
});

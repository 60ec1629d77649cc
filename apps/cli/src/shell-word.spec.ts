import { execFileSync } from 'node:child_process';
import { shellWord } from './shell-word.js';

it.each(['flights', './ü/x.csv', 'two words', 'it\'s $HOME `x` "y"', '*', ''])(
  'is read by a shell as it was: %j',
  (text) => {
    const told = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    expect(told).toBe(text);
  },
);

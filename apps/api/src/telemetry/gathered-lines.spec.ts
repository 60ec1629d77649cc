import { gatheredLines } from './gathered-lines.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('writes the lines of one turn together, at its end', async () => {
  const written: string[] = [];
  const lines = gatheredLines((text) => written.push(text));
  lines.write('a\n');
  lines.write('b\n');
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(['a\nb\n']);
  lines.write('c\n');
  await turn();
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

it('writes at once what is left when it is told to, and nothing twice', async () => {
  const written: string[] = [];
  const lines = gatheredLines((text) => written.push(text));
  lines.write('a\n');
  lines.flushSync();
  expect(written).toEqual(['a\n']);
  await turn();
  expect(written).toEqual(['a\n']);
});

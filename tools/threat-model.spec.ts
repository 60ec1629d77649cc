import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const [, table = ''] = readFileSync(join(root, 'docs/threat-model.md'), 'utf8').split(
  '<!-- asvs -->',
);
const rows = table
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => /^\| (\d+\.\d+\.\d+) .*\| `([^`]+)`: (.*?) *\|$/.exec(line)?.slice(1) ?? [line]);

it('has a requirement, a file and a title in every row', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter(({ length }) => length !== 3)).toEqual([]);
  const ids = rows.map(([id]) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

it.each(rows)('%s is shown by a test that exists: %s', (_id, file = '', title = '') => {
  const path = join(root, file);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(title);
});

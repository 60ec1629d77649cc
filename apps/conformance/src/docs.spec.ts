import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allAreas } from './probes/index.js';
import { fillParts, renderedParts } from './render-docs.js';
import { rules } from './rules.js';

const root = join(__dirname, '../../..');
const ids = new Set(allAreas.flatMap(({ probes }) => probes.map(({ id }) => id)));

it('docs/conformance.md says what the probes and rules say; npm run generate writes it', () => {
  const page = 'docs/conformance.md';
  const text = readFileSync(join(root, page), 'utf8');
  const filled = execFileSync(
    process.execPath,
    [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--stdin-filepath', page],
    {
      cwd: root,
      input: fillParts(text, renderedParts(allAreas, rules)),
      encoding: 'utf8',
    },
  );
  expect(filled).toBe(text);
});

describe.each(rules.map((rule) => [rule.rule, rule] as const))('%s', (_rule, { tests, probes }) => {
  it('is tested where it says', () => {
    const missing = tests.filter(
      ({ file, title }) => !readFileSync(join(root, file), 'utf8').includes(title),
    );
    expect(missing).toEqual([]);
  });

  it('is asked by probes that there are', () => {
    expect(probes.filter((id) => !ids.has(id))).toEqual([]);
  });
});

it('knows a rule for every probe that rests on one', () => {
  const asked = new Set(rules.flatMap(({ probes }) => probes));
  const own = [...ids].filter((id) => !/^(contract|storage|jobs|files|access)\./.test(id));
  expect(own.filter((id) => !asked.has(id))).toEqual([
    ...['instants.query-at', 'statements.view-extract'],
  ]);
});

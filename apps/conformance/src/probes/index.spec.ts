import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { allAreas } from './index.js';

const probes = allAreas.flatMap((area) => area.probes.map((probe) => ({ ...probe, area })));
const root = join(__dirname, '../../../..');

it('gives each probe an id of its own, below its area', () => {
  const ids = probes.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, area } of probes) expect(id).toMatch(new RegExp(`^${area.name}\\.[a-z0-9-]+$`));
});

it.each(probes.map(({ id, ...probe }) => [id, probe] as const))(
  '%s asks one question, and names code that rests on it',
  (_id, { question, why, where, source, expected }) => {
    expect(question).toMatch(/\?$/);
    expect(why).toMatch(/\.$/);
    expect(existsSync(join(root, where))).toBe(true);
    expect(expected.length).toBeGreaterThan(0);
    if (source !== undefined)
      expect(source).toMatch(/^https:\/\/(docs\.)?(cloud|developers)\.google\.com\//);
  },
);

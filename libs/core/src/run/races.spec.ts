import { type CleanRun, runClean, runRace } from '../testing/races/run-race.js';
import { shapes } from '../testing/races/shapes.js';

/** `OUTHAUL_RACES=5000` runs more; `OUTHAUL_FIRST_RACE=17 OUTHAUL_RACES=1` repeats one. */
const count = Number(process.env['OUTHAUL_RACES'] ?? 300);
const first = Number(process.env['OUTHAUL_FIRST_RACE'] ?? 1);

it(`hands out no wrong file in ${count} races with someone who may write in the bucket`, async () => {
  const clean = new Map<string, CleanRun>();
  for (const shape of shapes) clean.set(shape.name, await runClean(shape));
  const failed: string[] = [];
  const outcomes: Record<string, number> = {};
  let acted = 0;
  let refused = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const shape = shapes[seed % shapes.length] as (typeof shapes)[number];
    const result = await runRace(seed, shape, clean.get(shape.name) as CleanRun).catch((error) => ({
      ...{ outcome: 'crashed', refused: 0, story: [] },
      wrong: [String(error instanceof Error ? error.stack : error)],
    }));
    outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
    refused += result.refused;
    if (result.story.length > 0) acted += 1;
    if (result.wrong.length > 0)
      failed.push(
        `seed ${seed}, ${shape.name}:\n  ${result.wrong.join('\n  ')}\n  story:\n  ${result.story.join('\n  ')}`,
      );
  }
  expect(failed.join('\n\n')).toBe('');
  if (count < 300) return;
  // The intruder must bite, and leave some exports to be handed out.
  expect(acted).toBeGreaterThan(count * 0.6);
  expect(outcomes['succeeded']).toBeGreaterThan(count * 0.2);
  expect(outcomes['files-changed']).toBeGreaterThan(count * 0.2);
  expect(refused).toBeGreaterThan(20);
});

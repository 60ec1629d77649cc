import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess } from '../support/running-process';
import { CloudView } from './faults/cloud-view';
import { faultsOfOutcome, rowsOf } from './faults/faults-of-outcome';
import { runSchedule } from './faults/run-schedule';
import { aimName, drawSchedule, everyAim, phasesOf } from './faults/schedule';

/** `OUTHAUL_SCHEDULES=5000` soaks longer, `OUTHAUL_FIRST_SEED=17 OUTHAUL_SCHEDULES=1` repeats one. */
const count = Number(process.env['OUTHAUL_SCHEDULES'] ?? 520);
const firstSeed = Number(process.env['OUTHAUL_FIRST_SEED'] ?? 1);
const atOnce = 64;

const folder = mkdtempSync(join(tmpdir(), 'outhaul-faults-'));
let process_: RunningProcess;
let cloud: CloudView;

beforeAll(async () => {
  const data = join(folder, 'data');
  process_ = await RunningProcess.start('dist/libs/local-cloud/main.mjs', [
    ...['--port', '0', '--data', data, '--shard-bytes', '150', '--no-samples', '--write-limit'],
  ]);
  cloud = new CloudView(process_.ready.url ?? '', join(data, 'service-account.json'));
  for (const [table, rows] of Object.entries(rowsOf)) {
    const lines = Array.from({ length: rows }, (_, id) => `${id},"n,${id % 10}"`);
    await fetch(`${cloud.url}/_local/load?name=${table}.csv&table=faults.${table}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: `id,name\n${lines.join('\n')}\n`,
    });
  }
});
afterAll(async () => {
  // A client whose answer nobody waits for any more tries thrice again, at most 4 seconds apart, with this spec's modules.
  await new Promise((resolve) => setTimeout(resolve, 13_000));
  await process_?.end();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

it(`ends ${count} exports under drawn faults as they ought to end: nothing lost, doubled or left over`, async () => {
  const failed: string[] = [];
  const outcomes: Record<string, number> = {};
  const met = new Set<string>();
  const jobsBefore = await cloud.jobCount();
  let jobsSeen = 0;
  let next = firstSeed;
  const lane = async () => {
    for (let seed = next++; seed < firstSeed + count; seed = next++) {
      const schedule = drawSchedule(seed);
      try {
        const result = await runSchedule(schedule, cloud);
        const state = result.record.outcome?.state ?? 'none';
        outcomes[state] = (outcomes[state] ?? 0) + 1;
        for (const each of result.world.met) met.add(each);
        expect(['start', ...result.record.plan.steps]).toEqual(phasesOf(schedule.request));
        const { wrong, jobs } = await faultsOfOutcome(schedule, result, cloud);
        jobsSeen += jobs;
        if (wrong.length > 0)
          failed.push(
            `seed ${seed} ${JSON.stringify(schedule)}\n  ${wrong.join('\n  ')}\n  story:\n  ${result.world.story.join('\n  ')}`,
          );
      } catch (error) {
        failed.push(`seed ${seed} ${JSON.stringify(schedule)}\n  ${error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  if (process.env['OUTHAUL_SCHEDULES'])
    process.stderr.write(`${JSON.stringify({ ...outcomes, placesOfFaults: met.size })}\n`);
  expect(failed.join('\n\n')).toBe('');
  // No job hides under another name.
  expect((await cloud.jobCount()) - jobsBefore).toBe(jobsSeen);
  expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(count);
  // Every kind of fault has come at the boundaries and in the middle of every step.
  const missed = everyAim.map(aimName).filter((each) => !met.has(each));
  if (count >= 500) expect(missed).toEqual([]);
  // Faults must really bite: some exports fail for a lost shard, some are cancelled, most succeed.
  if (count >= 500) {
    expect(outcomes['failed']).toBeGreaterThan(5);
    expect(outcomes['cancelled']).toBeGreaterThan(20);
    expect(outcomes['succeeded']).toBeGreaterThan(count * 0.6);
  }
}, 1_800_000);

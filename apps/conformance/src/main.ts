import { readFileSync, writeFileSync } from 'node:fs';
import { Budget } from './budget.js';
import { parseConfig, readEnvironment } from './config.js';
import { type Options, parseOptions, usage } from './options.js';
import { allAreas } from './probes/index.js';
import { type Result } from './probe.js';
import { fillParts, renderedParts } from './render-docs.js';
import { toJson, toTable, totalsOf } from './report.js';
import { rules } from './rules.js';
import { runProbes } from './run-probes.js';
import { makeScratch, removeScratch, scratchOf, sweepLeftovers } from './scratch.js';
import { World } from './world.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const tell = (text: string): void => void process.stderr.write(`${text}\n`);

const options = readOptions();
if (options.docs) writeDocs(options.docs);
else if (options.list) list();
else process.exitCode = await ask(options);

function readOptions(): Options {
  try {
    const parsed = parseOptions(process.argv.slice(2));
    if (parsed !== 'help') return parsed;
    say(usage);
    process.exit(0);
  } catch (error) {
    tell(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function writeDocs(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, fillParts(text, renderedParts(allAreas, rules)));
}

function chosen() {
  const { only } = options;
  const isWanted = (id: string): boolean =>
    only.length === 0 || only.some((wanted) => id === wanted || id.startsWith(`${wanted}.`));
  const areas = allAreas.map((area) => ({
    ...area,
    probes: area.probes.filter(({ id }) => isWanted(id)),
  }));
  const probes = areas.flatMap((area) => area.probes);
  if (probes.length > 0) return { areas, probes };
  tell(`There is no probe ${only.join(', ')}. See --list.`);
  process.exit(2);
}

function list(): void {
  for (const { title, probes } of chosen().areas) {
    if (probes.length === 0) continue;
    say(`\n${title}`);
    for (const { id, question, expected, needs = [] } of probes)
      say(
        `  ${id}\n    ${question}\n    expected: ${expected.join(', or ')}${needs.map((need) => `; needs --${need}`).join('')}`,
      );
  }
}

async function ask(given: Options): Promise<number> {
  const { areas, probes } = chosen();
  const config = parseConfig(readEnvironment());
  const startedMs = Date.now();
  const scratch = scratchOf(startedMs);
  const budget = new Budget();
  const target = config.endpoints.bigquery ?? 'Google Cloud';

  const first = new World(config, given, scratch, given.location ?? '', budget);
  const bucket = await first.storage.call('');
  if (!bucket.ok) {
    tell(`The bucket ${given.bucket} cannot be used: ${bucket.refusal}`);
    return 1;
  }
  const location = given.location ?? String(bucket.at('location') ?? 'US');
  const world = new World(config, given, scratch, location, budget);
  const swept = await sweepLeftovers(world.bigquery, world.storage, given.project, startedMs);
  if (swept.length > 0) tell(`Cleaned up after ${swept.length} earlier run(s) that were killed.`);

  const interrupted = new AbortController();
  const stop = (): void => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
    tell('Cleaning up … (again to leave that to the next run)');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  tell(`Asking ${target} ${probes.length} questions …`);
  await makeScratch(scratch, world.bigquery, given.project, location);
  let done = 0;
  try {
    const onResult = ({ id, verdict }: Result): void => {
      done += 1;
      if (verdict === 'differs') tell(`${done}/${probes.length} ${id} differs`);
      else if (process.stderr.isTTY) process.stderr.write(`\r${done}/${probes.length} `);
    };
    const results = await runProbes(probes, world, { onResult, stopped: interrupted.signal });
    if (interrupted.signal.aborted) return 130;
    const facts = {
      target: config.endpoints.bigquery ? 'a local cloud' : 'Google Cloud',
      startedAt: new Date(startedMs).toISOString(),
      location,
      cost: budget.summary(),
      cleanedUpAfter: swept.length,
    };
    const report = `${JSON.stringify(toJson(areas, results, facts, given), null, 2)}\n`;
    writeFileSync(given.out, report);
    const { pass, differs, notAsked } = totalsOf(results);
    if (given.json) process.stdout.write(report);
    else
      say(
        `${toTable(results, given)}\n\n${pass} as expected, ${differs} differ, ${notAsked} not asked; ${facts.cost.usd} USD for ${facts.cost.queries} queries. Report: ${given.out}`,
      );
    return differs === 0 ? 0 : 1;
  } finally {
    await removeScratch(scratch, world.bigquery, world.storage);
  }
}

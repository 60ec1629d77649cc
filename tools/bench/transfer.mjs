import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './transfer-measure.mjs';
import { contestants } from './transfer-rivals.mjs';
import { cases } from './transfer-cases.mjs';
import { median } from './report.mjs';

export const name = 'transfer';
export const title =
  'Downloads from one loopback server, the whole command each time (median of 5; curl checks no byte)';

const rounds = 5;
const mostPeakMiB = 120;

/** Every case, plain and over TLS: outhaul beside the programs that are installed. */
export async function run(report) {
  const present = contestants.filter(({ isThere }) => isThere());
  const absent = contestants.filter((each) => !present.includes(each));
  if (absent.length > 0)
    console.log(`  not installed, so not compared: ${absent.map((each) => each.name).join(', ')}`);
  for (const isTls of [false, true]) await compare(report, present, isTls);
}

async function compare(report, present, isTls) {
  const scratch = mkdtempSync(join(tmpdir(), 'outhaul-transfer-'));
  const server = spawn(
    process.execPath,
    [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      join(import.meta.dirname, 'transfer-server.mjs'),
      ...(isTls ? ['--tls'] : []),
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  try {
    const [{ origin, certificate: pem }] = await once(server, 'message');
    const certificate = pem && join(scratch, 'server.pem');
    if (certificate) writeFileSync(certificate, pem);
    for (const each of cases) {
      const samples = new Map(present.map((contestant) => [contestant, []]));
      // Round by round, so that a busy minute of the machine meets all of them.
      for (let round = 0; round < rounds; round += 1)
        for (const contestant of present)
          samples
            .get(contestant)
            .push(await fetchOnce(contestant, each, { origin, certificate, scratch }));
      tell(report, each, samples, isTls);
    }
  } finally {
    server.disconnect();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function fetchOnce(contestant, { id, count }, surroundings) {
  const folder = mkdtempSync(join(surroundings.scratch, 'into-'));
  mkdirSync(folder, { recursive: true });
  const used = await measure(contestant.command(id, folder, surroundings));
  const found = readdirSync(folder).length;
  if (found !== count) throw new Error(`${contestant.name} left ${found} of ${count} files.`);
  rmSync(folder, { recursive: true });
  return used;
}

/** Limits hold for plain HTTP; over TLS the same is reported beside it, held only against the rivals that check. */
function tell(report, { title: what }, samples, isTls) {
  const of = (name) => [...samples].find(([contestant]) => contestant.name === name)?.[1];
  const pick = (list, key) => list.map((each) => each[key]);
  const ours = of('outhaul');
  console.log(`  ${what}${isTls ? ', over TLS' : ''}`);
  const rivals = [
    ['curl --parallel', isTls ? undefined : 1.25],
    ['rclone copy', 1],
    ['gcloud storage cp', 1],
  ];
  for (const [name, atMost] of rivals) {
    const theirs = of(name);
    if (!theirs) continue;
    report.rival('    wall time', pick(ours, 'seconds'), name, pick(theirs, 'seconds'), 's', atMost);
  }
  for (const [name] of rivals) {
    const theirs = of(name);
    if (!theirs) continue;
    const atMost = name.startsWith('gcloud') ? 0.5 : undefined;
    report.rival('    CPU time', pick(ours, 'cpu'), name, pick(theirs, 'cpu'), 's', atMost);
  }
  const peak = median(pick(ours, 'peakMiB'));
  if (Number.isFinite(peak))
    report.limit('    peak memory', pick(ours, 'peakMiB'), mostPeakMiB, 'MiB');
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './transfer-measure.mjs';
import { contestants } from './transfer-rivals.mjs';
import { cases } from './transfer-cases.mjs';
import { median } from './report.mjs';

const rounds = 5;
/** Whoever has used up so much in one case is asked for no further round of it. */
const mostSeconds = 60;
const mostPeakMiB = 120;

/**
 * Every case, round by round: outhaul beside the programs that are installed. `setting` says where the files go: in
 * memory the transfer itself is measured and the limits hold; on the disk each folder is safe there before the clock
 * stops (outhaul flushes each file before it names it, so the others are followed by a sync of theirs).
 */
export async function compareAll(report, setting) {
  const present = contestants.filter(({ isThere }) => isThere());
  const absent = contestants.filter((each) => !present.includes(each));
  if (absent.length > 0)
    console.log(`  not installed, so not compared: ${absent.map((each) => each.name).join(', ')}`);
  const memory = setting.isFlushed ? undefined : findMemoryFolder();
  if (!memory && !setting.isFlushed)
    console.log(`  no /dev/shm with 3 GiB free: the disk of ${tmpdir()} is in the figures`);
  await compare(report, present, { ...setting, place: memory ?? tmpdir() });
}

function findMemoryFolder() {
  try {
    accessSync('/dev/shm', constants.W_OK);
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 3 * 2 ** 30 ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}

async function compare(report, present, setting) {
  const scratch = mkdtempSync(join(setting.place, 'outhaul-transfer-'));
  const server = spawn(
    process.execPath,
    [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      join(import.meta.dirname, 'transfer-server.mjs'),
      ...(setting.isTls ? ['--tls'] : []),
    ],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  try {
    const [{ origin, certificate: pem }] = await once(server, 'message');
    const certificate = pem && join(scratch, 'server.pem');
    if (certificate) writeFileSync(certificate, pem);
    for (const each of cases) {
      const samples = new Map(present.map((contestant) => [contestant.name, []]));
      // Round by round, so that a busy minute of the machine meets all of them.
      for (let round = 0; round < rounds; round += 1)
        for (const contestant of present) {
          const list = samples.get(contestant.name);
          if (list.reduce((sum, { seconds }) => sum + seconds, 0) > mostSeconds) continue;
          const surroundings = { origin, certificate, scratch, isFlushed: setting.isFlushed };
          list.push(await fetchOnce(contestant, each, surroundings));
        }
      tell(report, each, samples, setting);
    }
  } finally {
    server.disconnect();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function fetchOnce(contestant, { id, count }, surroundings) {
  const folder = mkdtempSync(join(surroundings.scratch, 'into-'));
  const used = await measure({
    ...contestant.command(id, folder, surroundings),
    flush: surroundings.isFlushed && !contestant.flushes ? folder : undefined,
  });
  const found = readdirSync(folder).length;
  if (found !== count) throw new Error(`${contestant.name} left ${found} of ${count} files.`);
  rmSync(folder, { recursive: true });
  return used;
}

function tell(report, { title: what }, samples, { where, hasLimits }) {
  console.log(`  ${what}, ${where}`);
  const pick = (list, key) => list.map((each) => each[key]);
  const ours = samples.get('outhaul');
  const rivals = [...samples].filter(([rival]) => rival !== 'outhaul');
  for (const [rival, theirs] of rivals) {
    const atMost = rival.startsWith('curl') ? 1.25 : 1;
    const label = theirs.length < rounds ? `${rival} (${theirs.length} rounds)` : rival;
    const [mine, other] = [pick(ours, 'seconds'), pick(theirs, 'seconds')];
    report.rival('    wall time', mine, label, other, 's', hasLimits ? atMost : undefined);
  }
  for (const [rival, theirs] of rivals) {
    const atMost = hasLimits && rival.startsWith('gcloud') ? 0.5 : undefined;
    report.rival('    CPU time', pick(ours, 'cpu'), rival, pick(theirs, 'cpu'), 's', atMost);
  }
  const peaks = pick(ours, 'peakMiB');
  if (Number.isFinite(median(peaks))) report.limit('    peak memory', peaks, mostPeakMiB, 'MiB');
}

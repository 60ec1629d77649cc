import { type Manifest, type ExportRecord } from '@outhaul/core';
import { type CloudView } from './cloud-view';
import { type ScheduleResult } from './run-schedule';
import { type Schedule } from './schedule';

/** The local cloud begins a new file at most every 2,048 rows: a few shards, and more than one compose can join. */
export const rowsOf = { few: 2_200, many: 68_000 } as const;

/** Everything that is wrong with how a schedule has ended; empty when all is well. */
export async function faultsOfOutcome(
  schedule: Schedule,
  { record, shardLost }: ScheduleResult,
  cloud: CloudView,
): Promise<{ wrong: string[]; jobs: number }> {
  const { outcome } = record;
  const wrong: string[] = [];
  const jobs = await cloud.settledJobs(record.id);
  for (const { id, state } of jobs) if (state !== 'DONE') wrong.push(`job ${id} is ${state}`);
  const writes = jobs.filter(({ id }) => /_(extract|materialize)_/.test(id));
  if (writes.length > 1) wrong.push(`${writes.length} jobs have written`);
  switch (outcome?.state) {
    case 'succeeded':
      if (shardLost && !(await isWhole(schedule, record, cloud)))
        wrong.push('it succeeded without its shard');
      wrong.push(...(await faultsOfFiles(schedule, record, cloud)));
      break;
    case 'cancelled': {
      if (schedule.cancelAtCall === undefined) wrong.push('nobody cancelled it');
      const left = await cloud.objects(`exports/${record.id}/`);
      if (left.length > 0)
        wrong.push(`cancelled, but ${left.map(({ name }) => name).join(', ')} is there`);
      break;
    }
    case 'failed':
      if (
        !shardLost ||
        !/^(files-changed|verification-failed|file-not-found)$/.test(outcome.error.code)
      )
        wrong.push(`failed: ${outcome.error.code} ${outcome.error.message}`);
      break;
    default:
      wrong.push('it has not ended');
  }
  return { wrong, jobs: jobs.length };
}

const isWhole = async (
  schedule: Schedule,
  record: ExportRecord,
  cloud: CloudView,
): Promise<boolean> => (await faultsOfFiles(schedule, record, cloud)).length === 0;

async function faultsOfFiles(
  schedule: Schedule,
  record: ExportRecord,
  cloud: CloudView,
): Promise<string[]> {
  const wrong: string[] = [];
  const objects = new Map(
    (await cloud.objects(`exports/${record.id}/`)).map((each) => [each.name, each]),
  );
  const prefix = [...objects.keys()]
    .find((name) => name.endsWith('/manifest.json'))
    ?.replace('manifest.json', '');
  if (prefix === undefined) return ['it has no manifest'];
  const manifest = JSON.parse((await cloud.read(`${prefix}manifest.json`)).toString()) as Manifest;
  const rowCount = rowsOf[schedule.request.table as keyof typeof rowsOf];
  const rows: string[] = [];
  for (const { name, sizeBytes, crc32c, generation } of manifest.files) {
    const stored = objects.get(prefix + name);
    if (!stored) wrong.push(`${name} is missing`);
    else if (
      stored.crc32c !== crc32c ||
      Number(stored.size) !== sizeBytes ||
      stored.generation !== generation
    )
      wrong.push(`${name} is not what the manifest says`);
    else rows.push(...(await cloud.firstColumn(prefix + name)));
  }
  const expected = Array.from({ length: rowCount }, (_, index) => String(index));
  if (rows.length !== rowCount || rows.toSorted().join() !== expected.toSorted().join())
    wrong.push(
      `${rows.length} rows instead of ${rowCount}, ${new Set(rows).size} of them different`,
    );
  if (manifest.totals.rows !== rowCount)
    wrong.push(`the manifest speaks of ${manifest.totals.rows} rows`);
  const known = [
    ...manifest.files.map(({ name }) => name),
    'manifest.json',
    'schema.json',
    'create-table.sql',
    'checksums.crc32c',
  ];
  for (const name of objects.keys())
    if (!known.includes(name.slice(prefix.length)) || !name.startsWith(prefix))
      wrong.push(`${name} is left over`);
  return wrong;
}

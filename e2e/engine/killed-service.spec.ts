import { type Export } from '@outhaul/api-client';
import { WholeSystem } from '../support/whole-system.js';

let system: WholeSystem;
beforeAll(async () => {
  system = await WholeSystem.start({}, ['--shard-bytes', '1000000']);
});
afterAll(() => system.stop());

const request = {
  source: { type: 'table', dataset: 'samples', table: 'flights' },
  format: 'parquet',
} as const;

/** Waits until the export has passed `steps` steps; true when it was seen before it ended. */
async function untilDone(id: string, steps: number): Promise<boolean> {
  const abort = new AbortController();
  for await (const state of system.watch(id, abort.signal)) {
    if (state.outcome) return false;
    if (state.steps.filter(({ state: each }) => each === 'done').length >= steps) {
      if (steps > 0 || state.steps[0]?.state === 'running') return true;
    }
  }
  return false;
}

interface Listing {
  readonly jobs?: readonly { readonly jobReference: { readonly jobId: string } }[];
  readonly items?: readonly { readonly name: string }[];
}
const ask = async (path: string): Promise<Listing> =>
  (await (
    await fetch(system.cloudUrl + path, { headers: { Authorization: 'Bearer any' } })
  ).json()) as Listing;

it.each([
  ['as soon as it was accepted', -1],
  ['while it extracts', 0],
  ['after extract', 1],
  ['after verify', 2],
])('ends in the same finished export when the service is killed %s', async (_when, steps) => {
  const { id } = await system.startExport(request);
  if (steps >= 0) await untilDone(id, steps);
  await system.killApi();
  await system.startApiAgain();
  const ended: Export = await system.untilEnded(id);
  expect(ended.outcome).toMatchObject({ state: 'succeeded', rows: 3_000_000 });
  const { jobs = [] } = await ask('/bigquery/v2/projects/outhaul-local/jobs?allUsers=true');
  expect(
    jobs
      .map(({ jobReference }) => jobReference.jobId)
      .filter((jobId) => jobId.includes(id) && jobId.includes('extract')),
  ).toEqual([`outhaul_${id}_extract_1`]);
  const { items = [] } = await ask(`/storage/v1/b/outhaul-local-files/o?prefix=exports/${id}/`);
  const names = items.map(({ name }) => name.replace(`exports/${id}/try-1/`, ''));
  const shards = names.filter((name) => name.endsWith('.parquet'));
  expect(shards).toEqual(
    Array.from(
      { length: shards.length },
      (_, index) => `flights-${String(index).padStart(12, '0')}.parquet`,
    ),
  );
  expect(names.filter((name) => !name.endsWith('.parquet')).toSorted()).toEqual([
    'checksums.crc32c',
    'create-table.sql',
    'manifest.json',
    'schema.json',
  ]);
});

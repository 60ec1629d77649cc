import { type Export } from '@outhaul/api-client';
import { type CrashMoment, CrashProxy } from '../support/crash-proxy.js';
import { WholeSystem } from '../support/whole-system.js';

/** One file from several shards: every kind of step, and composing, in few requests. */
const request = {
  source: { type: 'table', dataset: 'samples', table: 'airports' },
  format: 'csv',
  shape: 'single',
} as const;
const airports = 3_376;

let system: WholeSystem;
let proxy: CrashProxy;
beforeAll(async () => {
  system = await WholeSystem.start({}, ['--shard-bytes', '60000'], async (cloudUrl) => {
    proxy = await CrashProxy.start(cloudUrl);
    return proxy.url;
  });
});
afterAll(async () => {
  await system.stop();
  proxy.stop();
});

const ask = async (path: string): Promise<Record<string, { name?: string; id?: string }[]>> =>
  (await (
    await fetch(system.cloudUrl + path, { headers: { Authorization: 'Bearer any' } })
  ).json()) as Record<string, { name?: string; id?: string }[]>;

async function namesUnder(bucket: string, prefix: string): Promise<string[]> {
  const { items = [] } = await ask(`/storage/v1/b/${bucket}/o?prefix=${prefix}`);
  return items.map(({ name = '' }) => name);
}

async function expectWhole({ id, outcome }: Export): Promise<void> {
  expect(outcome).toMatchObject({ state: 'succeeded', rows: airports });
  const { jobs = [] } = await ask('/bigquery/v2/projects/outhaul-local/jobs?allUsers=true');
  const own = jobs.filter(({ id: jobId = '' }) => jobId.includes(id));
  expect(own.filter(({ id: jobId = '' }) => jobId.includes('extract'))).toHaveLength(1);
  expect(new Set(own.map(({ id: jobId }) => jobId)).size).toBe(own.length);
  const names = await namesUnder('outhaul-local-files', `exports/${id}/`);
  expect(names.map((name) => name.slice(`exports/${id}/try-1/`.length)).toSorted()).toEqual([
    'airports.csv',
    'checksums.crc32c',
    'create-table.sql',
    'manifest.json',
    'schema.json',
  ]);
}

async function knownIds(): Promise<string[]> {
  const { data } = await system.client.GET('/api/v1/export', {});
  return (data?.items ?? []).map(({ id }) => id);
}

/** Watches until the export has ended or the service is dead. */
async function untilEndedOr(dead: AbortSignal, id: string): Promise<void> {
  try {
    for await (const state of system.watch(id, dead)) if (state.outcome) return;
  } catch (error) {
    if (!dead.aborted) throw error;
  }
}

describe.each<CrashMoment>(['before', 'after'])('a service killed %s', (moment) => {
  it('each of its requests that change something ends in one whole export, or none was accepted', async () => {
    let at = 0;
    let wasAccepted = false;
    for (let crashed = true; crashed;) {
      at += 1;
      const before = new Set(await knownIds());
      const dead = new AbortController();
      const crash = async (): Promise<void> => {
        await system.killApi();
        dead.abort();
      };
      proxy.arm({ at, moment, crash });
      const accepted = await system.startExport(request).catch(() => undefined);
      if (accepted) await untilEndedOr(dead.signal, accepted.id);
      crashed = await proxy.disarm();
      if (crashed) await system.startApiAgain();
      const id = accepted?.id ?? (await knownIds()).find((each) => !before.has(each));
      // Once a crash is late enough to leave a record, every later one is.
      expect(id !== undefined || !wasAccepted).toBe(true);
      wasAccepted = id !== undefined;
      if (id) await expectWhole(await system.untilEnded(id));
    }
    // Accepting, two jobs, composing, four files beside, and the records between: all were crash points.
    expect(at).toBeGreaterThan(12);
    // Each crash costs a restart, and each record its rest of a second.
  }, 900_000);
});

import { type ExportRecord, type Versioned } from '@outhaul/core';
import { aBench, aRequest } from '@outhaul/core/testing';
import { recentRecords } from './recent-records.js';

async function aStore(freshMs = 1_000) {
  const bench = aBench();
  const { id } = await bench.exporter.start(bench.owner, aRequest());
  let reads = 0;
  const counting = {
    ...bench.records,
    list: bench.records.list.bind(bench.records),
    claimKey: bench.records.claimKey.bind(bench.records),
    restMs: bench.records.restMs.bind(bench.records),
    create: bench.records.create.bind(bench.records),
    replace: bench.records.replace.bind(bench.records),
    remove: bench.records.remove.bind(bench.records),
    read: async (each: string, known?: Versioned<ExportRecord>) => {
      reads += 1;
      const found = await bench.records.read(each);
      return found.version === known?.version ? known : found;
    },
  };
  const store = recentRecords(counting, freshMs, bench.surroundings.nowMs);
  return { bench, id, store, reads: () => reads };
}

it('reads once for all who ask within the time, and again after it', async () => {
  const { store, id, reads, bench } = await aStore();
  await Promise.all([store.read(id), store.read(id), store.read(id)]);
  expect(reads()).toBe(1);
  bench.surroundings.now += 1_000;
  await store.read(id);
  expect(reads()).toBe(2);
});

it('answers with the same object as long as the record is the same', async () => {
  const { store, id, reads, bench } = await aStore();
  const first = await store.read(id);
  bench.surroundings.now += 1_000;
  expect(await store.read(id)).toBe(first);
  await bench.records.replace({ ...first.value, revision: 2 }, first.version);
  bench.surroundings.now += 1_000;
  expect((await store.read(id)).value.revision).toBe(2);
  expect(reads()).toBe(3);
});

it('knows at once what it has written itself', async () => {
  const { store, id, reads } = await aStore();
  const { value, version } = await store.read(id);
  await store.replace({ ...value, revision: 2 }, version);
  expect((await store.read(id)).value.revision).toBe(2);
  expect(reads()).toBe(1);
});

it('reads anew after another has won the race for a record', async () => {
  const { store, id, bench } = await aStore();
  const { value, version } = await store.read(id);
  await bench.records.replace({ ...value, revision: 2, label: 'theirs' } as never, version);
  await expect(store.replace({ ...value, revision: 2 }, version)).rejects.toMatchObject({
    code: 'record-conflict',
  });
  expect((await store.read(id)).value).toMatchObject({ label: 'theirs' });
});

it('does not remember failures, nor what was removed', async () => {
  const { store, id, reads } = await aStore();
  await expect(store.read('x0000000000000000000')).rejects.toThrow();
  await expect(store.read('x0000000000000000000')).rejects.toThrow();
  expect(reads()).toBe(2);
  await store.read(id);
  await store.remove(id);
  await expect(store.read(id)).rejects.toMatchObject({ code: 'export-not-found' });
});

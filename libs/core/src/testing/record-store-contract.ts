import { type ExportRecord } from '../record.js';
import { type RecordStore } from '../ports/record-store.js';
import { aBench, aRequest } from './builders.js';

/** What every RecordStore keeps; run it over the fake, the local cloud and, where credentials are set, Google. */
export function keepsRecordStoreContract(make: () => Promise<RecordStore>): void {
  let store: RecordStore;
  let record: ExportRecord;
  beforeEach(async () => {
    store = await make();
    const bench = aBench();
    bench.surroundings.now = Date.now() + Math.floor(Math.random() * 1e9);
    record = await bench.exporter.start(bench.owner, aRequest({ label: 'Übersicht "März"' }));
  });

  it('reads back what was created', async () => {
    await store.create(record);
    expect((await store.read(record.id)).value).toEqual(JSON.parse(JSON.stringify(record)));
  });

  it('refuses to create an id twice', async () => {
    await store.create(record);
    await expect(store.create({ ...record, revision: 2 })).rejects.toMatchObject({
      code: 'record-conflict',
    });
  });

  it('says that an unknown export is not there', async () => {
    await expect(store.read(record.id)).rejects.toMatchObject({ code: 'export-not-found' });
  });

  it('lets exactly one of two writers replace a version', async () => {
    const { version } = await store.create(record);
    const results = await Promise.allSettled([
      store.replace({ ...record, revision: 2 }, version),
      store.replace({ ...record, revision: 2, attempt: 2 }, version),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'record-conflict' },
    });
  });

  it('lists newest first from the mirrored metadata, page by page', async () => {
    const older = { ...record, id: `x${'y'.repeat(19)}` };
    const oldest = { ...record, id: `x${'z'.repeat(19)}` };
    for (const each of [oldest, older]) await store.create(each);
    const first = await store.list({ pageSize: 1, pageToken: `x${'y'.repeat(18)}x` });
    expect(first.items).toMatchObject([
      { id: older.id, label: 'Übersicht "März"', source: 'shop.orders', state: 'queued' },
    ]);
    const second = await store.list({ pageSize: 1, pageToken: first.nextPageToken });
    expect(second.items.map(({ id }) => id)).toEqual([oldest.id]);
    await store.remove(older.id);
    await store.remove(oldest.id);
  });

  it('binds a key to the first claim for good', async () => {
    const key = `key-${record.id}`;
    const claim = { id: record.id, requestDigest: 'a' };
    expect(await store.claimKey('owner@example.com', key, claim)).toEqual(claim);
    expect(
      await store.claimKey('owner@example.com', key, { id: 'other', requestDigest: 'b' }),
    ).toEqual(claim);
    expect(
      await store.claimKey('else@example.com', key, { id: 'other', requestDigest: 'b' }),
    ).toMatchObject({ id: 'other' });
  });

  it('forgets a removed export', async () => {
    await store.create(record);
    await store.remove(record.id);
    await expect(store.read(record.id)).rejects.toMatchObject({ code: 'export-not-found' });
  });
}

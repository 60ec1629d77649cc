import { type ExportRecord } from '@outhaul/core';
import { aBench, aRequest, FakeRecordStore, keepsRecordStoreContract } from '@outhaul/core/testing';
import { markedStore } from './marked-store.js';

const key = 'a-key-of-thirty-two-characters-x';
const over = (store: FakeRecordStore, withKey = key, owner = 'owner@example.com') =>
  Object.assign(markedStore(store, { owner, key: withKey }), {
    claimKey: store.claimKey.bind(store),
  });

describe('a marked store', () => keepsRecordStoreContract(async () => over(new FakeRecordStore())));

let store: FakeRecordStore;
let record: ExportRecord;
beforeEach(async () => {
  store = new FakeRecordStore();
  const { exporter, owner } = aBench();
  record = await exporter.start(owner, aRequest());
  await over(store).create(record);
});
const refused = { code: 'record-unreadable' };

it('does not read what somebody else has changed', async () => {
  const { value, version } = await store.read(record.id);
  const sql = "EXPORT DATA OPTIONS (uri='gs://elsewhere/*') AS SELECT * FROM secret";
  const plan = { ...value.plan, source: { ...value.plan.source, sql } };
  await store.replace({ ...value, plan }, version);
  await expect(over(store).read(record.id)).rejects.toMatchObject(refused);
});

it('reads neither what has no mark nor what bears that of another key', async () => {
  await expect(over(store, `${key}2`).read(record.id)).rejects.toMatchObject(refused);
  const { version } = await store.read(record.id);
  await store.replace(record, version);
  await expect(over(store).read(record.id)).rejects.toMatchObject(refused);
});

it('does not take the mark of one export for that of another', async () => {
  const { value } = await store.read(record.id);
  const other = `x${'0'.repeat(19)}`;
  await store.create({ ...value, id: other });
  await expect(over(store).read(other)).rejects.toMatchObject(refused);
});

it('has nothing of others, in the words for what is not there', async () => {
  await expect(over(store, `${key}2`, 'else@example.com').read(record.id)).rejects.toMatchObject({
    code: 'export-not-found',
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Storage } from '@google-cloud/storage';
import { type ExportRecord, reviewAccess } from '@outhaul/core';
import { aBench, aRequest } from '@outhaul/core/testing';
import { GoogleExportSetStore, GoogleRecordStore, serviceAuth } from '@outhaul/google';
import { type LocalCloud, startLocalCloud } from '@outhaul/local-cloud';

/** Objects in the records bucket that Outhaul has not written so: they hide and stop nothing else. */
const project = 'outhaul-local';
const bucket = 'outhaul-local-records';
const dataDir = mkdtempSync(join(tmpdir(), 'outhaul-unreadable-'));
let cloud: LocalCloud;
let store: GoogleRecordStore;
let record: ExportRecord;
const idOf = (letter: string): string => `x${letter.repeat(19)}`;

beforeAll(async () => {
  cloud = await startLocalCloud({ dataDir });
  const auth = serviceAuth(join(dataDir, 'service-account.json'));
  store = new GoogleRecordStore(auth, project, bucket, { storage: cloud.url });
  const bench = aBench();
  record = await bench.exporter.start(bench.owner, aRequest());
  for (const letter of ['a', 'i', 'z']) await store.create({ ...record, id: idOf(letter) });
  const put = (name: string, text: string, metadata: Record<string, string>) =>
    new Storage({ projectId: project, apiEndpoint: cloud.url, authClient: auth as never })
      .bucket(bucket)
      .file(name)
      .save(text, { resumable: false, metadata: { metadata } });
  const good = { owner: 'owner@example.com', state: 'running', createdAt: record.createdAt };
  for (const folder of ['exports/', 'export-sets/']) {
    await put(folder, '', {});
    await put(`${folder}notes.txt`, 'hello', {});
    await put(`${folder}${idOf('b')}.json`, '{', { ...good, id: idOf('b'), source: '%zz' });
    await put(`${folder}${idOf('c')}.json`, '{', { ...good, id: idOf('a') });
    await put(`${folder}${idOf('d')}.json`, '{', { ...good, id: idOf('d'), state: 'paused' });
    await put(`${folder}${idOf('e')}.json`, '{', { ...good, id: idOf('e'), createdAt: 'soon' });
    await put(`${folder}${idOf('f')}.json`, '{', { ...good, id: idOf('f'), files: '1e999' });
    await put(`${folder}${idOf('g')}.json`, '{', {});
  }
  await put(`exports/${idOf('h')}.json`, JSON.stringify({ ...record, id: idOf('h'), version: 2 }), {
    ...good,
    id: idOf('h'),
  });
});
afterAll(async () => {
  await cloud.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const broken = ['notes.txt', ...['b', 'c', 'd', 'e', 'f', 'g'].map(idOf)];
const readable = ['a', 'h', 'i', 'z'].map(idOf);

it.each([1, 2, 3, 1_000])(
  'lists what can be read, %d at a time, and names the rest',
  async (most) => {
    const found: string[] = [];
    const unreadable: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await store.list({ pageSize: most, pageToken });
      found.push(...page.items.map(({ id }) => id));
      unreadable.push(...(page.unreadable ?? []));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(found).toEqual(readable);
    expect(unreadable.toSorted()).toEqual(broken.toSorted());
  },
);

it('lists sets past what is none', async () => {
  const auth = serviceAuth(join(dataDir, 'service-account.json'));
  const sets = new GoogleExportSetStore(auth, project, bucket, { storage: cloud.url });
  const page = await sets.list({});
  expect(page.items).toEqual([]);
  expect(page.unreadable?.toSorted()).toEqual(broken.toSorted());
});

it('says which record was written by another version', async () => {
  await expect(store.read(idOf('h'))).rejects.toMatchObject({ code: 'record-unreadable' });
  await expect(store.read(idOf('b'))).rejects.toMatchObject({ code: 'record-unreadable' });
});

it('reviews access with the exports that can be read', async () => {
  const { grants } = await reviewAccess(
    [{ kind: 'bucket', bucket: 'files' }],
    {
      bindingsOf: async () => [
        { role: 'roles/storage.objectUser', member: 'user:owner@example.com' },
        { role: 'projects/p/roles/outhaulconstructor', member: 'user:x@example.com' },
      ],
    },
    (page) => store.list(page),
    Date.parse(record.createdAt),
    'outhaul',
  );
  expect(grants).toMatchObject([{ unused: false }, { gives: ['unknown'] }]);
});

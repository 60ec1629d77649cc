import {
  type AuditEvent,
  type AuditHead,
  type AuditStore,
  readActivity,
  type StoredBatch,
  verifyAudit,
} from '@outhaul/core';
import { nodeSurroundings } from '@outhaul/google';
import { AuditLog } from './audit-log.js';

/** Objects in memory, listed as Cloud Storage lists them. */
class MemoryStore implements AuditStore {
  readonly objects = new Map<string, { batch: StoredBatch; text: string }>();
  isAway = false;

  async append(batch: StoredBatch, text: string): Promise<void> {
    if (this.isAway) throw new Error('away');
    const present = this.objects.get(batch.name);
    if (present && present.text !== text) throw new Error('conflict');
    this.objects.set(batch.name, { batch, text });
  }
  async list({ pageSize = 1_000, after = '' }: { pageSize?: number; after?: string }) {
    const names = [...this.objects.keys()].sort().filter((name) => name > after);
    const items = names.slice(0, pageSize).map((name) => this.objects.get(name)!.batch);
    return { items, nextPageToken: names.length > pageSize ? items.at(-1)?.name : undefined };
  }
  async read(name: string) {
    return this.objects.get(name)?.text ?? '';
  }
  async *all() {
    for (const [name, { text }] of this.objects) yield { name, text };
  }
}

let now = Date.parse('2026-03-01T12:00:00Z');
const event = (action: string, rest: Partial<AuditEvent> = {}): AuditEvent => ({
  at: new Date(now).toISOString(),
  who: 'a@example.com',
  action,
  decision: 'allow',
  ...rest,
});

function aLog(store: MemoryStore) {
  const heads: AuditHead[] = [];
  const faults: unknown[] = [];
  const log = new AuditLog({
    store,
    surroundings: { ...nodeSurroundings, nowMs: () => (now += 1) },
    line: () => undefined,
    onHead: (head) => heads.push(head),
    onFault: (error) => faults.push(error),
  });
  return { log, heads, faults };
}

/** Two processes at the same time, and one after them; fifteen events. */
async function aTrail() {
  const store = new MemoryStore();
  const first = aLog(store);
  const second = aLog(store);
  for (const number of [1, 2, 3, 4, 5]) {
    await first.log.write(event(`first.${number}`));
    await second.log.write(event(`second.${number}`));
  }
  await first.log.close();
  const third = aLog(store);
  for (const number of [1, 2, 3, 4, 5]) await third.log.write(event(`third.${number}`));
  return { store, heads: [...first.heads, ...second.heads, ...third.heads] };
}

const verify = (store: MemoryStore, anchors: readonly AuditHead[] = []) =>
  verifyAudit(store.all(), nodeSurroundings.sha256, anchors);
const namesOf = (store: MemoryStore, part: string) =>
  [...store.objects].filter(([, { text }]) => text.includes(part)).map(([name]) => name);

it('finds nothing amiss in a trail of several processes', async () => {
  const { store, heads } = await aTrail();
  expect(await verify(store, heads)).toMatchObject({ segments: 3, events: 15, faults: [] });
  expect((await verify(store)).open).toHaveLength(2);
});

it.each<[string, (store: MemoryStore) => void, string]>([
  [
    'an event altered',
    (store) => {
      const [name = ''] = namesOf(store, 'first.2');
      const object = store.objects.get(name)!;
      store.objects.set(name, { ...object, text: object.text.replace('a@example', 'b@example') });
    },
    'altered',
  ],
  [
    'a batch removed',
    (store) => store.objects.delete(namesOf(store, 'second.3')[0] ?? ''),
    'missing',
  ],
  [
    'the end of a segment cut off',
    (store) => store.objects.delete(namesOf(store, '"sealed":true')[0] ?? ''),
    'missing',
  ],
  [
    'a whole process removed',
    (store) => {
      for (const name of namesOf(store, 'first.')) store.objects.delete(name);
      for (const name of namesOf(store, '"sealed":true')) store.objects.delete(name);
    },
    'missing',
  ],
  [
    'a batch moved to another time',
    (store) => {
      const [name = ''] = namesOf(store, 'third.2');
      const object = store.objects.get(name)!;
      store.objects.delete(name);
      store.objects.set(name.replace(/audit\/\d{4}/, 'audit/0000'), object);
    },
    'misplaced',
  ],
  [
    'a batch made unreadable',
    (store) => {
      const [name = ''] = namesOf(store, 'third.2');
      store.objects.set(name, { ...store.objects.get(name)!, text: '{}' });
    },
    'unreadable',
  ],
])('sees %s', async (_what, damage, kind) => {
  const { store } = await aTrail();
  damage(store);
  expect((await verify(store)).faults.map((fault) => fault.kind)).toContain(kind);
});

it('sees by the heads in the log that the newest batches are gone', async () => {
  const { store, heads } = await aTrail();
  store.objects.delete(namesOf(store, 'third.5')[0] ?? '');
  expect((await verify(store)).faults).toEqual([]);
  expect((await verify(store, heads)).faults.map(({ kind }) => kind)).toEqual(['missing']);
});

it('lets what is allowed wait until it is on record, and loses nothing while the bucket is away', async () => {
  const store = new MemoryStore();
  const { log, faults } = aLog(store);
  store.isAway = true;
  await expect(log.write(event('export.download'))).rejects.toThrow('away');
  log.note(event('later'));
  store.isAway = false;
  await log.write(event('again'));
  await log.close();
  expect(faults).toHaveLength(1);
  const { items } = await readActivity(store, {});
  expect(items.map(({ action }) => action)).toEqual(['again', 'later', 'export.download']);
  expect((await verify(store)).faults).toEqual([]);
});

it('stores many events at once in few objects', async () => {
  const store = new MemoryStore();
  const { log } = aLog(store);
  await Promise.all(Array.from({ length: 400 }, (_, index) => log.write(event(`e.${index}`))));
  await log.close();
  expect(store.objects.size).toBeLessThan(8);
  expect(await verify(store)).toMatchObject({ events: 400, faults: [] });
});

it('goes on gathering what may wait while a batch is being stored', async () => {
  const store = new MemoryStore();
  const { log } = aLog(store);
  await log.write(event('begin'));
  const waiting = log.write(event('must not wait'));
  for (const number of [1, 2, 3]) log.note(event(`note.${number}`));
  await waiting;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(store.objects.size).toBe(2);
  await log.close();
  expect(store.objects.size).toBe(3);
  expect(await verify(store)).toMatchObject({ events: 5, faults: [] });
});

it('stores what fills no batch a second later, though nothing else comes', async () => {
  jest.useFakeTimers();
  const store = new MemoryStore();
  const { log } = aLog(store);
  for (let number = 0; number < 1_200; number += 1) log.note(event(`note.${number}`));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(store.objects.size).toBe(2);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(store.objects.size).toBe(3);
  jest.useRealTimers();
  await log.close();
  expect(await verify(store)).toMatchObject({ events: 1_200, faults: [] });
});

it('pages and filters, newest first, each event once', async () => {
  const { store } = await aTrail();
  const seen: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await readActivity(store, { pageSize: 4, pageToken });
    seen.push(...page.items.map(({ action }) => action));
    pageToken = page.nextPageToken;
  } while (pageToken);
  expect(new Set(seen).size).toBe(15);
  expect(seen.slice(0, 2)).toEqual(['third.5', 'third.4']);
  expect(await readActivity(store, { action: 'first' })).toMatchObject({ items: { length: 5 } });
  expect(await readActivity(store, { decision: 'deny' })).toEqual({ items: [] });
  await expect(readActivity(store, { pageToken: 'x' })).rejects.toMatchObject({
    code: 'request-invalid',
  });
});

import { isAppError, type ExportRecord, type RecordStore, type Versioned } from '@outhaul/core';

interface Known {
  readonly record: Promise<Versioned<ExportRecord>>;
  readonly atMs: number;
  /** Known once the promise is kept. */
  value?: Versioned<ExportRecord>;
}

/** Records that are remembered; the longest unread is forgotten first. */
const most = 2_000;

/**
 * The record store, read at most once per `freshMs` for each export, however many ask. Who reads a record that is a
 * little old and changes it is refused by its version, as always, and then reads anew; what this process writes it knows
 * at once.
 */
export function recentRecords(
  store: RecordStore,
  freshMs: number,
  nowMs: () => number,
): RecordStore {
  const known = new Map<string, Known>();

  function remember(id: string, record: Promise<Versioned<ExportRecord>>): void {
    const entry: Known = { record, atMs: nowMs() };
    known.delete(id);
    known.set(id, entry);
    // A failure is nobody's but those who were waiting for it.
    record.then(
      (value) => (entry.value = value),
      () => known.get(id) === entry && forget(id),
    );
    for (const oldest of known.keys()) {
      if (known.size <= most) break;
      known.delete(oldest);
    }
  }
  const forget = (id: string): boolean => known.delete(id);

  return {
    restMs: (id) => store.restMs(id),
    list: (page) => store.list(page),
    claimKey: (owner, key, claim) => store.claimKey(owner, key, claim),
    read(id) {
      const recent = known.get(id);
      if (recent && nowMs() - recent.atMs < freshMs) return recent.record;
      const record = store.read(id, recent?.value);
      remember(id, record);
      return record;
    },
    async create(record) {
      const created = await store.create(record);
      remember(record.id, Promise.resolve(created));
      return created;
    },
    async replace(record, version) {
      try {
        const replaced = await store.replace(record, version);
        remember(record.id, Promise.resolve(replaced));
        return replaced;
      } catch (error) {
        if (isAppError(error, 'record-conflict')) forget(record.id);
        throw error;
      }
    },
    async remove(id) {
      forget(id);
      await store.remove(id);
      forget(id);
    },
  };
}

import { type BucketRecord, type ObjectRecord, type StorageEntry } from './object-record.js';
import { SortedNames } from './sorted-names.js';

/** All versions under one name; the noncurrent ones oldest first. */
export interface ObjectVersions {
  live?: ObjectRecord;
  noncurrent: ObjectRecord[];
}

export interface BucketState {
  record: BucketRecord;
  readonly objects: Map<string, ObjectVersions>;
  readonly names: SortedNames;
}

/** The state that the journal's entries add up to, held in memory and ready for listing. */
export class StorageIndex {
  readonly buckets = new Map<string, BucketState>();
  lastGeneration = 0;

  /** Applies one entry; the answer takes it back again. `removed` collects generations whose bytes are free. */
  apply(entry: StorageEntry, removed: ObjectRecord[] = []): () => void {
    switch (entry.kind) {
      case 'bucket':
        return this.#applyBucket(entry.bucket);
      case 'bucket-deleted':
        return this.#applyBucketDeleted(entry.name);
      case 'object':
        this.lastGeneration = Math.max(this.lastGeneration, entry.object.generation);
        return this.#change(entry.object.bucket, entry.object.name, (versions) =>
          putVersion(versions, entry.object, entry.archivesAtMs, removed),
        );
      case 'object-deleted':
        return this.#change(entry.bucket, entry.name, (versions) =>
          removeVersion(versions, entry.generation, entry.archivesAtMs, removed),
        );
      case 'last-generation':
        this.lastGeneration = Math.max(this.lastGeneration, entry.generation);
        return () => undefined;
    }
  }

  /** The fewest entries that make this state. */
  *entries(): Iterable<StorageEntry> {
    yield { kind: 'last-generation', generation: this.lastGeneration };
    for (const { record, objects } of this.buckets.values()) {
      yield { kind: 'bucket', bucket: record };
      for (const { noncurrent, live } of objects.values()) {
        for (const object of noncurrent) yield { kind: 'object', object };
        if (live) yield { kind: 'object', object: live };
      }
    }
  }

  *allObjects(): Iterable<ObjectRecord> {
    for (const { objects } of this.buckets.values())
      for (const { noncurrent, live } of objects.values()) {
        yield* noncurrent;
        if (live) yield live;
      }
  }

  #applyBucket(record: BucketRecord): () => void {
    const state = this.buckets.get(record.name);
    if (!state) {
      this.buckets.set(record.name, { record, objects: new Map(), names: new SortedNames() });
      return () => this.buckets.delete(record.name);
    }
    const before = state.record;
    state.record = record;
    return () => (state.record = before);
  }

  #applyBucketDeleted(name: string): () => void {
    const state = this.buckets.get(name);
    this.buckets.delete(name);
    return () => state && this.buckets.set(name, state);
  }

  #change(
    bucket: string,
    name: string,
    change: (versions: ObjectVersions) => ObjectVersions,
  ): () => void {
    const state = this.buckets.get(bucket);
    if (!state) return () => undefined;
    const before = state.objects.get(name);
    setVersions(state, name, change(before ?? { noncurrent: [] }));
    return () => setVersions(state, name, before ?? { noncurrent: [] });
  }
}

function setVersions(state: BucketState, name: string, versions: ObjectVersions): void {
  const isKnown = state.objects.has(name);
  if (!versions.live && versions.noncurrent.length === 0) {
    if (isKnown) state.names.delete(name);
    state.objects.delete(name);
    return;
  }
  if (!isKnown) state.names.add(name);
  state.objects.set(name, versions);
}

function putVersion(
  versions: ObjectVersions,
  object: ObjectRecord,
  archivesAtMs: number | undefined,
  removed: ObjectRecord[],
): ObjectVersions {
  const isSame = ({ generation }: ObjectRecord): boolean => generation === object.generation;
  if (object.archivedMs !== undefined)
    return {
      ...versions,
      noncurrent: [...versions.noncurrent.filter((other) => !isSame(other)), object].sort(
        (a, b) => a.generation - b.generation,
      ),
    };
  const { live, noncurrent } = versions;
  if (!live || isSame(live)) return { live: object, noncurrent };
  if (archivesAtMs === undefined) {
    removed.push(live);
    return { live: object, noncurrent };
  }
  return { live: object, noncurrent: [...noncurrent, { ...live, archivedMs: archivesAtMs }] };
}

function removeVersion(
  versions: ObjectVersions,
  generation: number,
  archivesAtMs: number | undefined,
  removed: ObjectRecord[],
): ObjectVersions {
  const { live, noncurrent } = versions;
  if (live?.generation === generation) {
    if (archivesAtMs !== undefined)
      return { noncurrent: [...noncurrent, { ...live, archivedMs: archivesAtMs }] };
    removed.push(live);
    return { noncurrent };
  }
  removed.push(...noncurrent.filter((object) => object.generation === generation));
  return {
    ...versions,
    noncurrent: noncurrent.filter((object) => object.generation !== generation),
  };
}

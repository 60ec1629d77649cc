import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { checksumFile } from './checksums.js';
import { Journal } from './journal.js';
import { requireObjectName } from './object-names.js';
import { ObjectFiles } from './object-files.js';
import { type BucketRecord, type ObjectRecord, type StorageEntry } from './object-record.js';
import { type AdoptedContent, type ObjectStore, type StoredObject } from './object-store.js';
import { requireRemovable } from './retention.js';
import { noSuchBucket } from './storage-errors.js';
import { type BucketState, StorageIndex } from './storage-index.js';
import { WriteRate } from './write-rate.js';

/** A generation about to be made: everything but what the store decides itself. */
export type ObjectDraft = Pick<
  ObjectRecord,
  'bucket' | 'name' | 'file' | 'sizeBytes' | 'crc32c' | 'md5' | 'componentCount' | 'attributes'
> & { readonly storageClass?: string };

/** Looks at the live version right before a change and throws when the change must not be. */
export type LiveCheck = (live: ObjectRecord | undefined) => void;

/** The journal is compacted at start when it has this many times the lines it needs. */
const compactionFactor = 2;

/** Buckets and objects on disk: bytes in immutable files, everything else in a journal and in memory. */
export class DurableObjectStore implements ObjectStore {
  readonly #index = new StorageIndex();
  readonly #rate: WriteRate;

  private constructor(
    readonly files: ObjectFiles,
    private readonly clock: Clock,
    private readonly hasWriteLimit: boolean,
  ) {
    this.#rate = new WriteRate(clock);
  }

  #journal!: Journal<StorageEntry>;

  /** Opens (or makes) the store in `folder`: replays the journal, compacts it, removes orphaned files. */
  static async open(
    folder: string,
    clock: Clock,
    log: (line: string) => void = () => undefined,
    { writeLimit = false }: { readonly writeLimit?: boolean } = {},
  ): Promise<DurableObjectStore> {
    const files = await ObjectFiles.open(folder);
    const store = new DurableObjectStore(files, clock, writeLimit);
    let lineCount = 0;
    store.#journal = await Journal.open<StorageEntry>(
      join(folder, 'journal.log'),
      (entry) => {
        store.#index.apply(entry);
        lineCount++;
      },
      () => files.sync(),
    );
    const known = new Set<string>();
    for (const { file } of store.#index.allObjects()) known.add(file);
    if (lineCount > 1000 && lineCount > compactionFactor * known.size)
      await store.#journal.rewrite(store.#index.entries());
    const orphans = await files.removeOrphans((file) => known.has(file));
    if (orphans > 0) log(`storage: removed ${orphans} unfinished files`);
    return store;
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  // Buckets

  buckets(): BucketRecord[] {
    return [...this.#index.buckets.values()]
      .map(({ record }) => record)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  bucket(name: string): BucketRecord | undefined {
    return this.#index.buckets.get(name)?.record;
  }

  bucketLocation(bucket: string): string | undefined {
    return this.bucket(bucket)?.location;
  }

  /** The bucket with its objects, for listing; throws 404. */
  bucketState(name: string): BucketState {
    const state = this.#index.buckets.get(name);
    if (!state) throw noSuchBucket();
    return state;
  }

  /** Creates or replaces a bucket's record. */
  async putBucket(bucket: BucketRecord): Promise<void> {
    await this.#commit({ kind: 'bucket', bucket });
  }

  /** Deletes an empty bucket; 409 when it holds objects. */
  async deleteBucket(name: string): Promise<void> {
    if (this.bucketState(name).objects.size > 0)
      throw new CloudError(409, 'conflict', 'The bucket you tried to delete is not empty.');
    await this.#commit({ kind: 'bucket-deleted', name });
  }

  // Objects

  /** The live version, or the one of `generation`. */
  object(bucket: string, name: string, generation?: number): ObjectRecord | undefined {
    const versions = this.#index.buckets.get(bucket)?.objects.get(name);
    if (!versions) return undefined;
    if (generation === undefined || versions.live?.generation === generation) return versions.live;
    return versions.noncurrent.find((object) => object.generation === generation);
  }

  pathOf({ file }: Pick<ObjectRecord, 'file'>): string {
    return this.files.pathOf(file);
  }

  /**
   * Throws 429 when clients write the name too often. What BigQuery and lifecycle rules do counts, but is never refused:
   * they wait their turn inside Google.
   */
  requireWriteRate(bucket: string, name: string): void {
    if (this.hasWriteLimit) this.#rate.require(bucket, name);
  }

  /**
   * Makes the draft the live version, durably, unless `check` throws: then its file is removed. Check and change
   * happen in one turn, so exactly one of several racing writers wins a precondition.
   */
  async put(draft: ObjectDraft, check: LiveCheck = () => undefined): Promise<ObjectRecord> {
    try {
      const bucket = this.bucketState(draft.bucket).record;
      const live = this.object(draft.bucket, draft.name);
      check(live);
      const nowMs = this.clock.nowMs();
      if (live) requireRemovable(bucket, live, nowMs);
      const object: ObjectRecord = {
        ...draft,
        ...(bucket.settings.defaultEventBasedHold
          ? { attributes: { eventBasedHold: true, ...draft.attributes } }
          : {}),
        storageClass: draft.storageClass ?? bucket.storageClass,
        generation: this.#nextGeneration(nowMs),
        metageneration: 1,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      const isVersioned = bucket.settings.versioning?.enabled === true;
      await this.#commit({
        kind: 'object',
        object,
        ...(live && isVersioned ? { archivesAtMs: nowMs } : {}),
      });
      return object;
    } catch (error) {
      await this.files.remove(draft.file);
      throw error;
    }
  }

  /** Replaces what clients may change of one generation; its metageneration grows. */
  async update(
    object: ObjectRecord,
    change: Partial<Pick<ObjectRecord, 'attributes' | 'storageClass'>>,
  ): Promise<ObjectRecord> {
    const changed: ObjectRecord = {
      ...object,
      ...change,
      metageneration: object.metageneration + 1,
      updatedMs: this.clock.nowMs(),
    };
    await this.#commit({ kind: 'object', object: changed });
    return changed;
  }

  /** Deletes one generation for good, or (no `generation`, versioned bucket) makes the live one noncurrent. */
  async remove(object: ObjectRecord, mayArchive: boolean): Promise<void> {
    const { bucket, name, generation } = object;
    requireRemovable(this.bucketState(bucket).record, object, this.clock.nowMs());
    const isVersioned = this.bucket(bucket)?.settings.versioning?.enabled === true;
    const archives = mayArchive && isVersioned && object.archivedMs === undefined;
    await this.#commit({
      kind: 'object-deleted',
      bucket,
      name,
      generation,
      ...(archives ? { archivesAtMs: this.clock.nowMs() } : {}),
    });
  }

  // ObjectStore, for BigQuery

  list(bucket: string, prefix: string): StoredObject[] {
    const state = this.bucketState(bucket);
    const found: StoredObject[] = [];
    for (let index = state.names.firstIndexFrom(prefix); ; index++) {
      const name = state.names.at(index);
      if (!name?.startsWith(prefix)) return found;
      const live = state.objects.get(name)?.live;
      if (live) found.push(this.#stored(live));
    }
  }

  stat(bucket: string, name: string): StoredObject | undefined {
    const live = this.object(bucket, name);
    return live && this.#stored(live);
  }

  temporaryPath(): string {
    return this.files.temporaryPath();
  }

  async adopt(
    bucket: string,
    name: string,
    path: string,
    content: AdoptedContent,
  ): Promise<StoredObject> {
    requireObjectName(name);
    this.bucketState(bucket);
    const sizeBytes = content.sizeBytes ?? (await stat(path)).size;
    const checksum = content.crc32c ?? (await checksumFile(path)).crc32c;
    const { contentType, metadata } = content;
    const object = await this.put({
      bucket,
      name,
      file: await this.files.adopt(path),
      sizeBytes,
      crc32c: checksum,
      attributes: { contentType, ...(metadata ? { metadata } : {}) },
    });
    return this.#stored(object);
  }

  async delete(bucket: string, name: string): Promise<void> {
    const live = this.object(bucket, name);
    if (live) await this.remove(live, true);
  }

  #stored(object: ObjectRecord): StoredObject {
    return {
      bucket: object.bucket,
      name: object.name,
      generation: String(object.generation),
      sizeBytes: object.sizeBytes,
      crc32c: object.crc32c,
      contentType: object.attributes.contentType ?? 'application/octet-stream',
      updatedMs: object.updatedMs,
      path: this.pathOf(object),
    };
  }

  #nextGeneration(nowMs: number): number {
    return Math.max(this.#index.lastGeneration + 1, Math.floor(nowMs) * 1000);
  }

  async #commit(entry: StorageEntry): Promise<void> {
    if (this.hasWriteLimit) {
      if (entry.kind === 'object') this.#rate.note(entry.object.bucket, entry.object.name);
      if (entry.kind === 'object-deleted') this.#rate.note(entry.bucket, entry.name);
    }
    const removed: ObjectRecord[] = [];
    const undo = this.#index.apply(entry, removed);
    await this.#journal.append(entry, undo);
    for (const { file } of removed) await this.files.remove(file);
  }
}

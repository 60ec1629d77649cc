import { open, readFile, rename, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32c } from '@node-rs/crc32';
import { CloudError } from '../http/cloud-error.js';

interface PendingEntry {
  readonly line: string;
  readonly undo: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** When lines reach the disk itself: before `append` resolves, or within about a second after it. */
export type SyncTime = 'before' | 'after';

/** How long lines may lie in the system's cache when they are synchronised after the answer. */
const lateSyncMs = 1000;

/**
 * An append-only file of checksummed JSON lines. `append` resolves when the line is on the disk; calls that arrive
 * while a flush is under way share the next one (group commit). With `syncs: 'after'` it resolves when the system has
 * the line: the death of the process loses nothing then, that of the machine the last second.
 */
export class Journal<R> {
  #pending: PendingEntry[] = [];
  #flushing: Promise<void> | undefined;
  #lateSync: NodeJS.Timeout | undefined;

  private constructor(
    readonly path: string,
    private handle: FileHandle,
    private sizeBytes: number,
    /** Runs before each flush: makes what the lines speak of durable first. */
    private readonly beforeFlush: () => Promise<void>,
    private readonly syncs: SyncTime,
  ) {}

  /**
   * Replays what is in the file and opens it for appending. A torn tail (the process died in a write) is cut off;
   * damage before intact lines is an error, because acknowledged records would be missing.
   */
  static async open<R>(
    path: string,
    replay: (record: R) => void,
    beforeFlush: () => Promise<void> = async () => undefined,
    syncs: SyncTime = 'before',
  ): Promise<Journal<R>> {
    const handle = await open(path, 'a');
    try {
      const bytes = await readFile(path);
      const intactBytes = replayLines<R>(bytes, path, replay, syncs);
      if (intactBytes < bytes.length) await truncate(path, intactBytes);
      return new Journal<R>(path, handle, intactBytes, beforeFlush, syncs);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Queues a record. When it cannot be written, `undo` runs before the promise rejects (503). */
  append(record: R, undo: () => void = () => undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ line: encodeLine(record), undo, resolve, reject });
      this.#start(() => this.#flush());
    });
  }

  /** Bytes in the file. */
  get size(): number {
    return this.sizeBytes;
  }

  /** Moves the file to `path` and goes on with an empty one. What is appended meanwhile waits. */
  async setAside(path: string): Promise<void> {
    while (this.#flushing) await this.#flushing;
    let failure: unknown;
    this.#start(async () => {
      try {
        await rename(this.path, path);
        const before = this.handle;
        this.handle = await open(this.path, 'a');
        this.sizeBytes = 0;
        await before.datasync().finally(() => before.close());
      } catch (error) {
        failure = error;
      }
    });
    await this.#flushing;
    if (failure) throw failure;
  }

  /** Runs the work unless something runs. What has come in meanwhile is flushed in the same turn in which that ends. */
  #start(work: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      try {
        await work();
      } finally {
        this.#flushing = undefined;
        if (this.#pending.length > 0) this.#start(() => this.#flush());
      }
    };
    this.#flushing ??= run();
  }

  /** Replaces the whole file by these records, atomically. Only while nothing is being appended. */
  async rewrite(records: Iterable<R>): Promise<void> {
    const fresh = `${this.path}.new`;
    const handle = await open(fresh, 'w');
    let lines: string[] = [];
    for (const record of records) {
      lines.push(encodeLine(record));
      if (lines.length >= 1000) {
        await handle.appendFile(lines.join(''));
        lines = [];
      }
    }
    await handle.appendFile(lines.join(''));
    await handle.sync();
    this.sizeBytes = (await handle.stat()).size;
    await handle.close();
    await rename(fresh, this.path);
    await syncDirectory(dirname(this.path));
    await this.handle.close();
    this.handle = await open(this.path, 'a');
  }

  /** Waits for what is queued, then closes the file. */
  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    clearTimeout(this.#lateSync);
    if (this.syncs === 'after') await this.handle.datasync();
    await this.handle.close();
  }

  #syncLater(): void {
    this.#lateSync ??= setTimeout(() => {
      this.#lateSync = undefined;
      // A disk that fails here fails the next append, which somebody waits for.
      void this.handle.datasync().catch(() => undefined);
    }, lateSyncMs).unref();
  }

  async #flush(): Promise<void> {
    // Lets the callers of this turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      const bytes = Buffer.from(batch.map(({ line }) => line).join(''));
      try {
        await this.beforeFlush();
        await this.handle.appendFile(bytes);
        if (this.syncs === 'before') await this.handle.datasync();
        else this.#syncLater();
        this.sizeBytes += bytes.length;
        for (const entry of batch) entry.resolve();
      } catch (error) {
        await this.#abandon(batch, error);
      }
    }
  }

  /** Later entries may build on the failed ones, so they fall with them, newest first. */
  async #abandon(batch: PendingEntry[], cause: unknown): Promise<void> {
    const entries = [...batch, ...this.#pending];
    this.#pending = [];
    for (const entry of entries.toReversed()) entry.undo();
    await truncate(this.path, this.sizeBytes).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    for (const entry of entries)
      entry.reject(
        new CloudError(503, 'backendError', `The data folder cannot be written: ${reason}`),
      );
  }
}

/** The records of a journal that was set aside; none when there is no such file. */
export async function readJournal<R>(path: string): Promise<R[]> {
  const records: R[] = [];
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  replayLines<R>(bytes, path, (record) => records.push(record), 'after');
  return records;
}

/** Makes the entries of a folder durable (renames, new files). */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function encodeLine(record: unknown): string {
  const json = JSON.stringify(record);
  return `${crc32c(json).toString(16).padStart(8, '0')} ${json}\n`;
}

function decodeLine<R>(line: string): R | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || crc32c(json).toString(16).padStart(8, '0') !== line.slice(0, 8))
    return undefined;
  return JSON.parse(json) as R;
}

/** Returns the length of the intact beginning. */
function replayLines<R>(
  bytes: Buffer,
  path: string,
  replay: (record: R) => void,
  syncs: SyncTime,
): number {
  let start = 0;
  let damagedAt: number | undefined;
  while (start < bytes.length) {
    const end = bytes.indexOf(10, start);
    const record = end < 0 ? undefined : decodeLine<R>(bytes.toString('utf8', start, end));
    if (record === undefined) damagedAt ??= start;
    // Without a synchronisation of each, the death of the machine may lose earlier lines and keep later ones.
    else if (damagedAt !== undefined && syncs === 'before')
      throw new Error(`${path} is damaged at byte ${damagedAt}, before intact records.`);
    else replay(record);
    if (end < 0) break;
    start = end + 1;
  }
  return damagedAt ?? start;
}

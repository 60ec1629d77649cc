import {
  type Exporter,
  type ExportRecord,
  type ExportSetStore,
  isAppError,
  isExportId,
  type RecordStore,
  type Versioned,
  type VersionedStore,
} from '@outhaul/core';
import { type Log } from '../log.js';
import { runAsExport } from '../telemetry/request-context.js';
import { standingOf } from './find-stuck.js';
import { type TaskQueue } from './task-queue.js';

export interface TaskWorkerDeps {
  readonly exporter: Pick<Exporter, 'advance' | 'sets' | 'sweep'>;
  readonly records: RecordStore;
  readonly sets: ExportSetStore;
  /** Undefined: nothing is asked for later; the tick alone moves exports. */
  readonly queue?: TaskQueue;
  readonly log: Log;
  readonly nowMs: () => number;
}

export interface Advanced {
  readonly state: 'ended' | 'waiting' | 'running' | 'unknown';
  readonly rounds: number;
}

export interface Ticked {
  readonly unfinished: number;
  readonly enqueued: number;
  readonly waiting: number;
  readonly stuck: number;
  /** Records that cannot be read: of another version, or broken. Each is logged by its name. */
  readonly unreadable: number;
  /** Exports whose files' days were over. */
  readonly swept: number;
  /** How long the export that waits longest for us has not moved. */
  readonly oldestMs: number;
}

/** One call moves an export as far as it goes without waiting, but not longer than this. */
const budgetMs = 20_000;
const longestDelaySeconds = 16;
/** Records that one tick looks at; ids sort newest first. */
const mostPages = 10;
/** Whoever waits longer than this for their owner is looked at no more; the owner's return moves them. */
const waitingForMs = 24 * 3_600_000;

/** Moves exports with the service's own identity; what needs their owner is left to them. */
export class TaskWorker {
  /** How long the export that waited longest at the last tick had not moved. */
  queueAgeMs = 0;

  constructor(private readonly deps: TaskWorkerDeps) {}

  /** Advances until nothing changes; asks for itself again when there is more to do later. */
  async advance(id: string): Promise<Advanced> {
    const { exporter, queue, nowMs } = this.deps;
    const advance: (id: string) => Promise<Moved> = isExportId(id)
      ? (each) => exporter.advance(each)
      : (each) => exporter.sets.advance(each);
    const startedMs = nowMs();
    let seen = -1;
    for (let rounds = 1; ; rounds += 1) {
      const record = await this.known(id, () => advance(id));
      if (!record) return { state: 'unknown', rounds };
      if (record.outcome) return { state: 'ended', rounds };
      const moved = record.revision !== seen;
      seen = record.revision;
      if (moved && nowMs() - startedMs < budgetMs) continue;
      if (isWaiting(record)) return { state: 'waiting', rounds };
      await queue?.enqueue(id, delayFor(nowMs() - Date.parse(record.createdAt)));
      return { state: 'running', rounds };
    }
  }

  /**
   * Takes up what nothing moves: whatever has not ended gets a task, and who stands still too long is told of. Removes the
   * files whose days are over.
   */
  async tick(): Promise<Ticked> {
    const { nowMs, records, sets } = this.deps;
    const seen = { unfinished: 0, enqueued: 0, waiting: 0, stuck: 0, unreadable: 0, oldestMs: 0 };
    const exports = await unfinishedOf(records);
    for (const { id, state, createdAt } of exports.found) {
      seen.unfinished += 1;
      const ageMs = nowMs() - Date.parse(createdAt);
      if (state === 'waiting') seen.waiting += 1;
      if (state === 'waiting' && ageMs > waitingForMs) continue;
      if (!(await this.judge(id, seen))) continue;
      await this.takeUp(id);
      seen.enqueued += 1;
    }
    const ofSets = await unfinishedOf(sets);
    for (const { id, state, createdAt } of ofSets.found) {
      seen.unfinished += 1;
      if (state === 'waiting' && nowMs() - Date.parse(createdAt) > waitingForMs) continue;
      await this.takeUp(id);
      seen.enqueued += 1;
    }
    for (const id of [...exports.unreadable, ...ofSets.unreadable]) {
      seen.unreadable += 1;
      this.tellUnreadable(id);
    }
    this.queueAgeMs = seen.oldestMs;
    return { ...seen, swept: (await this.deps.exporter.sweep()).exports };
  }

  /** By a task where there is a queue; else here and now. */
  private async takeUp(id: string): Promise<void> {
    const { queue, log } = this.deps;
    try {
      if (queue) await queue.enqueue(id, 0);
      else await this.advance(id);
    } catch (error) {
      log.warn({ event: 'tick.not-enqueued', exportId: id, err: error }, 'could not be taken up');
    }
  }

  /** Whether it is to be taken up: what cannot be read is told of and left, and stops no other. */
  private async judge(
    id: string,
    seen: { stuck: number; oldestMs: number; unreadable: number },
  ): Promise<boolean> {
    const { records, nowMs, log } = this.deps;
    const read = await records.read(id).catch((error: unknown) => error);
    if (isAppError(read, 'export-not-found')) return false;
    if (isAppError(read, 'record-unreadable')) {
      seen.unreadable += 1;
      this.tellUnreadable(id, read);
      return false;
    }
    // The store may be away for a moment: the task will find out.
    if (!isRead(read)) return true;
    const record = read.value;
    const { stillMs, stuck, waitsForUs } = standingOf(record, nowMs());
    if (waitsForUs) seen.oldestMs = Math.max(seen.oldestMs, stillMs);
    if (!stuck) return true;
    seen.stuck += 1;
    runAsExport(record.traceId, () =>
      log.warn(
        { event: 'export.stuck', exportId: id, owner: record.owner, stillMs },
        'export does not move',
      ),
    );
    return true;
  }

  private tellUnreadable(id: string, error?: unknown): void {
    this.deps.log.warn(
      { event: 'record.unreadable', exportId: id.slice(0, 100), err: error },
      'a record cannot be read; it is left as it is',
    );
  }

  private async known<T>(id: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (isAppError(error, 'export-not-found')) return undefined;
      if (!isAppError(error, 'record-unreadable')) throw error;
      // To be called again would not help: the tick tells of it until someone has looked.
      this.tellUnreadable(id, error);
      return undefined;
    }
  }
}

const isRead = (read: unknown): read is Versioned<ExportRecord> => !(read instanceof Error);

/** What an export and a set of them have in common. */
interface Moved {
  readonly revision: number;
  readonly createdAt: string;
  readonly outcome?: object;
  readonly steps?: readonly { readonly state: string }[];
  /** Why a set waits. */
  readonly note?: string;
}

interface Summary {
  readonly id: string;
  readonly state: string;
  readonly createdAt: string;
}

async function unfinishedOf<S extends Summary>(
  store: Pick<VersionedStore<unknown, S>, 'list'>,
): Promise<{ found: readonly S[]; unreadable: readonly string[] }> {
  const found: S[] = [];
  const unreadable: string[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const listed = await store.list({ pageSize: 1_000, pageToken });
    found.push(...listed.items.filter(({ state }) => unfinished.has(state)));
    unreadable.push(...(listed.unreadable ?? []));
    if (!listed.nextPageToken) break;
    pageToken = listed.nextPageToken;
  }
  return { found, unreadable };
}

const unfinished: ReadonlySet<string> = new Set(['queued', 'running', 'waiting', 'cancelling']);

const isWaiting = ({ note, steps }: Moved): boolean =>
  note !== undefined || !!steps?.some(({ state }) => state === 'waiting');

/** The longer an export has run, the less often it is asked for: after a tenth of its age, a power of two. */
const delayFor = (ageMs: number): number =>
  Math.min(
    longestDelaySeconds,
    2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, ageMs / 10_000)))),
  );

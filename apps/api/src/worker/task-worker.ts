import {
  type Exporter,
  type ExportSetStore,
  isAppError,
  isExportId,
  type RecordStore,
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
      const record = await this.known(() => advance(id));
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
    const seen = { unfinished: 0, enqueued: 0, waiting: 0, stuck: 0, oldestMs: 0 };
    for (const { id, state, createdAt } of await unfinishedOf(records)) {
      seen.unfinished += 1;
      const ageMs = nowMs() - Date.parse(createdAt);
      if (state === 'waiting') seen.waiting += 1;
      if (state === 'waiting' && ageMs > waitingForMs) continue;
      await this.judge(id, seen);
      await this.takeUp(id);
      seen.enqueued += 1;
    }
    for (const { id, state, createdAt } of await unfinishedOf(sets)) {
      seen.unfinished += 1;
      if (state === 'waiting' && nowMs() - Date.parse(createdAt) > waitingForMs) continue;
      await this.takeUp(id);
      seen.enqueued += 1;
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

  private async judge(id: string, seen: { stuck: number; oldestMs: number }): Promise<void> {
    const { records, nowMs, log } = this.deps;
    const record = await this.known(async () => (await records.read(id)).value);
    if (!record) return;
    const { stillMs, stuck, waitsForUs } = standingOf(record, nowMs());
    if (waitsForUs) seen.oldestMs = Math.max(seen.oldestMs, stillMs);
    if (!stuck) return;
    seen.stuck += 1;
    runAsExport(record.traceId, () =>
      log.warn(
        { event: 'export.stuck', exportId: id, owner: record.owner, stillMs },
        'export does not move',
      ),
    );
  }

  private async known<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (isAppError(error, 'export-not-found')) return undefined;
      throw error;
    }
  }
}

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

async function unfinishedOf<S extends Summary>(store: {
  list(page: {
    pageSize?: number;
    pageToken?: string;
  }): Promise<{ items: readonly S[]; nextPageToken?: string }>;
}): Promise<S[]> {
  const found: S[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items, nextPageToken } = await store.list({ pageSize: 1_000, pageToken });
    found.push(...items.filter(({ state }) => unfinished.has(state)));
    if (!nextPageToken) break;
    pageToken = nextPageToken;
  }
  return found;
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

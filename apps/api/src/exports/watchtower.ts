import { type ExportRecord } from '@outhaul/core';
import { type Response } from 'express';
import { whenClosed } from '../http/when-closed.js';
import { type Driver } from './driver.js';
import { frameOf } from './shown-export.js';

/** Every stream is written to once in so long, that no proxy takes it for dead. */
const heartbeatMs = 15_000;
/** A stream's right is asked for again at each second turn of its own. */
const turnsPerCheck = 2;
/** The streams' turns are spread over it: thousands at once would hold everything else up. */
const turns = 60;

interface Watcher {
  readonly response: Response;
  lastRevision: number;
  readonly turn: number;
  /** Whether its reader may still see the export, as of now. */
  readonly mayStill: () => Promise<boolean>;
  turnsSinceCheck: number;
  /** A reader that is slow gets the newest state when it drains, not a growing queue. */
  owed?: ExportRecord;
  blocked: boolean;
}

/** Streams states to whoever watches; the driver’s one poll per export serves them all. */
export class Watchtower {
  private readonly watchers = new Map<string, Set<Watcher>>();
  private readonly heartbeat: NodeJS.Timeout;
  private turn = 0;
  private lastTurn = 0;
  private closing = false;

  constructor(driver: Driver<ExportRecord>) {
    driver.onRecord((record) => this.publish(record));
    this.heartbeat = setInterval(() => this.beat(), heartbeatMs / turns);
    this.heartbeat.unref();
  }

  /** Begins a stream with the present state, unless `lastEventId` says that the reader has it already. It goes on while `mayStill`. */
  watch(
    record: ExportRecord,
    response: Response,
    lastEventId: string | undefined,
    mayStill: () => Promise<boolean> = async () => true,
  ): void {
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    response.write('retry: 1000\n\n');
    if (this.closing) {
      response.end();
      return;
    }
    const known = Number(lastEventId);
    const watcher: Watcher = {
      response,
      lastRevision: Number.isSafeInteger(known) && known === record.revision ? known : -1,
      blocked: false,
      mayStill,
      turnsSinceCheck: 0,
      turn: (this.lastTurn = (this.lastTurn + 1) % turns),
    };
    const group = this.watchers.get(record.id) ?? new Set();
    group.add(watcher);
    this.watchers.set(record.id, group);
    response.on('drain', () => {
      watcher.blocked = false;
      const { owed } = watcher;
      watcher.owed = undefined;
      if (owed) this.send(watcher, owed);
    });
    whenClosed(response, () => {
      group.delete(watcher);
      if (group.size === 0 && this.watchers.get(record.id) === group)
        this.watchers.delete(record.id);
    });
    this.send(watcher, record);
  }

  /** How many streams are open. */
  get size(): number {
    let open = 0;
    for (const group of this.watchers.values()) open += group.size;
    return open;
  }

  isWatched(id: string): boolean {
    return this.watchers.has(id);
  }

  /** Ends all streams; readers reconnect elsewhere with their Last-Event-ID. */
  close(): void {
    this.closing = true;
    clearInterval(this.heartbeat);
    for (const group of this.watchers.values()) for (const { response } of group) response.end();
  }

  private publish(record: ExportRecord): void {
    const group = this.watchers.get(record.id);
    if (!group) return;
    for (const watcher of group) this.send(watcher, record);
  }

  private send(watcher: Watcher, record: ExportRecord): void {
    if (record.revision === watcher.lastRevision && !record.outcome) return;
    if (watcher.blocked) {
      watcher.owed = record;
      return;
    }
    if (record.revision !== watcher.lastRevision) {
      watcher.lastRevision = record.revision;
      watcher.blocked = !watcher.response.write(frameOf(record));
    }
    if (record.outcome) watcher.response.end();
  }

  /** Ends a stream whose reader has lost their right. Where it cannot be told, the stream goes on until it can. */
  private async check({ mayStill, response }: Watcher): Promise<void> {
    if (await mayStill().catch(() => true)) return;
    response.end();
  }

  private beat(): void {
    this.turn = (this.turn + 1) % turns;
    for (const group of this.watchers.values())
      for (const watcher of group) {
        if (watcher.turn !== this.turn) continue;
        if (!watcher.blocked) watcher.response.write(': keep-alive\n\n');
        watcher.turnsSinceCheck += 1;
        if (watcher.turnsSinceCheck % turnsPerCheck === 0) void this.check(watcher);
      }
  }
}

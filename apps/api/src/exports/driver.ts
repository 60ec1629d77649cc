import { type Caller, isAppError } from '@outhaul/core';
import { type Log } from '../log.js';

/** What is driven: an export's record, or a set's. */
export interface Driven {
  readonly id: string;
  readonly revision: number;
  readonly outcome?: object;
}

type Advance<T extends Driven> = (id: string, caller?: Caller) => Promise<T>;

/**
 * Keeps exports moving while someone who started or watches them is known to this process: it calls `advance`, which
 * is safe from any number of processes at once. After a restart whoever asks for the status starts it again.
 */
export class Driver<T extends Driven = Driven> {
  private readonly driven = new Map<string, { caller?: Caller; loop: Promise<void> }>();
  private readonly listeners = new Set<(record: T) => void>();
  private stopped = false;

  constructor(
    private readonly advance: Advance<T>,
    private readonly pollMs: number,
    private readonly log: Log,
  ) {}

  /** Hears of every state that this process sees. */
  onRecord(listener: (record: T) => void): void {
    this.listeners.add(listener);
  }

  drive(id: string, caller?: Caller): void {
    if (this.stopped) return;
    const running = this.driven.get(id);
    if (running) {
      running.caller = caller ?? running.caller;
      return;
    }
    const entry = { caller, loop: Promise.resolve() };
    this.driven.set(id, entry);
    entry.loop = this.run(id, entry).finally(() => this.driven.delete(id));
  }

  isDriving(id: string): boolean {
    return this.driven.has(id);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled([...this.driven.values()].map(({ loop }) => loop));
  }

  private async run(id: string, entry: { caller?: Caller }): Promise<void> {
    let seen = -1;
    let idleRounds = 0;
    let faults = 0;
    while (!this.stopped) {
      try {
        const record = await this.advance(id, entry.caller);
        for (const listener of this.listeners) listener(record);
        if (record.outcome) return;
        faults = 0;
        idleRounds = record.revision === seen ? idleRounds + 1 : 0;
        seen = record.revision;
      } catch (error) {
        if (isAppError(error, 'export-not-found')) return;
        faults += 1;
        this.log.warn(
          { event: 'export.advance-failed', exportId: id, err: error },
          'advance failed',
        );
      }
      const wait =
        faults > 0 ? Math.min(this.pollMs * 2 ** faults, 30_000) : idleRounds > 0 ? this.pollMs : 0;
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

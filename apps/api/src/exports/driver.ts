import { type Caller, isAppError } from '@outhaul/core';
import { type Log } from '../log.js';

/** What is driven: an export's record, or a set's. */
export interface Driven {
  readonly id: string;
  readonly revision: number;
  readonly outcome?: object;
  readonly steps?: readonly { readonly state: string }[];
}

/** Only the owner may start what reads the source. */
type Owned = { readonly id: string; readonly owner: string };

type Advance<T extends Driven> = (id: string, caller?: Caller) => Promise<T>;

/** For a process that gets processor time only while it answers requests. */
export interface HandingOver {
  /** Has the worker move it on. */
  handOver(id: string): Promise<void>;
  /** Somebody watches it here, so that this process may go on. */
  isWatched(id: string): boolean;
}

interface Entry {
  caller?: Caller;
  loop: Promise<void>;
  /** Resolves when nothing is left to do without waiting. */
  readonly settled: Promise<void>;
}

/**
 * By how much a poll may come later than it could, by chance: those that a busy moment has let come due together would
 * stay together from then on, and make the next busy moment.
 */
const spread = 0.2;

/** A request waits no longer than this for what it has begun. */
const settleWithinMs = 10_000;

/** What a step has just begun, such as a job, is first looked at so soon: most are short. */
const firstPauseMs = 250;

/**
 * Keeps exports moving while someone who started or watches them is known to this process: it calls `advance`, which
 * is safe from any number of processes at once. After a restart whoever asks for the status starts it again. With
 * somebody to hand over to, it stops as soon as an export only waits and nobody watches.
 */
export class Driver<T extends Driven = Driven> {
  private readonly driven = new Map<string, Entry>();
  private readonly listeners = new Set<(record: T) => void>();
  private readonly waking = new Set<() => void>();
  private stopped = false;

  constructor(
    private readonly advance: Advance<T>,
    private readonly pollMs: number,
    private readonly log: Log,
    private readonly handing?: HandingOver,
  ) {}

  /** Hears of every state that this process sees. */
  onRecord(listener: (record: T) => void): void {
    this.listeners.add(listener);
  }

  /**
   * Begins to move it. Where the rest is handed over, the promise waits until what needs this caller has been done;
   * else it is not waited for.
   */
  async drive({ id, owner }: Owned, caller?: Caller): Promise<void> {
    if (this.stopped) return;
    const running = this.driven.get(id);
    // Who else looks does nothing for it, so they must not take the owner's place.
    const present = caller?.email === owner ? caller : undefined;
    if (running) running.caller = present ?? running.caller;
    const { settled } = running ?? this.begin(id, present);
    if (!this.handing) return;
    await Promise.race([
      settled,
      new Promise<void>((resolve) => setTimeout(resolve, settleWithinMs).unref()),
    ]);
  }

  /** How many are being moved. */
  get size(): number {
    return this.driven.size;
  }

  private begin(id: string, caller?: Caller): Entry {
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const entry: Entry = { caller, loop: Promise.resolve(), settled };
    this.driven.set(id, entry);
    entry.loop = this.run(id, entry, settle).finally(() => {
      settle();
      if (this.driven.get(id) === entry) this.driven.delete(id);
    });
    return entry;
  }

  isDriving(id: string): boolean {
    return this.driven.has(id);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const wake of this.waking) wake();
    await Promise.allSettled([...this.driven.values()].map(({ loop }) => loop));
  }

  private async run(id: string, entry: Entry, settle: () => void): Promise<void> {
    let seen = -1;
    let idleRounds = 0;
    let faults = 0;
    let step: number | undefined;
    while (!this.stopped) {
      let begun: number | undefined;
      try {
        const record = await this.advance(id, entry.caller);
        for (const listener of this.listeners) listener(record);
        if (record.outcome) return;
        faults = 0;
        idleRounds = record.revision === seen ? idleRounds + 1 : 0;
        seen = record.revision;
        begun = this.handing ? undefined : runningStep(record);
      } catch (error) {
        if (isAppError(error, 'export-not-found')) return;
        faults += 1;
        this.log.warn(
          { event: 'export.advance-failed', exportId: id, err: error },
          'advance failed',
        );
      }
      if (idleRounds > 0 && this.handing) {
        if (!this.handing.isWatched(id)) return this.handOver(id);
        settle();
      }
      const wait =
        faults > 0
          ? Math.min(this.pollMs * 2 ** faults, 30_000)
          : this.pauseAfter(idleRounds, begun !== undefined && begun !== step);
      step = begun ?? step;
      if (wait > 0) await this.sleep(wait);
    }
    if (this.handing) await this.handOver(id);
  }

  /** Never two looks in vain within one poll. */
  private pauseAfter(idleRounds: number, hasBegun: boolean): number {
    if (idleRounds > 0) return this.pollMs * (1 + Math.random() * spread);
    return hasBegun ? Math.min(firstPauseMs, this.pollMs) : 0;
  }

  /** Ends early when the process is to end. */
  private async sleep(ms: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waking.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.waking.add(wake);
    });
  }

  private async handOver(id: string): Promise<void> {
    try {
      await this.handing?.handOver(id);
    } catch (error) {
      // The next tick takes it up.
      this.log.warn(
        { event: 'export.not-handed-over', exportId: id, err: error },
        'not handed over',
      );
    }
  }
}

/** The step that is under way when a call has ended, and so waits for something outside. */
function runningStep({ steps = [] }: Driven): number | undefined {
  const index = steps.findIndex(({ state }) => state !== 'done');
  return steps[index]?.state === 'running' ? index : undefined;
}

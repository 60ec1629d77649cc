import fs from 'node:fs';
import { promisify } from 'node:util';
import { closeAnyway } from './close-anyway.js';
import { type FinishedFile, finishFile, type FinishingFailure } from './finish-file.js';

const flushAside = promisify(fs.fdatasync);

/** Flushing so much takes no longer than the thread's way there and back, if the disk is that quick. */
const mostAtOnceBytes = 1 << 20;
const quickMs = 0.1;
/** So much longer may all flushes on the spot take, so that a busy machine is not taken for a slow disk. */
const mostSpareMs = 25;
/** So many files at once wait for a slow disk, since each holds a descriptor. */
const mostAside = 64;

/**
 * Makes files durable before they get their names: on the spot where that takes less time than asking another thread
 * would (with a disk that answers at once), else side by side while the lanes go on.
 */
export class Publisher {
  private readonly running = new Set<Promise<void>>();
  private spareMs = mostSpareMs;

  /** Where files live in memory only, nothing could make them durable. */
  constructor(private readonly isInMemory: boolean) {}

  /** Goes on with `done`, which must not throw. Waits only when too many files are waiting for the disk. */
  add(
    file: FinishedFile,
    sizeBytes: number,
    done: (failure?: FinishingFailure) => void,
  ): Promise<void> | undefined {
    if (this.isInMemory || (sizeBytes <= mostAtOnceBytes && this.spareMs > 0)) {
      done(this.finishNow(file));
      return undefined;
    }
    const promise = this.finishAside(file)
      .then(done)
      .finally(() => this.running.delete(promise));
    this.running.add(promise);
    return this.running.size > mostAside ? Promise.race(this.running) : undefined;
  }

  /** Whether the disk has answered at once so far: then no thread need be started for it. */
  get isQuick(): boolean {
    return this.spareMs > 0;
  }

  async end(): Promise<void> {
    await Promise.all(this.running);
  }

  private finishNow(file: FinishedFile): FinishingFailure | undefined {
    if (this.isInMemory) return finishFile(file, false);
    const startedAt = performance.now();
    const failure = finishFile(file, true);
    const tookMs = performance.now() - startedAt;
    this.spareMs = Math.min(mostSpareMs, this.spareMs + quickMs - tookMs);
    return failure;
  }

  private async finishAside(file: FinishedFile): Promise<FinishingFailure | undefined> {
    try {
      await flushAside(file.descriptor);
      return finishFile(file, false);
    } catch (error) {
      closeAnyway(file.descriptor);
      const { code, message } = error as NodeJS.ErrnoException;
      return { code, message };
    }
  }
}

import { fdatasync, fdatasyncSync } from 'node:fs';
import { promisify } from 'node:util';

const flushAside = promisify(fdatasync);

/** Flushing so much takes no longer than the thread's way there and back, if the disk is that quick. */
const mostAtOnceBytes = 1 << 20;
const quickMs = 0.1;
/** So much longer may all flushes on the spot take, so that a busy machine is not taken for a slow disk. */
const mostSpareMs = 25;

/**
 * Makes files durable before they get their names: on the spot where that takes less time than asking another thread
 * would (with a disk that answers at once), else side by side while the lanes go on.
 */
export class Publisher {
  private readonly running = new Set<Promise<void>>();
  private spareMs = mostSpareMs;

  /** So many files at once wait for the disk, since each holds a descriptor. */
  constructor(
    private readonly isInMemory: boolean,
    private readonly most = 64,
  ) {}

  /** Flushes, then goes on with `done`, which must not throw. Waits only when too many files are waiting for the disk. */
  add(
    descriptor: number,
    sizeBytes: number,
    done: (error?: unknown) => void,
  ): Promise<void> | undefined {
    if (this.isInMemory) {
      done();
      return undefined;
    }
    if (sizeBytes <= mostAtOnceBytes && this.spareMs > 0) {
      done(this.flushNow(descriptor));
      return undefined;
    }
    const promise = flushAside(descriptor)
      .then(() => done(), done)
      .finally(() => this.running.delete(promise));
    this.running.add(promise);
    return this.running.size > this.most ? Promise.race(this.running) : undefined;
  }

  /** Whether the disk has answered at once so far: then no thread need be started for it. */
  get isQuick(): boolean {
    return this.spareMs > 0;
  }

  async end(): Promise<void> {
    await Promise.all(this.running);
  }

  private flushNow(descriptor: number): unknown {
    const startedAt = performance.now();
    try {
      fdatasyncSync(descriptor);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      const tookMs = performance.now() - startedAt;
      this.spareMs = Math.min(mostSpareMs, this.spareMs + quickMs - tookMs);
    }
  }
}

import fs from 'node:fs';
import { promisify } from 'node:util';
import { type FinishedFile, finishFiles, type FinishingFailure } from './finish-files.js';
import { FinishingThread } from './finishing-thread.js';

const flushAside = promisify(fs.fdatasync);

/** Flushing so much takes no longer than the thread's way there and back, if the disk is that quick. */
const mostAtOnceBytes = 1 << 20;
const quickMs = 0.1;
/** So much longer may all flushes on the spot take, so that a busy machine is not taken for a slow disk. */
const mostSpareMs = 25;
/** So many files at once wait for a slow disk, or for the thread, since each holds a descriptor. */
const mostAside = 64;
const mostInThread = 256;
/** From so many files on, a thread of their own is worth its start. */
const manyFiles = 1_000;

export interface PublisherSettings {
  /** How many files there are to be. */
  readonly files: number;
  /** Nothing could make them durable. */
  readonly isInMemory: boolean;
}

/**
 * Makes files durable before they get their names: on the spot, or many small ones in a thread beside the lanes, where
 * that takes less time than asking a pool of threads would; else side by side while the lanes go on.
 */
export class Publisher {
  private readonly running = new Set<Promise<void>>();
  private spareMs = mostSpareMs;
  private readonly thread?: FinishingThread;

  constructor(private readonly settings: PublisherSettings) {
    // At once, so that it is there when the first files are.
    if (settings.files >= manyFiles)
      this.thread = new FinishingThread(!settings.isInMemory, mostInThread, (ms, files) =>
        this.noteTime(ms, files),
      );
  }

  /** Goes on with `done`, which must not throw. Waits only when too many files are waiting for the disk. */
  add(
    file: FinishedFile,
    sizeBytes: number,
    done: (failure?: FinishingFailure) => void,
  ): Promise<void> | undefined {
    const isSmall = sizeBytes <= mostAtOnceBytes;
    if (this.settings.isInMemory || (isSmall && this.spareMs > 0)) {
      if (isSmall && this.thread && !this.thread.isBroken) return this.thread.add(file, done);
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
    await this.thread?.end();
  }

  private finishNow(file: FinishedFile): FinishingFailure | undefined {
    const startedAt = performance.now();
    const [failure] = finishFiles(fs, [file], !this.settings.isInMemory);
    this.noteTime(performance.now() - startedAt, 1);
    return failure;
  }

  private async finishAside(file: FinishedFile): Promise<FinishingFailure | undefined> {
    try {
      await flushAside(file.descriptor);
      return finishFiles(fs, [file], false)[0];
    } catch (error) {
      fs.closeSync(file.descriptor);
      const { code, message } = error as NodeJS.ErrnoException;
      return { index: 0, code, message };
    }
  }

  private noteTime(ms: number, files: number): void {
    this.spareMs = Math.min(mostSpareMs, this.spareMs + quickMs * files - ms);
  }
}

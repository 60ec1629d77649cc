import { AppError } from '@outhaul/core';

/** Cloud Storage takes about one write a second of the same object: https://cloud.google.com/storage/quotas#objects */
const spacingMs = 1_000;
/** Names that are remembered before those that may be written again are forgotten. */
const mostNames = 10_000;

interface Written {
  readonly atMs: number;
  /** How many writes of the name this process has made or started. */
  readonly count: number;
}

/** Spaces this process's writes of the same object, so that none is refused for coming too soon. */
export class WritePace {
  private readonly written = new Map<string, Written>();

  constructor(
    private readonly nowMs: () => number = () => performance.now(),
    private readonly pause: (ms: number) => Promise<void> = (ms) =>
      new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  /** How long the object may not be written again, as far as this process knows. */
  restMs(name: string): number {
    const atMs = this.written.get(name)?.atMs;
    return atMs === undefined ? 0 : Math.max(0, Math.ceil(atMs + spacingMs - this.nowMs()));
  }

  /**
   * Writes when it is time. A replacement that waited while this process wrote the object again has lost the race for it:
   * `record-conflict`, without asking Cloud Storage.
   */
  async write<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.written.get(name)?.count ?? 0;
    for (let restMs = this.restMs(name); restMs > 0; restMs = this.restMs(name)) {
      await this.pause(restMs);
      if ((this.written.get(name)?.count ?? 0) !== before)
        throw new AppError('record-conflict', `${name} was written in the meantime.`, {
          resource: name,
        });
    }
    this.note(name);
    try {
      return await work();
    } finally {
      this.note(name);
    }
  }

  private note(name: string): void {
    const count = (this.written.get(name)?.count ?? 0) + 1;
    this.written.delete(name);
    this.written.set(name, { atMs: this.nowMs(), count });
    for (const [oldest, { atMs }] of this.written) {
      if (this.written.size <= mostNames || this.nowMs() - atMs < spacingMs) break;
      this.written.delete(oldest);
    }
  }
}

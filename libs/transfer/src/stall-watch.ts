import { TransferError } from './transfer-error.js';

const ticksPerTimeout = 8;
/** Slower than this is no better than silence. */
const leastBytesPerSecond = 64;

/**
 * Tells silence, or a mere trickle, from headway. Ticks are counted, not the clock: a process that was held up is no sign
 * of a silent server.
 */
export class StallWatch {
  /** How often `tick` is to be called. */
  readonly tickMs: number;
  private ticks = 0;
  private recentBytes = 0;

  constructor(private readonly timeoutMs: number) {
    this.tickMs = timeoutMs / ticksPerTimeout;
  }

  came(bytes: number): void {
    this.recentBytes += bytes;
  }

  /** The error, when hardly a byte has come for the whole timeout, for each of so many answers that are awaited. */
  tick(awaited = 1): TransferError | undefined {
    this.ticks += 1;
    if (this.ticks < ticksPerTimeout) return undefined;
    const least = Math.max(1, (leastBytesPerSecond * this.timeoutMs) / 1_000);
    const isStalled = this.recentBytes < least * Math.max(1, awaited);
    this.ticks = 0;
    this.recentBytes = 0;
    return isStalled ? stalled(this.timeoutMs) : undefined;
  }

  /** A new answer is waited for. */
  restart(): void {
    this.ticks = 0;
    this.recentBytes = 0;
  }
}

export const stalled = (timeoutMs: number): TransferError =>
  new TransferError('stalled', `Hardly a byte came for ${Math.ceil(timeoutMs / 1_000)} s.`);

import { type Response } from 'express';
import { MemoryStore, type Options } from 'express-rate-limit';
import { EdgeError } from './problem.js';
import { whenClosed } from './when-closed.js';

const minuteMs = 60_000;

/** How much one caller may ask of one process: requests a minute, and streams at the same time. 0 = without limit. */
export class CallerLimits {
  private readonly hits = new MemoryStore();
  private readonly streams = new Map<string, number>();

  constructor(
    private readonly requestsPerMinute: number,
    private readonly streamsAtOnce: number,
  ) {
    this.hits.init({ windowMs: minuteMs } as Options);
  }

  /** Counts a request; throws `rate-limited`, and tells by Retry-After when to come again. */
  async countRequest(who: string, response: Response | undefined): Promise<void> {
    if (this.requestsPerMinute === 0) return;
    const { totalHits, resetTime } = await this.hits.increment(who);
    if (totalHits <= this.requestsPerMinute) return;
    const waitMs = (resetTime?.getTime() ?? Date.now() + minuteMs) - Date.now();
    response?.setHeader('Retry-After', Math.max(1, Math.ceil(waitMs / 1_000)));
    throw new EdgeError(
      'rate-limited',
      `That is more than ${this.requestsPerMinute} requests a minute.`,
      'Wait, then ask again; watch an export by its events instead of asking for its status.',
    );
  }

  /** Counts a stream until its connection closes; throws `rate-limited`. */
  openStream(who: string, response: Response): void {
    const open = this.streams.get(who) ?? 0;
    if (this.streamsAtOnce > 0 && open >= this.streamsAtOnce) {
      response.setHeader('Retry-After', 5);
      throw new EdgeError(
        'rate-limited',
        `You are watching ${open} exports already.`,
        'Close one of the streams.',
      );
    }
    this.streams.set(who, open + 1);
    whenClosed(response, () => {
      const left = (this.streams.get(who) ?? 1) - 1;
      if (left > 0) this.streams.set(who, left);
      else this.streams.delete(who);
    });
  }
}

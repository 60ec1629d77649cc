import { type Exporter } from '@outhaul/core';
import { type Log } from '../log.js';

const everyMs = 60_000;

/** Removes the files whose days are over, each minute, in a process that nobody calls from outside to do it. */
export class Sweeper {
  private timer?: NodeJS.Timeout;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly exporter: Pick<Exporter, 'sweep'>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep());
    }, everyMs);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    try {
      const swept = await this.exporter.sweep();
      if (swept.exports > 0) this.log.info({ event: 'exports.swept', ...swept }, 'swept');
    } catch (error) {
      this.log.warn({ event: 'exports.sweep-failed', err: error }, 'the sweep failed');
    }
  }
}

import { type ShiftableClock } from '../clock.js';
import { type DurableObjectStore } from './durable-object-store.js';
import { lifecycleActionOf, type LifecycleSubject } from './lifecycle.js';
import { retainedUntilMs } from './retention.js';
import { type BucketState } from './storage-index.js';

/** How often the rules are looked at; Cloud Storage promises no more than once a day. */
const everyMs = 60_000;

/** Applies the lifecycle rules of all buckets, by the clock that tests can move. */
export class LifecycleSweeper {
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: DurableObjectStore,
    private readonly clock: ShiftableClock,
    private readonly log: (line: string) => void,
  ) {
    this.#timer = setInterval(() => void this.sweep(), everyMs).unref();
  }

  /** One pass over everything; resolves when it is done. */
  sweep(): Promise<void> {
    this.#running = this.#running
      .then(() => this.#sweepAll())
      .catch((error: unknown) => this.log(`lifecycle: ${String(error)}`));
    return this.#running;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #sweepAll(): Promise<void> {
    for (const { name, settings } of this.store.buckets())
      if ((settings.lifecycle?.rule ?? []).length > 0)
        await this.#sweepBucket(this.store.bucketState(name));
  }

  async #sweepBucket({ record, objects }: BucketState): Promise<void> {
    const nowMs = this.clock.nowMs();
    const rules = record.settings.lifecycle?.rule ?? [];
    const subjects = [...objects.values()].flatMap(({ live, noncurrent }): LifecycleSubject[] => [
      ...(live ? [{ object: live, isLive: true, newerVersions: 0 }] : []),
      ...noncurrent.map((object, index) => ({
        object,
        isLive: false,
        newerVersions: noncurrent.length - 1 - index + (live ? 1 : 0),
      })),
    ]);
    for (const subject of subjects) {
      const { object } = subject;
      const { temporaryHold, eventBasedHold } = object.attributes;
      const action = lifecycleActionOf(rules, subject, nowMs);
      if (!action || temporaryHold || eventBasedHold) continue;
      if (action.type === 'Delete' && retainedUntilMs(record, object, nowMs) !== undefined)
        continue;
      // Changed since the pass began: the next one will see what it is now.
      if (this.store.object(object.bucket, object.name, object.generation) !== object) continue;
      if (action.type === 'Delete') await this.store.remove(object, subject.isLive);
      else if (action.storageClass)
        await this.store.update(object, { storageClass: action.storageClass });
    }
  }
}

import { createHash } from 'node:crypto';
import { type GoogleTaskQueue } from '@outhaul/google';
import { currentSpan, traceparentOf } from '../telemetry/request-context.js';
import { type WorkerConfig } from './worker-settings.js';

/** Hands exports to the worker. */
export interface TaskQueue {
  /** Asks for `id` to be moved in `delaySeconds` (a power of two, or 0 for at once). */
  enqueue(id: string, delaySeconds: number): Promise<void>;
}

/**
 * Cloud Tasks. A task for later is named after the export and the moment it is due, rounded up to its delay: two chains
 * of tasks for one export meet in the same name and go on as one.
 */
export class CloudTaskQueue implements TaskQueue {
  constructor(
    private readonly tasks: Pick<GoogleTaskQueue, 'add'>,
    private readonly target: NonNullable<WorkerConfig['tasks']>,
    private readonly nowMs: () => number,
  ) {}

  async enqueue(id: string, delaySeconds: number): Promise<void> {
    const { url, audience, account } = this.target;
    const span = currentSpan();
    const target = {
      url: `${url}/internal/advance/${id}`,
      audience,
      account,
      headers: span && { traceparent: traceparentOf(span) },
    };
    if (delaySeconds === 0) return this.tasks.add(target, {});
    const slotMs = delaySeconds * 1000;
    const slot = Math.ceil(this.nowMs() / slotMs + 0.5);
    // Google asks for names without a common beginning.
    const spread = createHash('sha256').update(id).digest('hex').slice(0, 8);
    await this.tasks.add(target, {
      name: `${spread}-${id}-${delaySeconds}-${slot}`,
      dueMs: slot * slotMs,
    });
  }
}

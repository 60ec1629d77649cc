import { setTimeout as wait } from 'node:timers/promises';
import { type ShiftableClock } from '../clock.js';
import { type ArmedFaults } from '../faults/armed-faults.js';
import { afterFailure, isSuccess } from './attempt-outcome.js';
import { type Delivery, deliverTask, type TaskDelivery } from './deliver-task.js';
import { DueHeap } from './due-heap.js';
import { burstOf } from './queue-fields.js';
import { queueOf, type TaskRecord } from './task-record.js';
import { type QueueState, type TaskStore } from './task-store.js';

export interface DispatcherDeps extends TaskDelivery {
  readonly store: TaskStore;
  readonly clock: ShiftableClock;
  readonly faults: ArmedFaults;
  log(line: string): void;
}

/** What a queue is doing at the moment. */
interface Lane {
  readonly due: DueHeap;
  readonly running: Set<string>;
  /** Dispatches that the rate allows right now. */
  permits: number;
  permitsAt: number;
  timer?: NodeJS.Timeout;
}

/** A timer that waits longer than this is set again. */
const longestTimerMs = 60_000;

/** Sends due tasks to their targets, each at least once, at the pace that its queue allows. */
export class TaskDispatcher {
  readonly #lanes = new Map<string, Lane>();
  readonly #attempts = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #stopListening: () => void;

  constructor(private readonly deps: DispatcherDeps) {
    this.#stopListening = deps.clock.onShift(() => this.#wakeAll());
    for (const { tasks } of deps.store.queues.values())
      for (const task of tasks.values()) this.#laneOf(task).due.add(task.name, task.scheduledMs);
  }

  /** Begins to work off what was there at the start. */
  start(): void {
    this.#wakeAll();
  }

  /** Takes up a new or changed task. */
  add(task: TaskRecord): void {
    this.#laneOf(task).due.add(task.name, task.scheduledMs);
    this.wake(queueOf(task.name));
  }

  /** Sends a task now, whatever its queue's state and pace. */
  run(task: TaskRecord): void {
    const lane = this.#laneOf(task);
    if (!lane.running.has(task.name)) this.#begin(lane, task);
  }

  /** Looks at a queue again: something about it has changed. */
  wake(queueName: string): void {
    const lane = this.#lanes.get(queueName);
    const queue = this.deps.store.queues.get(queueName);
    if (!lane || this.#closing.signal.aborted) return;
    clearTimeout(lane.timer);
    if (queue?.record.state !== 'RUNNING') return;
    this.#refill(lane, queue);
    for (;;) {
      const next = this.#nextTask(lane, queue);
      if (!next) return;
      const hasRoom = lane.running.size < queue.record.rateLimits.maxConcurrentDispatches;
      // The end of a running attempt wakes the queue again.
      if (!hasRoom) return;
      const dueInMs = next.scheduledMs - this.deps.clock.nowMs();
      if (dueInMs > 0 || lane.permits < 1) {
        const permitInMs =
          ((1 - lane.permits) * 1000) / queue.record.rateLimits.maxDispatchesPerSecond;
        const waitMs = Math.min(longestTimerMs, Math.max(dueInMs, permitInMs, 1));
        lane.timer = setTimeout(() => this.wake(queueName), Math.ceil(waitMs)).unref();
        return;
      }
      lane.due.removeFirst();
      lane.permits--;
      this.#begin(lane, next);
    }
  }

  /** Stops; tasks under way will be sent again after the next start. */
  async close(): Promise<void> {
    this.#stopListening();
    this.#closing.abort();
    for (const { timer } of this.#lanes.values()) clearTimeout(timer);
    await Promise.allSettled([...this.#attempts]);
  }

  #wakeAll(): void {
    for (const name of this.#lanes.keys()) this.wake(name);
  }

  #laneOf(task: TaskRecord): Lane {
    const name = queueOf(task.name);
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane: Lane = { due: new DueHeap(), running: new Set(), permits: Infinity, permitsAt: 0 };
    this.#lanes.set(name, lane);
    return lane;
  }

  #refill(lane: Lane, { record: { rateLimits } }: QueueState): void {
    const now = performance.now();
    const gained = ((now - lane.permitsAt) / 1000) * rateLimits.maxDispatchesPerSecond;
    lane.permits = Math.min(burstOf(rateLimits), lane.permits + gained);
    lane.permitsAt = now;
  }

  /** The first task that is due; entries of deleted, rescheduled or running tasks are dropped on the way. */
  #nextTask(lane: Lane, { tasks }: QueueState): TaskRecord | undefined {
    for (;;) {
      const first = lane.due.first();
      if (!first) return undefined;
      const task = tasks.get(first.name);
      if (task && task.scheduledMs === first.dueMs && !lane.running.has(task.name)) return task;
      lane.due.removeFirst();
    }
  }

  #begin(lane: Lane, task: TaskRecord): void {
    lane.running.add(task.name);
    const attempt = this.#attempt(task)
      .catch((error: unknown) => this.deps.log(`tasks: ${String(error)}`))
      .finally(() => {
        lane.running.delete(task.name);
        this.#attempts.delete(attempt);
        const again = this.deps.store.queues.get(queueOf(task.name))?.tasks.get(task.name);
        if (again) lane.due.add(again.name, again.scheduledMs);
        this.wake(queueOf(task.name));
      });
    this.#attempts.add(attempt);
  }

  async #attempt(task: TaskRecord): Promise<void> {
    const { store, clock, log } = this.deps;
    const dispatchedMs = clock.nowMs();
    const delivery = await this.#deliver(task);
    const queue = store.queues.get(queueOf(task.name));
    // Ended by our own end, deleted meanwhile, or by a second attempt.
    if (this.#closing.signal.aborted || !queue?.tasks.has(task.name)) return;
    if (isSuccess(delivery)) {
      await store.endTask(task.name);
      return;
    }
    const { retryConfig } = queue.record;
    const next = afterFailure(task, delivery, retryConfig, dispatchedMs, clock.nowMs());
    if (next) await store.putTask(next);
    else {
      log(`tasks: gave up ${task.name} after ${task.dispatchCount + 1} attempts`);
      await store.endTask(task.name);
    }
  }

  async #deliver(task: TaskRecord): Promise<Delivery> {
    const { faults } = this.deps;
    const send = (): Promise<Delivery> => deliverTask(task, this.deps, this.#closing.signal);
    const fault = faults.take({
      service: 'tasks',
      operation: 'cloudtasks.dispatch',
      method: task.request.method,
      path: task.name,
    });
    switch (fault?.kind) {
      case 'status':
        return { httpStatus: fault.status };
      case 'dropRequest':
        return { failure: 'UNAVAILABLE', message: 'Not delivered: a fault on request.' };
      case 'lostReply':
        await send();
        return { failure: 'UNAVAILABLE', message: 'The answer was lost: a fault on request.' };
      case 'duplicate': {
        const [first, second] = await Promise.all([send(), send()]);
        return isSuccess(first) ? first : second;
      }
      case 'slow':
        await wait(fault.delayMs, undefined, { signal: this.#closing.signal });
        return send();
      default:
        return send();
    }
  }
}

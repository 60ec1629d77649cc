import { type Clock } from '../clock.js';
import { CloudError } from '../http/cloud-error.js';
import { Journal } from '../storage/journal.js';
import { type QueueRecord, queueOf, type TaskRecord } from './task-record.js';

type TaskEntry =
  | { readonly kind: 'queue'; readonly queue: QueueRecord }
  | { readonly kind: 'queue-deleted'; readonly name: string }
  | { readonly kind: 'task'; readonly task: TaskRecord }
  | { readonly kind: 'task-ended'; readonly name: string; readonly endedMs: number };

export interface QueueState {
  record: QueueRecord;
  readonly tasks: Map<string, TaskRecord>;
}

/** How long the name of a task that has run or was deleted cannot be used again. */
const nameRestMs = 3_600_000;

/** Queues and tasks, durable: what was answered is on the disk. */
export class TaskStore {
  readonly queues = new Map<string, QueueState>();
  /** Names of ended tasks and when they ended. */
  readonly #ended = new Map<string, number>();
  #journal!: Journal<TaskEntry>;

  private constructor(private readonly clock: Clock) {}

  static async open(path: string, clock: Clock): Promise<TaskStore> {
    const store = new TaskStore(clock);
    store.#journal = await Journal.open<TaskEntry>(path, (entry) => store.#apply(entry));
    store.#forgetRestedNames();
    await store.#journal.rewrite(store.#entries());
    return store;
  }

  /** Throws 404. */
  queue(name: string): QueueState {
    const queue = this.queues.get(name);
    if (!queue) throw new CloudError(404, 'notFound', 'Queue does not exist.');
    return queue;
  }

  /** Throws 404. */
  task(name: string): TaskRecord {
    const task = this.queue(queueOf(name)).tasks.get(name);
    if (task) return task;
    throw new CloudError(
      404,
      'notFound',
      this.#ended.has(name)
        ? 'The task no longer exists, though a task with this name existed recently. The task either successfully completed or was deleted.'
        : 'Requested entity was not found.',
    );
  }

  /** Throws 409 when the name is taken or was until lately. */
  requireFreeName(name: string): void {
    this.#forgetRestedNames();
    if (this.queue(queueOf(name)).tasks.has(name) || this.#ended.has(name))
      throw new CloudError(409, 'alreadyExists', 'Requested entity already exists');
  }

  putQueue(queue: QueueRecord): Promise<void> {
    return this.#commit({ kind: 'queue', queue });
  }

  deleteQueue(name: string): Promise<void> {
    return this.#commit({ kind: 'queue-deleted', name });
  }

  putTask(task: TaskRecord): Promise<void> {
    return this.#commit({ kind: 'task', task });
  }

  endTask(name: string): Promise<void> {
    return this.#commit({ kind: 'task-ended', name, endedMs: this.clock.nowMs() });
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  async #commit(entry: TaskEntry): Promise<void> {
    this.#apply(entry);
    await this.#journal.append(entry);
  }

  #apply(entry: TaskEntry): void {
    switch (entry.kind) {
      case 'queue': {
        const known = this.queues.get(entry.queue.name);
        if (known) known.record = entry.queue;
        else this.queues.set(entry.queue.name, { record: entry.queue, tasks: new Map() });
        return;
      }
      case 'queue-deleted':
        this.queues.delete(entry.name);
        return;
      case 'task':
        this.queues.get(queueOf(entry.task.name))?.tasks.set(entry.task.name, entry.task);
        return;
      case 'task-ended':
        this.queues.get(queueOf(entry.name))?.tasks.delete(entry.name);
        this.#ended.set(entry.name, entry.endedMs);
    }
  }

  #forgetRestedNames(): void {
    const restedMs = this.clock.nowMs() - nameRestMs;
    for (const [name, endedMs] of this.#ended) {
      // Entries are in the order of their ends.
      if (endedMs > restedMs) break;
      this.#ended.delete(name);
    }
  }

  *#entries(): Iterable<TaskEntry> {
    for (const [name, endedMs] of this.#ended) yield { kind: 'task-ended', name, endedMs };
    for (const { record, tasks } of this.queues.values()) {
      yield { kind: 'queue', queue: record };
      for (const task of tasks.values()) yield { kind: 'task', task };
    }
  }
}

import {
  type AuditBatch,
  type AuditEvent,
  type AuditHead,
  type AuditSink,
  type AuditStore,
  batchName,
  type StoredBatch,
  type Surroundings,
} from '@outhaul/core';

export interface AuditLogDeps {
  readonly store: AuditStore;
  readonly surroundings: Surroundings;
  /** Told each event at once: the structured log line. */
  line(event: AuditEvent): void;
  /** Told each batch that is stored: the anchor outside the bucket. */
  onHead(head: AuditHead): void;
  onFault(error: unknown): void;
}

interface Pending {
  readonly batch: StoredBatch;
  readonly text: string;
  readonly waiting: readonly Waiting[];
  readonly isLast: boolean;
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** How long a `note` may wait for others. */
const gatherMs = 1_000;
/** After how long a store that was away is tried again, when nothing else comes. */
const againMs = 5_000;
const mostEventsInBatch = 500;
/** When the store is away for so long, the newest notes are kept out of the objects; their log lines stay. */
const mostQueued = 20_000;
const mostWitnesses = 50;

/** Writes events as a chain of batches; while one is being stored, the next gathers. */
export class AuditLog implements AuditSink {
  private readonly segment: string;
  private queue: AuditEvent[] = [];
  private waiting: Waiting[] = [];
  private sequence = 0;
  private previous = 'start';
  /** Made already, not known to be stored: the same bytes are sent again, whatever came of the first time. */
  private unstored?: Pending;
  private running?: Promise<void>;
  private isStoring = false;
  private timer?: ReturnType<typeof setTimeout>;
  private isClosing = false;

  constructor(private readonly deps: AuditLogDeps) {
    const { surroundings } = deps;
    const chance = Array.from(surroundings.random(5), (byte) => byte.toString(16).padStart(2, '0'));
    this.segment = surroundings.nowMs().toString(36) + chance.join('');
  }

  write(event: AuditEvent): Promise<void> {
    this.deps.line(event);
    this.queue.push(event);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.run();
    });
  }

  note(event: AuditEvent): void {
    this.deps.line(event);
    if (this.queue.length >= mostQueued) return;
    this.queue.push(event);
    this.timer ??= setTimeout(() => this.run(), gatherMs);
  }

  /** Stores what is left and marks the end of the segment. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
    this.isClosing = true;
    if (this.sequence > 0 || this.queue.length > 0) this.run();
    await this.running;
  }

  private run(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isStoring) return;
    this.isStoring = true;
    this.running = this.storeAll();
  }

  private async storeAll(): Promise<void> {
    let isSealed = false;
    let isDue = true;
    try {
      while (this.unstored || this.isPressing(isDue) || (this.isClosing && !isSealed)) {
        isDue = false;
        const { batch, text, waiting, isLast } = (this.unstored ??= await this.gather());
        await this.deps.store.append(batch, text);
        this.unstored = undefined;
        this.deps.onHead(headOf(batch));
        for (const { resolve } of waiting) resolve();
        isSealed = isLast;
      }
    } catch (error) {
      this.deps.onFault(error);
      const waiting = [...(this.unstored?.waiting ?? []), ...this.waiting.splice(0)];
      if (this.unstored) this.unstored = { ...this.unstored, waiting: [] };
      for (const { reject } of waiting) reject(error);
      if (!this.isClosing) this.timer = setTimeout(() => this.run(), againMs);
    } finally {
      this.isStoring = false;
      if (this.queue.length > 0 && !this.isClosing)
        this.timer ??= setTimeout(() => this.run(), gatherMs);
    }
  }

  /** What came while a batch was being stored goes on gathering, unless somebody waits for it or it fills a batch. */
  private isPressing(isDue: boolean): boolean {
    const { length } = this.queue;
    return (isDue && length > 0) || this.waiting.length > 0 || length >= mostEventsInBatch;
  }

  private async gather(): Promise<Pending> {
    const { surroundings } = this.deps;
    const witnesses = this.sequence === 0 ? await this.otherHeads() : undefined;
    const events = this.queue.splice(0, mostEventsInBatch);
    const waiting = this.queue.length === 0 ? this.waiting.splice(0) : [];
    const isLast = this.isClosing && this.queue.length === 0;
    const batch: AuditBatch = {
      version: 1,
      segment: this.segment,
      sequence: this.sequence + 1,
      at: new Date(surroundings.nowMs()).toISOString(),
      previous: this.previous,
      witnesses,
      sealed: isLast ? true : undefined,
      events,
    };
    const text = JSON.stringify(batch);
    const digest = surroundings.sha256(text);
    this.sequence = batch.sequence;
    this.previous = digest;
    const { segment, sequence } = batch;
    return { batch: { segment, sequence, digest, name: batchName(batch) }, text, waiting, isLast };
  }

  /** The newest batch of each of the segments that were written to last. */
  private async otherHeads(): Promise<AuditHead[]> {
    const heads = new Map<string, AuditHead>();
    const { items } = await this.deps.store.list({ pageSize: 1_000 });
    for (const item of items) {
      const known = heads.get(item.segment);
      if (!known || known.sequence < item.sequence) heads.set(item.segment, headOf(item));
    }
    return [...heads.values()].slice(0, mostWitnesses);
  }
}

const headOf = ({ segment, sequence, digest }: AuditHead): AuditHead => ({
  segment,
  sequence,
  digest,
});

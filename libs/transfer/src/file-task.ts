import { type FileResult, type TransferOptions } from './download-files.js';
import { type FolderView } from './folder-view.js';
import { type LaneReaders } from './lanes.js';
import { type Cursor, existsDifferent, PartFile, type PartRange } from './part-file.js';
import { showName } from './plan-names.js';
import { type Publisher } from './publisher.js';
import { type FileStanding, type Progress } from './progress.js';
import { readRange } from './read-range.js';
import { type RemoteFile } from './remote-file.js';
import { reactTo, type Reaction } from './retry.js';
import { asDiskError, TransferError } from './transfer-error.js';
import { verifyFile } from './verify-file.js';

/** How often a file may be found changed, or damaged as a whole, before it is given up. */
const mostRestarts = 3;

/** What the files of one transfer share. */
export interface TaskSurroundings {
  readonly options: TransferOptions;
  readonly progress: Progress;
  readonly view: FolderView;
  readonly publisher: Publisher;
  /** Told when the server says that it is busy. */
  onBusy(): void;
}

/** One file on its way: opened when its turn comes, fetched range by range from any lane, finished by the last. */
export class FileTask {
  private part?: PartFile;
  private opening?: Promise<void>;
  private queue: PartRange[] | undefined;
  private restarts = 0;
  private url?: Promise<string>;
  private error?: TransferError;
  private ended?: FileResult['status'];
  private isPublishing = false;
  private cameBytes = 0;

  constructor(
    public file: RemoteFile,
    readonly path: string | undefined,
    private readonly shared: TaskSurroundings,
  ) {}

  /** The next piece of work on this file; undefined when there is none left to hand out. */
  nextStep(): ((readers: LaneReaders) => Promise<void>) | undefined {
    if (this.ended || this.queue?.length === 0) return undefined;
    this.opening ??= this.open();
    const { opening } = this;
    return async (readers) => {
      await opening;
      await this.work(readers);
    };
  }

  fail(error: unknown): void {
    if (this.ended) return;
    this.error =
      error instanceof TransferError
        ? error
        : new TransferError(
            'network',
            error instanceof Error ? error.message : String(error),
            {},
            { cause: error },
          );
    this.end('failed');
  }

  result(): FileResult {
    const { name, sizeBytes } = this.file;
    return { name, path: this.path, sizeBytes, status: this.ended ?? 'failed', error: this.error };
  }

  standing(): FileStanding {
    const { name, sizeBytes } = this.file;
    return { name, sizeBytes, bytesDone: Math.min(this.cameBytes, sizeBytes) };
  }

  private async open(): Promise<void> {
    const { options, progress, view } = this.shared;
    if (this.ended || this.path === undefined) return;
    try {
      if (options.signal?.aborted) throw new TransferError('aborted', 'The transfer was stopped.');
      if (view.has(this.path)) {
        if ((await verifyFile(this.path, this.file)).ok) {
          progress.present(this.file.sizeBytes);
          this.end('already-there');
          return;
        }
        if (!options.overwrite) throw existsDifferent(this.path);
      }
      await this.begin();
      if (this.part?.isWhole()) await this.finish();
    } catch (error) {
      this.fail(asDiskError(error, this.path));
    }
  }

  private async work(readers: LaneReaders): Promise<void> {
    const { part } = this;
    const range = this.queue?.shift();
    if (!range || !part || this.ended) return;
    try {
      await this.fetch(readers, part, range);
      if (part === this.part && part.isWhole()) await this.finish();
    } catch (error) {
      // What goes wrong with a part that has been given up meanwhile is of no interest.
      if (part === this.part) this.fail(error);
    }
    if (this.ended === 'failed') this.part?.close();
    // After a restart the other lanes may have gone on to other files: this one fetches what is left.
    if (this.restarts > 0) await this.work(readers);
  }

  /** Tries until the range is there, or another try makes no sense. Tries that brought it on do not count. */
  private async fetch(readers: LaneReaders, part: PartFile, range: PartRange): Promise<void> {
    const { options, progress } = this.shared;
    const { maxAttempts = 8, signal, stallTimeoutMs = 30_000 } = options;
    const cursor: Cursor = { position: range.start, crc: 0, ...range.begun };
    let why: 'first' | 'expired' | 'changed' = 'first';
    let reader = readers.usual;
    for (let attempt = 1, expiries = 0; ; attempt += 1) {
      const from = cursor.position;
      try {
        const url = await this.urlOf(why);
        why = 'first';
        await readRange(reader, part, range, cursor, url, {
          headers: options.headers && (await options.headers()),
          signal,
          stallTimeoutMs,
          onBytes: (count) => {
            this.cameBytes += count;
            return progress.received(count);
          },
        });
        return;
      } catch (error) {
        if (isWorthIt(error, cursor.position - from, range)) attempt = 1;
        if (this.ended || signal?.aborted || attempt >= maxAttempts) throw error;
        const reaction: Reaction = reactTo(error, attempt, options.firstWaitMs);
        const silentMs = performance.now() - progress.lastByteAt;
        if (reaction.kind === 'give-up' || silentMs > (options.giveUpAfterMs ?? 180_000))
          throw error;
        progress.retries += 1;
        if (reaction.kind === 'restart') {
          await this.restart(error as TransferError, part);
          return;
        }
        if (reaction.kind === 'fresh-link') {
          expiries += 1;
          if (expiries > 3) throw error;
          why = 'expired';
        }
        if (reaction.kind === 'other-reader') {
          reader = readers.fallback();
          this.cameBytes -= cursor.position - range.start;
          progress.present(range.start - cursor.position);
          Object.assign(cursor, { position: range.start, crc: 0 });
        }
        if (reaction.isBusy) this.shared.onBusy();
        await pause(reaction.waitMs, signal);
      }
    }
  }

  /** The object is another one than was described: begins anew with its new description. */
  private async restart(cause: TransferError, part: PartFile): Promise<void> {
    if (part !== this.part) return;
    const { options, progress } = this.shared;
    this.restarts += 1;
    this.queue = [];
    const fresh = this.restarts <= mostRestarts ? await options.refresh?.(this.file) : undefined;
    if (!fresh) throw cause;
    part.discard();
    progress.fileRestarted(fresh.name, cause.message);
    this.file = fresh;
    this.url = undefined;
    await this.begin();
  }

  private async begin(): Promise<void> {
    if (this.path === undefined) return;
    const { view, options } = this.shared;
    this.part = await PartFile.open(this.file, this.path, view, options.rangeBytes);
    this.cameBytes = this.part.resumedBytes;
    this.shared.progress.running.add(this);
    this.shared.progress.present(this.part.resumedBytes);
    this.queue = this.part.missing();
  }

  private urlOf(why: 'first' | 'expired' | 'changed'): Promise<string> {
    if (why !== 'first' || !this.url) {
      this.url = this.shared.options.urlFor(this.file, why).catch((error: unknown) => {
        this.url = undefined;
        throw error instanceof TransferError
          ? error
          : new TransferError(
              'network',
              `No link could be had for ${showName(this.file.name)}: ${error instanceof Error ? error.message : String(error)}`,
              {},
              { cause: error },
            );
      });
    }
    return this.url;
  }

  /** Checks the whole; then the lane goes on while the file is made durable. */
  private async finish(): Promise<void> {
    const { part } = this;
    if (!part || this.ended || this.isPublishing) return;
    try {
      part.check();
    } catch (error) {
      if (this.restarts >= mostRestarts) throw error;
      // Bytes were damaged on their way: once more from the start.
      this.shared.progress.retries += 1;
      this.restarts += 1;
      this.shared.progress.present(-this.file.sizeBytes);
      await this.begin();
      return;
    }
    this.isPublishing = true;
    await this.shared.publisher.add(async () => {
      try {
        await part.publish(this.shared.options.overwrite === true);
        this.end(part.resumedBytes > 0 ? 'resumed' : 'downloaded');
      } catch (error) {
        this.fail(error);
        part.close();
      }
    });
  }

  private end(status: FileResult['status']): void {
    this.ended = status;
    this.shared.progress.running.delete(this);
    this.shared.progress.fileEnded(this.file, status !== 'failed');
  }
}

/** Whether a failed try has brought enough not to count; a trickle has not, else it could last for ever. */
const isWorthIt = (error: unknown, broughtBytes: number, { start, end }: PartRange): boolean =>
  broughtBytes > 0 &&
  broughtBytes >= Math.min(64 << 10, (end - start) / 8) &&
  !(error instanceof TransferError && error.code === 'stalled');

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
  });

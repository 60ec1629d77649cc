import { basename, dirname } from 'node:path';
import { type FileResult } from './download-files.js';
import { type LaneReaders, type Step } from './lanes.js';
import {
  countRanges,
  defaultRangeBytes,
  existsDifferent,
  PartFile,
  type PartRange,
} from './part-file.js';
import { pause } from './pause.js';
import { showName } from './plan-names.js';
import { type FileStanding } from './progress.js';
import { type Cursor } from './range-journal.js';
import { readRange } from './read-range.js';
import { type RemoteFile } from './remote-file.js';
import { isWorthIt, reactTo, type Reaction } from './retry.js';
import { type TaskSurroundings } from './task-surroundings.js';
import { asDiskError, asTransferError, TransferError } from './transfer-error.js';
import { verifyFile } from './verify-file.js';

/** How often a file may be found changed, or damaged as a whole, before it is given up. */
const mostRestarts = 3;

/** One file on its way: opened when its turn comes, fetched range by range from any lane, finished by the last. */
export class FileTask {
  private part?: PartFile;
  private opening?: Promise<void>;
  /** How many steps were handed out; each takes one range of the queue, if there is still one. */
  private handedOut = 0;
  private queue: PartRange[] | undefined;
  /** The names that lay in its folder. */
  private present: ReadonlySet<string> = new Set();
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
  nextStep(): Step | undefined {
    const { sizeBytes } = this.file;
    const count = countRanges(sizeBytes, this.shared.options.rangeBytes ?? defaultRangeBytes);
    if (this.ended || this.queue?.length === 0 || this.handedOut >= count) return undefined;
    this.handedOut += 1;
    this.opening ??= this.open();
    return {
      bytes: sizeBytes / count,
      run: async (readers) => {
        await this.opening;
        await this.work(readers);
      },
    };
  }

  fail(error: unknown): void {
    if (this.ended) return;
    this.error = asTransferError(error);
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
      this.present = view.namesIn(dirname(this.path));
      if (this.present.has(basename(this.path))) {
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
        if (isWorthIt(error, cursor.position - from, range.end - range.start)) attempt = 1;
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
    this.handedOut = 1;
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
    const { options, progress } = this.shared;
    const part = new PartFile(this.file, this.path, this.present, options.rangeBytes);
    // At once: what lanes still do to the part before is of no interest from here on.
    this.part = part;
    // Without waiting where there is nothing to take over: so that all is known by the next step.
    if (part.isLeft) await part.takeOver();
    this.cameBytes = part.resumedBytes;
    progress.running.add(this);
    progress.present(part.resumedBytes);
    this.queue = part.missing();
  }

  private urlOf(why: 'first' | 'expired' | 'changed'): Promise<string> {
    if (why !== 'first' || !this.url) {
      this.url = this.shared.options.urlFor(this.file, why).catch((error: unknown) => {
        this.url = undefined;
        throw asTransferError(error, `No link could be had for ${showName(this.file.name)}: `);
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
      this.handedOut = 1;
      this.shared.progress.present(-this.file.sizeBytes);
      await this.begin();
      return;
    }
    this.isPublishing = true;
    const { publisher, options } = this.shared;
    await publisher.add(part.toFlush(), this.file.sizeBytes, (failure) => {
      try {
        if (failure) throw asDiskError(failure, part.path);
        part.publish(options.overwrite === true);
        this.end(part.resumedBytes > 0 ? 'resumed' : 'downloaded');
      } catch (error) {
        this.fail(error);
        part.close();
      }
    });
  }

  private end(status: FileResult['status']): void {
    this.ended = status;
    if (status !== 'failed') this.forget();
    this.shared.progress.running.delete(this);
    this.shared.progress.fileEnded(this.file, status !== 'failed');
  }

  /** Of thousands of files, only the outcome is kept. */
  private forget(): void {
    this.part = this.url = this.opening = undefined;
    this.queue = [];
  }
}

import { dirname, sep } from 'node:path';
import { type FileResult } from './download-files.js';
import { FileLink } from './file-link.js';
import { asFinishingError } from './finish-file.js';
import { type FolderNames } from './folder-view.js';
import { type LaneReaders, type Step } from './lanes.js';
import { countRanges, defaultRangeBytes, PartFile, type PartRange } from './part-file.js';
import { pause } from './pause.js';
import { type FileStanding } from './progress.js';
import { type Cursor } from './range-journal.js';
import { readRange } from './read-range.js';
import { type LinkReason, type RemoteFile } from './remote-file.js';
import { isWorthIt, reactTo, type Reaction } from './retry.js';
import { type TaskSurroundings } from './task-surroundings.js';
import { asDiskError, asTransferError, existsDifferent, TransferError } from './transfer-error.js';
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
  private names?: FolderNames;
  private restarts = 0;
  private link?: FileLink;
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
    if (this.handedOut === 1) this.opening = this.open();
    return {
      bytes: sizeBytes / count,
      run: (readers) =>
        this.opening ? this.opening.then(() => this.work(readers)) : this.work(readers),
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

  /** Without waiting where nothing is there yet: so that all is known by the next step. */
  private open(): Promise<void> | undefined {
    const { path, shared } = this;
    if (this.ended || path === undefined) return undefined;
    const fail = (error: unknown): void => this.fail(asDiskError(error, path));
    try {
      if (shared.options.signal?.aborted)
        throw new TransferError('aborted', 'The transfer was stopped.');
      const nameAt = path.lastIndexOf(sep) + 1;
      // The usual case of dirname, without its cost: only the folders nearest to a root are written otherwise.
      const folder = nameAt > 3 ? path.slice(0, nameAt - 1) : dirname(path);
      const names = (this.names = shared.view.namesIn(folder));
      const more = names.all.has(path.slice(nameAt)) ? this.openBeside(path) : this.begin();
      return more?.then(() => (this.part?.isWhole() ? this.finish() : undefined)).catch(fail);
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  private async openBeside(path: string): Promise<void> {
    const { options, progress } = this.shared;
    if ((await verifyFile(path, this.file)).ok) {
      // An earlier run may have ended between the one name and the other.
      const part = this.makePart(path);
      if (part?.isLeft) part.discard();
      progress.present(this.file.sizeBytes);
      this.end('already-there');
      return;
    }
    if (!options.overwrite) throw existsDifferent(path);
    await this.begin();
  }

  private async work(readers: LaneReaders): Promise<void> {
    const { part } = this;
    const range = this.queue?.shift();
    if (!range || !part || this.ended) return;
    try {
      await this.fetch(readers, part, range);
      const flushing = part === this.part && part.isWhole() ? this.finish() : undefined;
      if (flushing) await flushing;
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
    const cursor: Cursor = range.begun ? { ...range.begun } : { position: range.start, crc: 0 };
    let why: LinkReason = 'first';
    let reader = readers.usual;
    for (let attempt = 1, expiries = 0; ; attempt += 1) {
      const from = cursor.position;
      try {
        this.link ??= new FileLink(this.file, options.urlFor);
        const asked = this.link.get(why);
        const url = typeof asked === 'string' ? asked : await asked;
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
        part.complete(range, cursor.crc);
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
    this.link = undefined;
    await this.begin();
  }

  private begin(): Promise<void> | undefined {
    const part = this.makePart(this.path);
    if (!part) return undefined;
    // At once: what lanes still do to the part before is of no interest from here on.
    this.part = part;
    if (part.isLeft) return part.takeOver().then(() => this.begun(part));
    this.begun(part);
    return undefined;
  }

  private makePart(path: string | undefined): PartFile | undefined {
    const { file, names, shared } = this;
    if (path === undefined || !names) return undefined;
    return new PartFile(file, path, names, shared.options.rangeBytes);
  }

  private begun(part: PartFile): void {
    const { progress } = this.shared;
    this.cameBytes = part.resumedBytes;
    progress.running.add(this);
    progress.present(part.resumedBytes);
    this.queue = part.missing();
  }

  /** Checks the whole; then the lane goes on while the file is made durable. */
  private finish(): Promise<void> | undefined {
    const { part } = this;
    if (!part || this.ended || this.isPublishing) return undefined;
    try {
      part.check();
    } catch (error) {
      if (this.restarts >= mostRestarts) throw error;
      // Bytes were damaged on their way: once more from the start.
      this.shared.progress.retries += 1;
      this.restarts += 1;
      this.handedOut = 1;
      this.shared.progress.present(-this.file.sizeBytes);
      return this.begin();
    }
    this.isPublishing = true;
    const { publisher, options } = this.shared;
    const finished = part.handOver(options.overwrite === true);
    return publisher.add(finished, this.file.sizeBytes, (failure) => {
      try {
        if (failure) throw asFinishingError(failure, part.path);
        part.named();
        this.end(part.resumedBytes > 0 ? 'resumed' : 'downloaded');
      } catch (error) {
        this.fail(error);
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
    this.part = this.link = this.opening = undefined;
    this.queue = [];
  }
}

import { type FileResult } from './download-files.js';
import { FileLink } from './file-link.js';
import { asFinishingError } from './finish-file.js';
import { type FolderNames } from './folder-view.js';
import { type LaneReaders } from './lanes.js';
import { countRanges, defaultRangeBytes, PartFile, type PartRange } from './part-file.js';
import { type FilePlace } from './plan-names.js';
import { type FileStanding } from './progress.js';
import { RangeFetch, type RangeOwner } from './range-fetch.js';
import { type LinkReason, type RemoteFile } from './remote-file.js';
import { type TaskSurroundings } from './task-surroundings.js';
import {
  asDiskError,
  asTransferError,
  existsDifferent,
  stopped,
  TransferError,
} from './transfer-error.js';
import { unlessStopped } from './unless-stopped.js';
import { verifyFile } from './verify-file.js';

/** How often a file may be found changed, or damaged as a whole, before it is given up. */
const mostRestarts = 3;

/** One file on its way: opened when its turn comes, fetched range by range from any lane, finished by the last. */
export class FileTask implements RangeOwner {
  private part?: PartFile;
  private opening?: Promise<void>;
  /** How many steps were handed out; each takes one range of the queue, if there is still one. */
  private handedOut = 0;
  private queue: PartRange[] | undefined;
  private names?: FolderNames;
  private restarts = 0;
  private restarting?: Promise<void>;
  private link?: FileLink;
  private error?: TransferError;
  private ended?: FileResult['status'];
  private isPublishing = false;
  private cameBytes = 0;

  constructor(
    public file: RemoteFile,
    readonly place: FilePlace | undefined,
    private readonly shared: TaskSurroundings,
  ) {}

  /** Hands out one more range, for `run`; answers about how many bytes it has, undefined when there is none left. */
  handOut(): number | undefined {
    const { sizeBytes } = this.file;
    const count = countRanges(sizeBytes, this.shared.options.rangeBytes ?? defaultRangeBytes);
    if (this.ended || this.queue?.length === 0 || this.handedOut >= count) return undefined;
    this.handedOut += 1;
    if (this.handedOut === 1) this.opening = this.open();
    return sizeBytes / count;
  }

  /** Fetches a range that was handed out; tells `done` when that has ended, well or not. */
  run(readers: LaneReaders, done: () => void): void {
    if (this.opening) void this.opening.then(() => this.work(readers, done));
    else this.work(readers, done);
  }

  linkFor(why: LinkReason, refused?: string): string | Promise<string> {
    this.link ??= new FileLink(this.file, this.shared.options.urlFor);
    return this.link.get(why, refused);
  }

  came(bytes: number): void {
    this.cameBytes += bytes;
  }

  fail(error: unknown): void {
    if (this.ended) return;
    this.error = asTransferError(error);
    this.end('failed');
  }

  result(): FileResult {
    const { name, sizeBytes } = this.file;
    const path = this.place?.path;
    return { name, path, sizeBytes, status: this.ended ?? 'failed', error: this.error };
  }

  standing(): FileStanding {
    const { name, sizeBytes } = this.file;
    return { name, sizeBytes, bytesDone: Math.min(this.cameBytes, sizeBytes) };
  }

  /** Without waiting where nothing is there yet: so that all is known by the next step. */
  private open(): Promise<void> | undefined {
    const { place, shared } = this;
    if (this.ended || !place) return undefined;
    const fail = (error: unknown): void => this.fail(asDiskError(error, place.path));
    try {
      if (shared.options.signal?.aborted) throw stopped();
      const names = (this.names = shared.view.namesIn(place.folder));
      const more = names.all.has(place.base) ? this.openBeside(place) : this.begin();
      return more?.then(() => (this.part?.isWhole() ? this.finish() : undefined)).catch(fail);
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  private async openBeside(place: FilePlace): Promise<void> {
    const { options, progress } = this.shared;
    if ((await verifyFile(place.path, this.file)).ok) {
      // An earlier run may have ended between the one name and the other.
      const part = this.makePart();
      if (part?.isLeft) part.discard();
      progress.present(this.file.sizeBytes);
      this.end('already-there');
      return;
    }
    if (!options.overwrite) throw existsDifferent(place.path);
    await this.begin();
  }

  private work(readers: LaneReaders, done: () => void): void {
    const { part } = this;
    const range = this.queue?.shift();
    if (!range || !part || this.ended) {
      done();
      return;
    }
    const fetched = (error?: unknown): void => {
      const waits = this.fetched(part, error);
      if (waits) void waits.then(() => this.goOn(readers, done));
      else this.goOn(readers, done);
    };
    new RangeFetch(this, part, range, readers, this.shared, fetched).start();
  }

  /** A range has ended: with the last one, the file is finished. */
  private fetched(part: PartFile, error: unknown): Promise<void> | undefined {
    // What goes wrong with a part that has been given up meanwhile is of no interest.
    const failed = (cause: unknown): void => {
      if (part === this.part && !this.restarting) this.fail(cause);
    };
    try {
      if (error !== undefined) failed(error);
      else if (part === this.part && part.isWhole()) return this.finish()?.catch(failed);
    } catch (cause) {
      failed(cause);
    }
    return undefined;
  }

  private goOn(readers: LaneReaders, done: () => void): void {
    if (this.ended === 'failed') this.part?.close();
    // After a restart the other lanes may have gone on to other files: this one fetches what is left.
    if (this.restarts > 0) this.work(readers, done);
    else done();
  }

  /** The object is another one than was described: begins anew with its new description. */
  async restart(cause: TransferError, part: PartFile): Promise<void> {
    if (part !== this.part) return;
    // Several ranges find it out together.
    this.restarting ??= this.beginAnew(cause, part).finally(() => (this.restarting = undefined));
    await this.restarting;
  }

  private async beginAnew(cause: TransferError, part: PartFile): Promise<void> {
    const { options, progress } = this.shared;
    this.restarts += 1;
    this.queue = [];
    this.handedOut = 1;
    if (this.restarts > mostRestarts) throw cause;
    const fresh = await unlessStopped(options.refresh?.(this.file), options.signal);
    if (!fresh) throw cause;
    part.discard();
    progress.present(-this.cameBytes);
    progress.fileRestarted(fresh.name, cause.message);
    this.file = fresh;
    this.link = undefined;
    await this.begin();
  }

  private begin(): Promise<void> | undefined {
    const part = this.makePart();
    if (!part) return undefined;
    // At once: what lanes still do to the part before is of no interest from here on.
    this.part = part;
    if (part.isLeft) return part.takeOver().then(() => this.begun(part));
    this.begun(part);
    return undefined;
  }

  private makePart(): PartFile | undefined {
    const { file, names, place, shared } = this;
    if (!place || !names) return undefined;
    return new PartFile(file, place, names, shared.options.rangeBytes);
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
      const isDamaged = error instanceof TransferError && error.code === 'checksum-mismatch';
      if (!isDamaged || this.restarts >= mostRestarts) throw error;
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

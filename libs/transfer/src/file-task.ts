import { existsSync } from 'node:fs';
import { type FileResult, type TransferOptions } from './download-files.js';
import { PartFile, type PartRange } from './part-file.js';
import { showName } from './plan-names.js';
import { type Progress } from './progress.js';
import { type RangeReader } from './range-reader.js';
import { readRange } from './read-range.js';
import { type RemoteFile } from './remote-file.js';
import { asDiskError, TransferError } from './transfer-error.js';
import { verifyFile } from './verify-file.js';

/** How often a file may be found changed, or damaged as a whole, before it is given up. */
const mostRestarts = 3;

/** One file on its way: opened when its turn comes, fetched range by range from any lane, finished by the last. */
export class FileTask {
  private part?: PartFile;
  private opening?: Promise<void>;
  private queue: PartRange[] | undefined;
  private restarts = 0;
  private isFinishing = false;
  private url?: Promise<string>;
  private error?: TransferError;
  private ended?: FileResult['status'];

  constructor(
    public file: RemoteFile,
    readonly path: string | undefined,
    private readonly options: TransferOptions,
    private readonly progress: Progress,
  ) {}

  /** The next piece of work on this file; undefined when there is none left to hand out. */
  nextStep(): ((reader: RangeReader) => Promise<void>) | undefined {
    if (this.ended || this.queue?.length === 0) return undefined;
    this.opening ??= this.open();
    const { opening } = this;
    return async (reader) => {
      await opening;
      await this.work(reader);
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

  private async open(): Promise<void> {
    if (this.ended || this.path === undefined) return;
    try {
      if (existsSync(this.path)) {
        if ((await verifyFile(this.path, this.file)).ok) {
          this.progress.present(this.file.sizeBytes);
          this.end('already-there');
          return;
        }
        if (!this.options.overwrite) {
          throw new TransferError(
            'exists-different',
            `${this.path} exists and is a different file. Move it away, or ask to overwrite.`,
          );
        }
      }
      await this.begin();
      if (this.queue?.length === 0) await this.finish();
    } catch (error) {
      this.fail(asDiskError(error, this.path));
    }
  }

  private async work(reader: RangeReader): Promise<void> {
    const { part } = this;
    const range = this.queue?.shift();
    if (!range || !part || this.ended) return;
    try {
      await this.fetch(reader, part, range);
    } catch (error) {
      // What goes wrong with a part that has been given up meanwhile is of no interest.
      if (part === this.part) this.fail(error);
    }
    if (this.ended) {
      this.part?.close();
      return;
    }
    if (part === this.part && part.isWhole()) await this.finish();
    // After a restart the other lanes may have gone on to other files: this one fetches what is left.
    if (this.restarts > 0) await this.work(reader);
  }

  private async fetch(reader: RangeReader, part: PartFile, range: PartRange): Promise<void> {
    const { maxAttempts = 8, signal, stallTimeoutMs = 30_000 } = this.options;
    let why: 'first' | 'expired' | 'changed' = 'first';
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.progress.allow(range.end - range.start);
        const url = await this.urlOf(why);
        await readRange(reader, part, range, url, {
          signal,
          stallTimeoutMs,
          onBytes: (count) => this.progress.received(count),
        });
        return;
      } catch (error) {
        if (
          !(error instanceof TransferError) ||
          attempt >= maxAttempts ||
          this.ended ||
          signal?.aborted
        )
          throw error;
        this.progress.retries += 1;
        if (error.code === 'file-gone') {
          await this.restart(error, part);
          return;
        }
        if (error.code === 'link-expired') {
          if (attempt > 3) throw error;
          why = 'expired';
        } else if (
          error.code !== 'network' &&
          error.code !== 'stalled' &&
          error.code !== 'unexpected-answer'
        )
          throw error;
        await pause(
          error.details.retryAfterMs ??
            Math.min(100 * 2 ** attempt, 10_000) * (0.5 + Math.random() / 2),
          signal,
        );
      }
    }
  }

  /** The object is another one than was described: begins anew with its new description. */
  private async restart(cause: TransferError, part: PartFile): Promise<void> {
    if (part !== this.part) return;
    this.restarts += 1;
    this.queue = [];
    const fresh =
      this.restarts <= mostRestarts ? await this.options.refresh?.(this.file) : undefined;
    if (!fresh) throw cause;
    part.discard();
    this.file = fresh;
    this.url = undefined;
    await this.begin();
  }

  private async begin(): Promise<void> {
    if (this.path === undefined) return;
    this.part = await PartFile.open(this.file, this.path);
    this.progress.present(this.part.resumedBytes);
    this.queue = this.part.missing();
  }

  private urlOf(why: 'first' | 'expired' | 'changed'): Promise<string> {
    if (why !== 'first' || !this.url) {
      this.url = this.options.urlFor(this.file, why).catch((error: unknown) => {
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

  private async finish(): Promise<void> {
    const { part } = this;
    if (!part || this.ended || this.isFinishing) return;
    this.isFinishing = true;
    try {
      await part.finish();
      this.end(part.resumedBytes > 0 ? 'resumed' : 'downloaded');
    } catch (error) {
      const isDamaged = error instanceof TransferError && error.code === 'checksum-mismatch';
      if (!isDamaged || this.restarts >= mostRestarts) {
        this.fail(error);
        return;
      }
      // Bytes were damaged on their way: once more from the start.
      this.progress.retries += 1;
      this.restarts += 1;
      this.progress.received(-this.file.sizeBytes);
      await this.begin();
    } finally {
      this.isFinishing = false;
    }
  }

  private end(status: FileResult['status']): void {
    this.ended = status;
    this.progress.fileEnded(this.file.name, status !== 'failed');
  }
}

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

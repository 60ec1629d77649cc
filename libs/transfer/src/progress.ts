import { type RemoteFile } from './remote-file.js';

export interface TransferProgress {
  readonly filesDone: number;
  readonly filesTotal: number;
  /** Bytes that are on disk, those of earlier runs included. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly retries: number;
  /** The file that has just ended, if one has. */
  readonly finished?: { readonly name: string; readonly ok: boolean };
}

const tellEveryMs = 50;

/** Counts what comes, tells it now and then, and holds back what would be too fast. */
export class Progress {
  receivedBytes = 0;
  retries = 0;
  private bytesDone = 0;
  private filesDone = 0;
  private toldAt = 0;
  private sinceRate = 0;
  private readonly bytesTotal: number;
  private budgetAt = performance.now();

  constructor(
    private readonly files: readonly RemoteFile[],
    private readonly tell: ((progress: TransferProgress) => void) | undefined,
    private readonly maxBytesPerSecond: number | undefined,
  ) {
    this.bytesTotal = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  }

  received(count: number): void {
    this.bytesDone += count;
    if (count > 0) {
      this.receivedBytes += count;
      this.sinceRate += count;
    }
    const now = Date.now();
    if (now - this.toldAt >= tellEveryMs) {
      this.toldAt = now;
      this.tell?.(this.snapshot());
    }
  }

  /** Bytes that need not come, since an earlier run left them. */
  present(count: number): void {
    this.bytesDone += count;
  }

  fileEnded(name: string, ok: boolean): void {
    this.filesDone += 1;
    // A small file costs about what 64 KiB cost; so the number of lanes grows for many small files, too.
    this.sinceRate += 65_536;
    this.tell?.({ ...this.snapshot(), finished: { name, ok } });
  }

  /** What has come since the last call, as a figure to compare. */
  takeRate(): number {
    const rate = this.sinceRate;
    this.sinceRate = 0;
    return rate;
  }

  /** Waits until `bytes` more fit under the limit. */
  async allow(bytes: number): Promise<void> {
    if (this.maxBytesPerSecond === undefined) return;
    const now = performance.now();
    this.budgetAt = Math.max(this.budgetAt, now - 100) + (bytes / this.maxBytesPerSecond) * 1_000;
    const wait = this.budgetAt - now - (bytes / this.maxBytesPerSecond) * 1_000;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  end(): void {
    this.tell?.(this.snapshot());
  }

  private snapshot(): TransferProgress {
    return {
      filesDone: this.filesDone,
      filesTotal: this.files.length,
      bytesDone: this.bytesDone,
      bytesTotal: this.bytesTotal,
      retries: this.retries,
    };
  }
}

import { type RemoteFile } from './remote-file.js';

export interface TransferProgress {
  readonly filesDone: number;
  readonly filesTotal: number;
  /** Bytes that are on disk, those of earlier runs included. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly retries: number;
  /** Connections at work. */
  readonly connections: number;
  /** The file that has just ended, if one has. */
  readonly finished?: { readonly name: string; readonly sizeBytes: number; readonly ok: boolean };
  /** The files under way, in the order in which they were begun; made when it is asked for. */
  active(): readonly FileStanding[];
  /** A file that was found changed on the server and is begun anew. */
  readonly restarted?: { readonly name: string; readonly why: string };
}

/** How far one file has come. */
export interface FileStanding {
  readonly name: string;
  readonly bytesDone: number;
  readonly sizeBytes: number;
}

const tellEveryMs = 50;

/** Counts what comes, tells it now and then, and holds back what would be too fast. */
export class Progress {
  receivedBytes = 0;
  retries = 0;
  connections = 0;
  readonly running = new Set<{ standing(): FileStanding }>();
  /** When a byte last came, or was found to be there, or the transfer began. */
  lastByteAt = performance.now();
  private bytesDone = 0;
  private filesDone = 0;
  private toldAt = 0;
  private sinceRate = 0;
  private refusal?: { readonly error: unknown };
  private readonly bytesTotal: number;
  private budgetAt = performance.now();

  constructor(
    private readonly files: readonly RemoteFile[],
    private readonly tell: ((progress: TransferProgress) => void) | undefined,
    private readonly maxBytesPerSecond: number | undefined,
  ) {
    this.bytesTotal = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  }

  /** Counts bytes that have come; answers how long to wait before the next, ms. */
  received(count: number): number {
    const now = performance.now();
    this.bytesDone += count;
    this.receivedBytes += count;
    this.sinceRate += count;
    this.lastByteAt = now;
    if (now - this.toldAt >= tellEveryMs) {
      this.toldAt = now;
      this.say();
    }
    if (this.maxBytesPerSecond === undefined) return 0;
    this.budgetAt = Math.max(this.budgetAt, now - 100) + (count / this.maxBytesPerSecond) * 1_000;
    return this.budgetAt - now;
  }

  /** Bytes that are there without having come just now (positive), or are to come once more (negative). */
  present(count: number): void {
    this.bytesDone += count;
    if (count > 0) this.lastByteAt = performance.now();
  }

  fileEnded({ name, sizeBytes }: RemoteFile, ok: boolean): void {
    this.filesDone += 1;
    // A small file costs about what 64 KiB cost; so the number of lanes grows for many small files, too.
    this.sinceRate += 65_536;
    this.say({ finished: { name, sizeBytes, ok } });
  }

  fileRestarted(name: string, why: string): void {
    this.say({ restarted: { name, why } });
  }

  /** What has come since the last call, as a figure to compare. */
  takeRate(): number {
    const rate = this.sinceRate;
    this.sinceRate = 0;
    return rate;
  }

  /** Throws what the listener has thrown: it must not end a lane on the way. */
  end(): void {
    this.say();
    if (this.refusal) throw this.refusal.error;
  }

  private say(what: Pick<TransferProgress, 'finished' | 'restarted'> = {}): void {
    if (!this.tell || this.refusal) return;
    try {
      this.tell({ ...this.snapshot(), ...what });
    } catch (error) {
      this.refusal = { error };
    }
  }

  private snapshot(): TransferProgress {
    return {
      filesDone: this.filesDone,
      filesTotal: this.files.length,
      bytesDone: this.bytesDone,
      bytesTotal: this.bytesTotal,
      retries: this.retries,
      connections: this.connections,
      active: () => [...this.running].map((file) => file.standing()),
    };
  }
}

import { checkAnswer } from './check-answer.js';
import { crc32c } from './crc32c.js';
import { type AnswerHead, type RangeRequest } from './exchange.js';
import { type TransferOptions } from './download-files.js';
import { fileAddress, type FileAddress } from './file-address.js';
import { type LaneReaders } from './lanes.js';
import { type PartFile, type PartRange } from './part-file.js';
import { pause } from './pause.js';
import { type Cursor } from './range-journal.js';
import { type Reader } from './range-reader.js';
import { type LinkReason } from './remote-file.js';
import { isWorthIt, reactTo } from './retry.js';
import { type TaskSurroundings } from './task-surroundings.js';
import { asTransferError, type TransferError } from './transfer-error.js';
import { unlessStopped } from './unless-stopped.js';

/** A range is put on record each time so much of it has come. */
const noteEveryBytes = 1 << 20;

/** The file that a range is of. */
export interface RangeOwner {
  /** Throws, or rejects with, a TransferError. */
  linkFor(why: LinkReason, refused?: string): string | Promise<string>;
  /** Bytes have come, or (negative) are to come once more. */
  came(bytes: number): void;
  /** The file on the server is another one. */
  restart(cause: TransferError, part: PartFile): Promise<void>;
}

/**
 * Fetches what is missing of one range into the part file, and tries until it is there, or another try makes no sense;
 * tries that brought it on do not count. Tells `done` once how it ended; thousands of small files are one such object
 * each, so the usual way makes no promise.
 */
export class RangeFetch implements RangeRequest {
  address!: FileAddress;
  headers?: Readonly<Record<string, string>>;
  range?: { readonly start: number; readonly end: number };
  private readonly cursor: Cursor;
  private noted: number;
  /** So far earlier tries have come. */
  private furthest: number;
  private link?: string;
  private reader: Reader;
  private why: LinkReason = 'first';
  private attempt = 1;
  private expiries = 0;

  constructor(
    private readonly owner: RangeOwner,
    private readonly part: PartFile,
    private readonly whole: PartRange,
    private readonly readers: LaneReaders,
    private readonly shared: TaskSurroundings,
    private readonly done: (error?: unknown) => void,
  ) {
    this.cursor = whole.begun ? { ...whole.begun } : { position: whole.start, crc: 0 };
    this.noted = this.furthest = this.cursor.position;
    this.reader = readers.usual;
  }

  get signal(): AbortSignal | undefined {
    return this.shared.options.signal;
  }

  get stallTimeoutMs(): number {
    return this.shared.options.stallTimeoutMs ?? 30_000;
  }

  start(): void {
    this.noted = this.cursor.position;
    try {
      const link = this.owner.linkFor(this.why, this.link);
      if (typeof link === 'string' && !this.shared.options.headers) this.ask(link);
      else void this.askWhenKnown(link);
    } catch (error) {
      void this.failed(error);
    }
  }

  accept(head: AnswerHead): number {
    return checkAnswer(head, { file: this.part.file, range: this.range });
  }

  onBytes(bytes: Uint8Array): number {
    const { cursor, part, whole } = this;
    part.write(cursor.position, bytes);
    cursor.crc = crc32c(bytes, cursor.crc);
    cursor.position += bytes.length;
    if (cursor.position - this.noted >= noteEveryBytes && cursor.position < whole.end) {
      this.noted = cursor.position;
      part.noteProgress(whole, cursor);
    }
    this.owner.came(bytes.length);
    return this.shared.progress.received(bytes.length);
  }

  ended(error?: Error): void {
    if (error) {
      void this.failed(error);
      return;
    }
    try {
      this.part.complete(this.whole, this.cursor.crc);
    } catch (refusal) {
      void this.failed(refusal);
      return;
    }
    this.done();
  }

  private async askWhenKnown(link: string | Promise<string>): Promise<void> {
    try {
      const { headers, signal } = this.shared.options;
      const url = await unlessStopped(link, signal);
      if (headers) this.headers = await unlessStopped(headersBy(headers), signal);
      this.ask(url);
    } catch (error) {
      await this.failed(error);
    }
  }

  private ask(url: string): void {
    const { position } = this.cursor;
    const { end } = this.whole;
    if (position >= end) {
      this.ended();
      return;
    }
    const isAll = this.part.ranges.length === 1 && position === 0;
    this.range = isAll ? undefined : { start: position, end };
    this.address = fileAddress(url);
    this.link = url;
    this.why = 'first';
    this.reader.read(this);
  }

  private async failed(error: unknown): Promise<void> {
    let goesOn: boolean;
    try {
      goesOn = await this.mend(error);
    } catch (final) {
      this.done(final);
      return;
    }
    if (goesOn) this.start();
    else this.done();
  }

  /** Whether there is more to try; throws what went wrong when that makes no sense. */
  private async mend(error: unknown): Promise<boolean> {
    const { cursor, owner, part, shared, signal, whole } = this;
    const { firstWaitMs, giveUpAfterMs = 180_000, maxAttempts = 8 } = shared.options;
    const { progress } = shared;
    // Bytes that came once before, to an answer that was not to be trusted, are no headway.
    if (isWorthIt(error, cursor.position - this.furthest, whole.end - whole.start))
      this.attempt = 1;
    this.furthest = Math.max(this.furthest, cursor.position);
    if (part.isGivenUp || signal?.aborted || this.attempt >= maxAttempts) throw error;
    const reaction = reactTo(error, this.attempt, firstWaitMs);
    const silentMs = performance.now() - progress.lastByteAt;
    if (reaction.kind === 'give-up' || silentMs > giveUpAfterMs) throw error;
    progress.retries += 1;
    if (reaction.kind === 'restart') {
      await owner.restart(error as TransferError, part);
      return false;
    }
    if (reaction.kind === 'fresh-link') {
      this.expiries += 1;
      if (this.expiries > 3) throw error;
      this.why = 'expired';
    }
    if (reaction.kind === 'other-reader') {
      this.reader = this.readers.fallback();
      owner.came(whole.start - cursor.position);
      progress.present(whole.start - cursor.position);
      Object.assign(cursor, { position: whole.start, crc: 0 });
    }
    if (reaction.isBusy) shared.onBusy();
    await pause(reaction.waitMs, signal);
    this.attempt += 1;
    return !part.isGivenUp;
  }
}

/** What keeps a token from being renewed may pass, as what keeps a link from it. */
async function headersBy(
  headers: NonNullable<TransferOptions['headers']>,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await headers();
  } catch (error) {
    throw asTransferError(error, 'The headers to send could not be had: ');
  }
}

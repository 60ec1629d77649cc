import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fdatasync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';
import { type FolderView } from './folder-view.js';
import { type RemoteFile } from './remote-file.js';
import { asDiskError, TransferError } from './transfer-error.js';
import { crc32cOfFile } from './verify-file.js';

const sync = promisify(fdatasync);

/** Files up to twice this size are read in one go. */
export const defaultRangeBytes = 16 << 20;

export interface PartRange {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** How far an earlier run had come. */
  readonly begun?: Cursor;
}

/** How far a range has come; a later try goes on from there. */
export interface Cursor {
  position: number;
  /** Of the bytes from the range's start up to the position. */
  crc: number;
}

/**
 * A file under way: its bytes in a temporary file beside its final place, and a note of the ranges that have come. The
 * final name appears only when the checksum of the whole is right.
 */
export class PartFile {
  readonly ranges: readonly PartRange[];
  private readonly crcs: (number | undefined)[];
  private readonly tempPath: string;
  private readonly statePath: string;
  private descriptor?: number;
  private missingCount: number;
  private readonly begun = new Map<number, Cursor>();
  /** Bytes that an earlier run had left. */
  resumedBytes = 0;

  private constructor(
    readonly file: RemoteFile,
    readonly path: string,
    private readonly rangeBytes: number,
  ) {
    const key = hash('sha256', file.name).slice(0, 24);
    this.tempPath = join(dirname(path), `.outhaul-${key}.part`);
    this.statePath = join(dirname(path), `.outhaul-${key}.state`);
    this.ranges = planRanges(file.sizeBytes, rangeBytes);
    this.crcs = this.ranges.map(() => undefined);
    this.missingCount = this.ranges.length;
  }

  /** Opens the temporary file, taking over what an earlier run has left of the very same object. */
  static async open(
    file: RemoteFile,
    path: string,
    view: FolderView,
    rangeBytes = defaultRangeBytes,
  ): Promise<PartFile> {
    const part = new PartFile(file, path, rangeBytes);
    const isLeft = view.has(part.statePath) || view.has(part.tempPath);
    try {
      if (isLeft) await part.takeOver();
      if (part.ranges.length > 1 && !existsSync(part.statePath))
        writeFileSync(part.statePath, `${part.headLine()}\n`);
      // A link in its place is not followed: it could lead anywhere.
      const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
      part.descriptor = openSync(part.tempPath, flags, 0o644);
      return part;
    } catch (error) {
      throw asDiskError(error, path);
    }
  }

  missing(): PartRange[] {
    return this.ranges
      .filter(({ index }) => this.crcs[index] === undefined)
      .map((range) => ({ ...range, begun: this.begun.get(range.index) }));
  }

  write(position: number, bytes: Uint8Array): void {
    if (this.descriptor === undefined) throw new TransferError('aborted', 'The file was given up.');
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  /**
   * Notes how far a range has come. Nothing is flushed for it: who takes the file over reads each noted range again and
   * holds it against its checksum, so a note may claim what a power cut has undone.
   */
  noteProgress({ index }: PartRange, { position, crc }: Cursor): void {
    try {
      if (this.ranges.length > 1) appendFileSync(this.statePath, `${index} ${crc} ${position}\n`);
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  complete(range: PartRange, crc: number): void {
    this.noteProgress(range, { position: range.end, crc });
    this.note(range, crc);
  }

  isWhole(): boolean {
    return this.missingCount === 0;
  }

  /** Holds the whole against its checksum; what is wrong is thrown away. */
  check(): void {
    const [first = 0, ...rest] = this.crcs as number[];
    const crc = rest.reduce((total, each, index) => {
      const { start, end } = this.ranges[index + 1] as PartRange;
      return combineCrc32c(total, each, end - start);
    }, first);
    if (crc === decodeCrc32c(this.file.crc32c)) return;
    this.discard();
    throw new TransferError(
      'checksum-mismatch',
      `The bytes that came have CRC32C ${encodeCrc32c(crc)} instead of ${this.file.crc32c}.`,
    );
  }

  /** Makes the checked file durable and gives it its final name; `replace` lets it take the place of another. */
  async publish(replace: boolean): Promise<void> {
    try {
      await sync(this.descriptor as number);
      this.close();
      if (!replace && existsSync(this.path)) throw existsDifferent(this.path);
      renameSync(this.tempPath, this.path);
      if (this.ranges.length > 1) rmSync(this.statePath, { force: true });
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** Throws away what has come so far. */
  discard(): void {
    this.close();
    try {
      rmSync(this.tempPath, { force: true });
      rmSync(this.statePath, { force: true });
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  private note(range: PartRange, crc: number): void {
    if (this.crcs[range.index] === undefined) this.missingCount -= 1;
    this.crcs[range.index] = crc;
  }

  private async takeOver(): Promise<void> {
    const [head, ...lines] = readLines(this.statePath);
    if (this.ranges.length === 1 || head !== this.headLine() || !existsSync(this.tempPath)) {
      rmSync(this.tempPath, { force: true });
      rmSync(this.statePath, { force: true });
      return;
    }
    const size = statSync(this.tempPath).size;
    for (const [index, cursor] of furthest(lines)) {
      const range = this.ranges[index];
      if (!range || cursor.position > Math.min(range.end, size)) continue;
      if ((await crc32cOfFile(this.tempPath, range.start, cursor.position)) !== cursor.crc)
        continue;
      this.resumedBytes += cursor.position - range.start;
      if (cursor.position === range.end) this.note(range, cursor.crc);
      else this.begun.set(index, cursor);
    }
  }

  private headLine(): string {
    const { rangeBytes } = this;
    const { name, sizeBytes, crc32c, generation } = this.file;
    return JSON.stringify({ version: 2, name, sizeBytes, crc32c, generation, rangeBytes });
  }
}

/** Refuses to replace what is there and is another file. */
export const existsDifferent = (path: string): TransferError =>
  new TransferError(
    'exists-different',
    `${path} exists and is a different file. Move it away, or ask to overwrite.`,
  );

function planRanges(sizeBytes: number, rangeBytes: number): PartRange[] {
  if (sizeBytes <= 2 * rangeBytes) return [{ index: 0, start: 0, end: sizeBytes }];
  return Array.from({ length: Math.ceil(sizeBytes / rangeBytes) }, (_, index) => ({
    index,
    start: index * rangeBytes,
    end: Math.min((index + 1) * rangeBytes, sizeBytes),
  }));
}

/** The last note of each range; what cannot be read, such as a line cut by a crash, is passed over. */
function furthest(lines: readonly string[]): Map<number, Cursor> {
  const cursors = new Map<number, Cursor>();
  for (const line of lines) {
    const [, index, crc, position] = /^(\d+) (\d+) (\d+)$/.exec(line) ?? [];
    if (position === undefined) continue;
    cursors.set(Number(index), { position: Number(position), crc: Number(crc) });
  }
  return cursors;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

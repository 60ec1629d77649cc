import { constants, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { closeAnyway } from './close-anyway.js';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';
import { type FinishedFile } from './finish-file.js';
import { type FolderNames, temporaryPrefix } from './folder-view.js';
import { type FilePlace } from './plan-names.js';
import { type Cursor, RangeJournal } from './range-journal.js';
import { type RemoteFile } from './remote-file.js';
import { asDiskError, TransferError } from './transfer-error.js';
import { crc32cOfFile } from './verify-file.js';

/** Files up to twice this size are read in one go. */
export const defaultRangeBytes = 16 << 20;

export interface PartRange {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** How far an earlier run had come. */
  readonly begun?: Cursor;
}

/**
 * A file under way: its bytes in a temporary file beside its final place, and a note of how far its ranges have come. The
 * final name appears only when the checksum of the whole is right.
 */
export class PartFile {
  readonly path: string;
  readonly ranges: readonly PartRange[];
  /** Something that an earlier run has left. */
  isLeft = false;
  /** Nothing more is wanted of it. */
  isGivenUp = false;
  private readonly crcs: (number | undefined)[];
  private readonly tempPath: string;
  /** A small file has none. */
  private journal?: RangeJournal;
  private descriptor?: number;
  private missingCount: number;
  private begun?: Map<number, Cursor>;
  /** Bytes that an earlier run had left. */
  resumedBytes = 0;

  /** `names` are those in the file's folder. Nothing is made before the first byte comes. */
  constructor(
    readonly file: RemoteFile,
    place: FilePlace,
    names: FolderNames,
    private readonly rangeBytes = defaultRangeBytes,
  ) {
    this.path = place.path;
    this.tempPath = temporaryPath(place);
    if (names.left.size > 0) this.findLeft(temporaryName(place.base), names.left);
    this.ranges = planRanges(file.sizeBytes, rangeBytes);
    this.crcs = new Array<undefined>(this.ranges.length);
    this.missingCount = this.ranges.length;
  }

  private findLeft(name: string, left: ReadonlySet<string>): void {
    const hasJournal = left.has(stateBeside(name));
    this.isLeft = hasJournal || left.has(name);
    if (this.isLeft) this.journal = this.makeJournal(hasJournal);
  }

  /** Takes over what an earlier run has left of the very same object, as far as its checksums are right. */
  async takeOver(): Promise<void> {
    try {
      const cursors = this.journal?.read();
      if (!cursors || cursors.size === 0 || !existsSync(this.tempPath)) {
        this.remove();
        return;
      }
      const { size } = statSync(this.tempPath);
      // Nobody writes so much into it: it would stay longer than the file.
      if (size > this.file.sizeBytes) {
        this.remove();
        return;
      }
      for (const [index, cursor] of cursors) {
        const range = this.ranges[index];
        if (!range || cursor.position > Math.min(range.end, size)) continue;
        const found = await crc32cOfFile(this.tempPath, range.start, cursor.position);
        if (found !== cursor.crc) continue;
        this.resumedBytes += cursor.position - range.start;
        if (cursor.position === range.end) this.note(range, cursor.crc);
        else (this.begun ??= new Map<number, Cursor>()).set(index, cursor);
      }
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  missing(): PartRange[] {
    if (!this.isLeft) return [...this.ranges];
    return this.ranges
      .filter(({ index }) => this.crcs[index] === undefined)
      .map((range) => ({ ...range, begun: this.begun?.get(range.index) }));
  }

  write(position: number, bytes: Uint8Array): void {
    try {
      const descriptor = this.open();
      for (let done = 0; done < bytes.length;)
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  /** Puts on record how far a range has come. */
  noteProgress({ index }: PartRange, cursor: Cursor): void {
    if (this.isGivenUp) return;
    try {
      this.journal ??= this.makeJournal(false);
      this.journal.note(index, cursor);
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  complete(range: PartRange, crc: number): void {
    if (this.ranges.length > 1) this.noteProgress(range, { position: range.end, crc });
    this.note(range, crc);
  }

  isWhole(): boolean {
    return this.missingCount === 0;
  }

  /** Holds the whole against its checksum; what is wrong is thrown away. */
  check(): void {
    let [crc = 0] = this.crcs as number[];
    for (let index = 1; index < this.ranges.length; index += 1) {
      const { start, end } = this.ranges[index] as PartRange;
      crc = combineCrc32c(crc, this.crcs[index] as number, end - start);
    }
    if (crc === decodeCrc32c(this.file.crc32c)) return;
    this.discard();
    throw new TransferError(
      'checksum-mismatch',
      `The bytes that came have CRC32C ${encodeCrc32c(crc)} instead of ${this.file.crc32c}.`,
    );
  }

  /** Leaves the file, checked, to whoever gives it its final name; `replace` lets it take the place of another. */
  handOver(replace: boolean): FinishedFile {
    try {
      const descriptor = this.open();
      this.descriptor = undefined;
      this.close();
      return { descriptor, temporary: this.tempPath, path: this.path, replace };
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  /** It has got its name, and needs no notes any more. */
  named(): void {
    try {
      this.journal?.remove();
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  /** Ends the work on it; lanes that are still at it may write no more. */
  close(): void {
    this.isGivenUp = true;
    closeAnyway(this.descriptor);
    this.descriptor = undefined;
    this.journal?.close();
  }

  /** Ends the work and throws away what has come so far. */
  discard(): void {
    this.close();
    try {
      this.remove();
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  private remove(): void {
    rmSync(this.tempPath, { force: true });
    this.journal?.remove();
  }

  private makeJournal(isThere: boolean): RangeJournal {
    const { file, rangeBytes } = this;
    const { name, sizeBytes, crc32c, generation } = file;
    const head = { version: 3, name, sizeBytes, crc32c, generation, rangeBytes };
    return new RangeJournal(stateBeside(this.tempPath), isThere, head);
  }

  private note(range: PartRange, crc: number): void {
    if (this.crcs[range.index] === undefined) this.missingCount -= 1;
    this.crcs[range.index] = crc;
  }

  private open(): number {
    if (this.isGivenUp) throw new TransferError('aborted', 'The file was given up.');
    if (this.descriptor !== undefined) return this.descriptor;
    // A link in its place is not followed: it could lead anywhere.
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    this.descriptor = openSync(this.tempPath, flags, 0o644);
    return this.descriptor;
  }
}

/** How many bytes of the disk the temporary file of an earlier run takes. */
export const bytesLeftOf = (place: FilePlace): number =>
  (statSync(temporaryPath(place), { throwIfNoEntry: false })?.blocks ?? 0) * 512;

/** Where a file's bytes lie until it is whole. */
const temporaryPath = ({ path, base }: FilePlace): string =>
  path.slice(0, path.length - base.length) + temporaryName(base);

const temporaryName = (base: string): string => `${temporaryPrefix}${base}.part`;

/** Where the notes of a temporary file lie. */
const stateBeside = (temporary: string): string => temporary.replace(/part$/, 'state');

/** In how many ranges a file is fetched. */
export const countRanges = (sizeBytes: number, rangeBytes: number): number =>
  sizeBytes <= 2 * rangeBytes ? 1 : Math.ceil(sizeBytes / rangeBytes);

function planRanges(sizeBytes: number, rangeBytes: number): PartRange[] {
  const count = countRanges(sizeBytes, rangeBytes);
  if (count === 1) return [{ index: 0, start: 0, end: sizeBytes }];
  return Array.from({ length: count }, (_, index) => ({
    index,
    start: index * rangeBytes,
    end: index === count - 1 ? sizeBytes : (index + 1) * rangeBytes,
  }));
}

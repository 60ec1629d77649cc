import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { combineCrc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';
import { type RemoteFile } from './remote-file.js';
import { asDiskError, TransferError } from './transfer-error.js';
import { crc32cOfFile } from './verify-file.js';

const sync = promisify(fdatasync);

/** Files up to this size are read in one go. */
const oneRangeBytes = 32 << 20;
const rangeBytes = 16 << 20;

export interface PartRange {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A file under way: its bytes in a temporary file beside its final place, and which ranges of it are safe on disk. The
 * final name appears only when the checksum of the whole is right.
 */
export class PartFile {
  readonly ranges: readonly PartRange[];
  private readonly crcs: (number | undefined)[];
  private readonly tempPath: string;
  private readonly statePath: string;
  private descriptor?: number;
  /** Bytes that an earlier run had left safe on disk. */
  resumedBytes = 0;

  private constructor(
    readonly file: RemoteFile,
    readonly path: string,
  ) {
    const key = createHash('sha256').update(file.name).digest('hex').slice(0, 24);
    this.tempPath = join(dirname(path), `.outhaul-${key}.part`);
    this.statePath = join(dirname(path), `.outhaul-${key}.state`);
    this.ranges = planRanges(file.sizeBytes);
    this.crcs = this.ranges.map(() => undefined);
  }

  /** Opens the temporary file, taking over what an earlier run has left of the very same object. */
  static async open(file: RemoteFile, path: string): Promise<PartFile> {
    const part = new PartFile(file, path);
    try {
      mkdirSync(dirname(path), { recursive: true });
      await part.takeOver();
      part.descriptor = openSync(part.tempPath, existsSync(part.tempPath) ? 'r+' : 'wx+', 0o644);
      return part;
    } catch (error) {
      throw asDiskError(error, path);
    }
  }

  missing(): PartRange[] {
    return this.ranges.filter(({ index }) => this.crcs[index] === undefined);
  }

  write(position: number, bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(
          this.descriptor as number,
          bytes,
          done,
          bytes.length - done,
          position + done,
        );
      }
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  /** Puts a whole range on record; of a file of several, only once it is on disk. */
  async complete(range: PartRange, crc: number): Promise<void> {
    try {
      if (this.ranges.length > 1) {
        await sync(this.descriptor as number);
        appendFileSync(this.statePath, `${range.index} ${crc}\n`);
      }
      this.crcs[range.index] = crc;
    } catch (error) {
      throw asDiskError(error, this.path);
    }
  }

  isWhole(): boolean {
    return this.crcs.every((crc) => crc !== undefined);
  }

  /** Checks the whole against its checksum, makes it durable and gives it its final name. */
  async finish(): Promise<void> {
    const crc = this.ranges.reduce(
      (total, range) =>
        combineCrc32c(total, this.crcs[range.index] as number, range.end - range.start),
      0,
    );
    if (crc !== decodeCrc32c(this.file.crc32c)) {
      this.discard();
      throw new TransferError(
        'checksum-mismatch',
        `The bytes that came have CRC32C ${encodeCrc32c(crc)} instead of ${this.file.crc32c}.`,
      );
    }
    try {
      await sync(this.descriptor as number);
      this.close();
      renameSync(this.tempPath, this.path);
      rmSync(this.statePath, { force: true });
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
    rmSync(this.tempPath, { force: true });
    rmSync(this.statePath, { force: true });
  }

  private async takeOver(): Promise<void> {
    const [head, ...lines] = readLines(this.statePath);
    if (head !== this.headLine() || !existsSync(this.tempPath)) {
      rmSync(this.tempPath, { force: true });
      if (this.ranges.length > 1) writeFileSync(this.statePath, `${this.headLine()}\n`);
      else rmSync(this.statePath, { force: true });
      return;
    }
    const size = statSync(this.tempPath).size;
    for (const line of lines) {
      const [index, crc] = line.split(' ').map(Number);
      const range = this.ranges[index ?? -1];
      if (!range || crc === undefined || range.end > size) continue;
      if ((await crc32cOfFile(this.tempPath, range.start, range.end)) !== crc) continue;
      if (this.crcs[range.index] === undefined) this.resumedBytes += range.end - range.start;
      this.crcs[range.index] = crc;
    }
  }

  private headLine(): string {
    const { name, sizeBytes, crc32c, generation } = this.file;
    return JSON.stringify({ version: 1, name, sizeBytes, crc32c, generation, rangeBytes });
  }
}

function planRanges(sizeBytes: number): PartRange[] {
  if (sizeBytes <= oneRangeBytes) return [{ index: 0, start: 0, end: sizeBytes }];
  return Array.from({ length: Math.ceil(sizeBytes / rangeBytes) }, (_, index) => ({
    index,
    start: index * rangeBytes,
    end: Math.min((index + 1) * rangeBytes, sizeBytes),
  }));
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

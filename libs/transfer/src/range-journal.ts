import { constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { closeAnyway } from './close-anyway.js';

/** How far a range has come; a later try goes on from there. */
export interface Cursor {
  position: number;
  /** Of the bytes from the range's start up to the position. */
  crc: number;
}

/** Holds `index crc position` of any file that there can be. */
const slotBytes = 40;

/**
 * A note beside a file under way of how far each of its ranges has come: one line that says which file it is, then one
 * slot for each range, written over in place. Nothing is flushed: who reads a note holds the bytes against its checksum,
 * so it may claim what a power cut has undone.
 */
export class RangeJournal {
  private descriptor?: number;
  private headBytes = 0;

  constructor(
    private readonly path: string,
    private isThere: boolean,
    private readonly head: unknown,
  ) {}

  /** The last note of each range; none when the journal is that of another file. */
  read(): Map<number, Cursor> {
    const cursors = new Map<number, Cursor>();
    const [bytes, head] = [this.bytes(), this.headLine()];
    if (!bytes.subarray(0, head.length).equals(head)) return cursors;
    const text = bytes.toString('latin1', head.length);
    // Slots that were never written are zeros; a slot that was cut by a crash does not match, or its checksum will not.
    for (const [, index, crc, position] of text.matchAll(/(\d+) (\d+) (\d+) *\n/g))
      cursors.set(Number(index), { position: Number(position), crc: Number(crc) });
    return cursors;
  }

  note(index: number, { position, crc }: Cursor): void {
    const slot = `${index} ${crc} ${position}`.padEnd(slotBytes - 1);
    const descriptor = this.open();
    writeSync(descriptor, `${slot}\n`, this.headBytes + index * slotBytes, 'latin1');
  }

  close(): void {
    closeAnyway(this.descriptor);
    this.descriptor = undefined;
  }

  remove(): void {
    this.close();
    if (this.isThere) rmSync(this.path, { force: true });
    this.isThere = false;
  }

  private open(): number {
    if (this.descriptor !== undefined) return this.descriptor;
    // A link in its place is not followed: it could lead anywhere.
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    this.descriptor = openSync(this.path, flags, 0o644);
    this.isThere = true;
    const head = this.headLine();
    this.headBytes = head.length;
    writeSync(this.descriptor, head, 0, head.length, 0);
    return this.descriptor;
  }

  private headLine(): Buffer {
    return Buffer.from(`${JSON.stringify(this.head)}\n`);
  }

  private bytes(): Buffer {
    try {
      return readFileSync(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  }
}

/** What is fetched at a time. */
const windowBytes = 256 * 1024;
/** After so many bytes everyone else has a turn: a reader that has its bytes at hand would keep them waiting. */
const restBytes = 32 * 1024;
/** The longest number of variable length. */
const mostNumberBytes = 10;

/** Gives the bytes from start up to, not including, end. */
export type ReadRange = (start: number, end: number) => Promise<ArrayBuffer>;

/**
 * Reads forward through a part of a file that someone else may have written. It holds one window of it, whatever the file
 * says about its own lengths, and looks at nothing beyond `end`. Call `ready` before each piece: what follows is read at once.
 */
export class WindowCursor {
  private window: Uint8Array = new Uint8Array();
  /** Where the window starts in the file, and how far in it everything is read. */
  private start: number;
  private at = 0;
  private restAt = restBytes;

  constructor(
    start: number,
    private readonly end: number,
    private readonly readRange: ReadRange,
    /** What is thrown when the bytes are not what they should be. */
    private readonly unreadable: (why: string) => Error,
  ) {
    this.start = start;
  }

  /** Bytes up to the end. */
  get left(): number {
    return this.end - this.start - this.at;
  }

  /** Whether so many bytes, or all that are left, can be read without waiting. */
  holds(bytes: number): boolean {
    return this.at < this.restAt && this.isHere(bytes);
  }

  /** Makes so many bytes readable, fewer where the end is nearer. */
  async ready(bytes: number): Promise<void> {
    if (!this.isHere(bytes)) await this.fetch(bytes);
    if (this.at < this.restAt) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.restAt = this.at + restBytes;
  }

  skip(bytes: number): void {
    if (!(bytes >= 0 && bytes <= this.left)) throw this.unreadable('it ends too soon');
    this.at += bytes;
  }

  byte(): number {
    const byte = this.window[this.at];
    if (byte === undefined || this.left < 1) throw this.unreadable('it ends too soon');
    this.at += 1;
    return byte;
  }

  bytes(length: number): Uint8Array {
    const from = this.at;
    this.skip(length);
    return this.window.subarray(from, this.at);
  }

  /** A number without a sign, 7 bits a byte; above 2^53 it is not exact. */
  number(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < mostNumberBytes; length += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw this.unreadable('a number in it has no end');
  }

  /** A number with a sign, as both Avro and Thrift's compact protocol write it; above 2^52 it is not exact. */
  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  private isHere(bytes: number): boolean {
    return this.left <= 0 || this.window.length - this.at >= Math.min(bytes, this.left);
  }

  private async fetch(bytes: number): Promise<void> {
    this.start += this.at;
    this.restAt -= this.at;
    this.at = 0;
    const end = Math.min(this.start + Math.max(bytes, windowBytes), this.end);
    const read = new Uint8Array(await this.readRange(this.start, end));
    if (read.length !== end - this.start) throw this.unreadable('bytes of it are missing');
    this.window = read;
  }
}

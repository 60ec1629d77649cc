import { type WindowCursor } from './window-cursor.js';

/** Types of Thrift's compact protocol. */
const type = {
  stop: 0,
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const;

/** parquet.thrift nests six deep. */
const mostDeep = 32;
/** The most that one element takes before what may be skipped: a header and two numbers. */
const pieceBytes = 32;

/** Where in the nested structs a number was found. */
export interface ThriftPath {
  /** Whether it is a field of a struct, and these are the fields that lead to it, lists being left out. */
  isAt(...fields: readonly number[]): boolean;
}

/**
 * Goes through one struct of Thrift's compact protocol without making anything of it: a stack of fixed size, and counts
 * that are held against the bytes that are left. Maps are refused: Parquet has none.
 */
export class ThriftWalk implements ThriftPath {
  /** For each level the elements that are left of a list, or -1 for a struct. */
  private readonly left = new Float64Array(mostDeep);
  /** For each level the type of a list's elements, or the field that a struct is at. */
  private readonly at = new Int32Array(mostDeep);
  private depth = -1;

  constructor(
    private readonly cursor: WindowCursor,
    private readonly unreadable: (why: string) => Error,
  ) {}

  /** Calls `take` with each 64-bit number; ends when the struct does. */
  async numbers(take: (value: number, path: ThriftPath) => void): Promise<void> {
    this.enter(-1, 0);
    while (this.depth >= 0) {
      if (!this.cursor.holds(pieceBytes)) await this.cursor.ready(pieceBytes);
      const next = this.next();
      if (next === type.i64) take(this.cursor.signed(), this);
      else if (next !== type.stop) this.pass(next);
    }
  }

  isAt(...fields: readonly number[]): boolean {
    if (this.left[this.depth] !== -1) return false;
    let found = 0;
    for (let level = 0; level <= this.depth; level += 1) {
      if (this.left[level] !== -1) continue;
      if (this.at[level] !== fields[found]) return false;
      found += 1;
    }
    return found === fields.length;
  }

  /** The type of the value that comes next; `stop` when there is none to read: a struct or list has ended. */
  private next(): number {
    const left = this.left[this.depth] as number;
    if (left === 0) {
      this.depth -= 1;
      return type.stop;
    }
    if (left > 0) {
      this.left[this.depth] = left - 1;
      return this.at[this.depth] as number;
    }
    const header = this.cursor.byte();
    if (header === type.stop) {
      this.depth -= 1;
      return type.stop;
    }
    const step = header >> 4;
    const field = step === 0 ? this.cursor.signed() : (this.at[this.depth] as number) + step;
    if (!(field > 0 && field < 2 ** 15)) throw this.unreadable('a field has no number');
    this.at[this.depth] = field;
    const found = header & 0x0f;
    // The truth of a field is in its type and takes no byte; in a list it takes one.
    return found === type.true || found === type.false ? type.stop : found;
  }

  private pass(found: number): void {
    switch (found) {
      case type.true:
      case type.false:
      case type.byte:
        return this.cursor.skip(1);
      case type.i16:
      case type.i32:
        return void this.cursor.number();
      case type.double:
        return this.cursor.skip(8);
      case type.binary:
        return this.cursor.skip(this.cursor.number());
      case type.list:
      case type.set:
        return this.enterList();
      case type.struct:
        return this.enter(-1, 0);
      default:
        throw this.unreadable('it has a value of an unknown type');
    }
  }

  private enterList(): void {
    const header = this.cursor.byte();
    const short = header >> 4;
    const count = short === 15 ? this.cursor.number() : short;
    const elements = header & 0x0f;
    if (count === 0) return;
    // Each element takes a byte at least.
    if (count > this.cursor.left) throw this.unreadable('a list is longer than the file');
    if (elements === type.stop) throw this.unreadable('a list has elements of no type');
    this.enter(count, elements);
  }

  private enter(left: number, at: number): void {
    if (this.depth + 1 >= mostDeep) throw this.unreadable('it is nested too deep');
    this.depth += 1;
    this.left[this.depth] = left;
    this.at[this.depth] = at;
  }
}

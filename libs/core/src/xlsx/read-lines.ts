import { AppError } from '../errors.js';
import { mostBytesOfRow } from './sheet-limits.js';

/** One line of a file, without its end, and the byte after it. */
export interface Line {
  readonly text: string;
  readonly end: number;
}

/**
 * Splits bytes into lines as they arrive; `start` is the place of the first byte in its file. A line that is too long for a
 * sheet's row is refused as soon as that is known: BigQuery's rows have up to 100 MB.
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  start: number,
  mostBytes = mostBytesOfRow,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let at = start;
  // Joined once, at the line's end: joining at each piece copies what is there again and again.
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const hold = (piece: Uint8Array): void => {
    if (piece.length === 0) return;
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes > mostBytes) throw tooLong(mostBytes);
  };
  const take = (): Line => {
    const line = held.length === 1 ? (held[0] as Uint8Array) : joined(held, heldBytes);
    at += heldBytes + 1;
    held = [];
    heldBytes = 0;
    return { text: decoder.decode(line), end: at };
  };
  for await (const piece of bytes) {
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      hold(piece.subarray(from, end));
      from = end + 1;
      yield take();
    }
    // A part of a piece keeps all of it alive: what is held longer is a copy.
    hold(piece.slice(from));
  }
  if (heldBytes > 0) {
    const { text, end } = take();
    yield { text, end: end - 1 };
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const tooLong = (mostBytes: number): AppError =>
  new AppError(
    'type-unsupported',
    `A row has more than ${mostBytes} bytes as JSON; a spreadsheet takes rows up to that.`,
    { fix: 'Leave the columns with long texts out, mask them with keep-first, or choose csv.' },
  );

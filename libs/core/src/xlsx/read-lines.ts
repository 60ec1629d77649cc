/** One line of a file, without its end, and the byte after it. */
export interface Line {
  readonly text: string;
  readonly end: number;
}

/** Splits bytes into lines as they arrive; `start` is the place of the first byte in its file. */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  start: number,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let at = start;
  let held = new Uint8Array();
  for await (const piece of bytes) {
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      const own = piece.subarray(from, end);
      const line = held.length > 0 ? joined(held, own) : own;
      held = new Uint8Array();
      at += line.length + 1;
      from = end + 1;
      yield { text: decoder.decode(line), end: at };
    }
    held = joined(held, piece.subarray(from));
  }
  if (held.length > 0) yield { text: decoder.decode(held), end: at + held.length };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

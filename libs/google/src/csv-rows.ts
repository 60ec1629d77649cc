import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const [newline, quote] = [0x0a, 0x22];

/** Rows of a CSV file, plain or gzip: what ends in a newline outside of quotes, be it blank, and an unfinished last one. */
export async function countCsvRows(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let rows = 0;
  let isQuoted = false;
  let isOpen = false;
  for await (const piece of unzipped(bytes)) {
    for (const byte of piece) {
      if (byte === newline && !isQuoted) {
        rows += 1;
        isOpen = false;
      } else {
        isOpen = true;
        if (byte === quote) isQuoted = !isQuoted;
      }
    }
  }
  return isOpen ? rows + 1 : rows;
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  })();
  if (first.value[0] === 0x1f && first.value[1] === 0x8b)
    yield* Readable.from(all).pipe(createGunzip()) as AsyncIterable<Buffer>;
  else yield* all;
}

import { AppError } from '@outhaul/core';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const [newline, quote] = [0x0a, 0x22];
/** More than four times what is counted here at most; gzip can make a thousand times as much of a file. */
const mostPlainBytes = 2 ** 34;

/** Rows of a CSV file, plain or gzip: what ends in a newline outside of quotes, be it blank, and an unfinished last one. */
export async function countCsvRows(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let rows = 0;
  let isQuoted = false;
  let isOpen = false;
  let plainBytes = 0;
  for await (const piece of unzipped(bytes)) {
    plainBytes += piece.length;
    if (plainBytes > mostPlainBytes) throw unreadable('unpacked, it is too large');
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
  if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* gunzipped(all);
  else yield* all;
}

async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // A pipeline hands on what the source fails with; the iteration below throws it.
  const plain = pipeline(Readable.from(bytes), createGunzip(), () => undefined);
  try {
    yield* plain as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    throw code.startsWith('Z_') ? unreadable('it is no whole gzip file', error) : error;
  }
}

const unreadable = (why: string, cause?: unknown): AppError =>
  new AppError(
    'verification-failed',
    `A CSV file cannot be read: ${why}.`,
    { fix: 'Retry the export; the files are kept for a look.' },
    { cause },
  );

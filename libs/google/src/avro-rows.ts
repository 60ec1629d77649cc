import { AppError } from '@outhaul/core';
import { type ReadRange, WindowCursor } from './window-cursor.js';

const magic = 'Obj\u0001';
const syncBytes = 16;
/** Two numbers: the most that is read at once in front of a skip. */
const pieceBytes = 20;

/**
 * Rows in an Avro file: each of its blocks starts with their number and its own length, so that the rows themselves need
 * not be read. Lengths and numbers are held against what is left of the file. Throws `verification-failed`.
 */
export async function countAvroRows(sizeBytes: number, readRange: ReadRange): Promise<number> {
  const cursor = new WindowCursor(0, sizeBytes, readRange, unreadable);
  await cursor.ready(magic.length);
  if (text(cursor.bytes(magic.length)) !== magic) throw unreadable('it is no Avro');
  await skipHeader(cursor);
  await cursor.ready(syncBytes);
  const sync = text(cursor.bytes(syncBytes));
  let rows = 0;
  while (cursor.left > 0) {
    if (!cursor.holds(pieceBytes)) await cursor.ready(pieceBytes);
    const count = cursor.signed();
    if (count < 0) throw unreadable('a block has less than no rows');
    rows += count;
    if (rows > Number.MAX_SAFE_INTEGER) throw unreadable('no file has so many rows');
    cursor.skip(cursor.signed());
    if (!cursor.holds(syncBytes)) await cursor.ready(syncBytes);
    if (text(cursor.bytes(syncBytes)) !== sync) throw unreadable('a block is broken');
  }
  return rows;
}

/** The file's metadata: a map, in blocks of pairs, up to one without pairs. */
async function skipHeader(cursor: WindowCursor): Promise<void> {
  for (;;) {
    await cursor.ready(pieceBytes);
    const pairs = cursor.signed();
    if (pairs === 0) return;
    // A negative number is followed by the length of the pairs.
    if (pairs < 0) cursor.signed();
    if (Math.abs(pairs) * 2 > cursor.left) throw unreadable('it ends in its header');
    for (let texts = Math.abs(pairs) * 2; texts > 0; texts -= 1) {
      if (!cursor.holds(pieceBytes)) await cursor.ready(pieceBytes);
      cursor.skip(cursor.signed());
    }
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const unreadable = (why: string): AppError =>
  new AppError('verification-failed', `An Avro file cannot be read: ${why}.`, {
    fix: 'Retry the export; the files are kept for a look.',
  });

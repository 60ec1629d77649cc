import { AppError } from '@outhaul/core';
import { ThriftWalk } from './thrift-walk.js';
import { type ReadRange, WindowCursor } from './window-cursor.js';

/** Length of the footer and the letters at the end, and the letters at the start. */
const [tailBytes, headBytes] = [8, 4];
/** A file of 10,000 columns has about a megabyte for each of its row groups. */
const mostFooterBytes = 64 * 2 ** 20;
/** Most footers are smaller: they come with the tail, by one request. */
const firstBytes = 64 * 1024;

/**
 * Rows in a Parquet file, from its footer. Of the footer, which anyone who may write to the bucket may have made, only
 * numbers are kept: nothing is allocated by what it says. Throws `verification-failed`.
 */
export async function countParquetRows(sizeBytes: number, readRange: ReadRange): Promise<number> {
  if (sizeBytes < headBytes + tailBytes) throw unreadable('it is too short');
  const from = Math.max(0, sizeBytes - firstBytes);
  const end = Buffer.from(await readRange(from, sizeBytes));
  if (end.length !== sizeBytes - from) throw unreadable('bytes of it are missing');
  if (end.toString('latin1', end.length - 4) !== 'PAR1') throw unreadable('it is no Parquet');
  const footerBytes = end.readUInt32LE(end.length - tailBytes);
  const start = sizeBytes - tailBytes - footerBytes;
  if (start < headBytes || footerBytes > mostFooterBytes)
    throw unreadable('its footer is too long');
  const cursor = new WindowCursor(
    start,
    sizeBytes - tailBytes,
    async (at, to) => (at >= from ? slice(end, at - from, to - from) : readRange(at, to)),
    unreadable,
  );
  return rowsOf(cursor);
}

/** parquet.thrift: FileMetaData has its rows in field 3 and its row groups in field 4; RowGroup has its rows in field 3. */
async function rowsOf(cursor: WindowCursor): Promise<number> {
  let total: number | undefined;
  let inGroups = 0;
  await new ThriftWalk(cursor, unreadable).numbers((value, path) => {
    if (path.isAt(4, 3)) {
      if (value < 0) throw unreadable('a row group has less than no rows');
      inGroups += value;
    } else if (path.isAt(3)) {
      if (total !== undefined) throw unreadable('it says twice how many rows it has');
      total = value;
    }
  });
  if (total === undefined || !(total >= 0 && total <= Number.MAX_SAFE_INTEGER))
    throw unreadable('it does not say how many rows it has');
  if (inGroups !== total)
    throw unreadable('its row groups have another number of rows than it says');
  return total;
}

const slice = (bytes: Buffer, start: number, end: number): ArrayBuffer =>
  new Uint8Array(bytes.subarray(start, end)).buffer;

const unreadable = (why: string): AppError =>
  new AppError('verification-failed', `A Parquet file has no readable footer: ${why}.`, {
    fix: 'Retry the export; the files are kept for a look.',
  });

import { AppError } from '@outhaul/core';
import { parquetMetadataAsync } from 'hyparquet';

/** Rows in a Parquet file, read from its footer; `readRange` gives the bytes from start up to, not including, end. */
export async function countParquetRows(
  sizeBytes: number,
  readRange: (start: number, end: number) => Promise<ArrayBuffer>,
): Promise<number> {
  try {
    const metadata = await parquetMetadataAsync({
      byteLength: sizeBytes,
      slice: (start, end) => readRange(start < 0 ? sizeBytes + start : start, end ?? sizeBytes),
    });
    return Number(metadata.num_rows);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'verification-failed',
      'A Parquet file has no readable footer.',
      {},
      { cause: error },
    );
  }
}

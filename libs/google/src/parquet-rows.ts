import { AppError } from '@outhaul/core';
import { parquetMetadataAsync } from 'hyparquet';

/** Most footers are smaller; a larger one is fetched by a second request. */
const footerBytes = 64 * 1024;

/** Rows in a Parquet file, read from its footer; `readRange` gives the bytes from start up to, not including, end. */
export async function countParquetRows(
  sizeBytes: number,
  readRange: (start: number, end: number) => Promise<ArrayBuffer>,
): Promise<number> {
  try {
    const metadata = await parquetMetadataAsync(
      {
        byteLength: sizeBytes,
        slice: (start, end) => readRange(start < 0 ? sizeBytes + start : start, end ?? sizeBytes),
      },
      { initialFetchSize: footerBytes },
    );
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

import { Readable } from 'node:stream';
import { decodeCrc32c, type FileDownload } from '@outhaul/core';
import { ZipFile } from 'yazl';
import { crc32cOf } from './archive-crc32c.js';

const triesInARow = 5;
const firstPauseMs = 200;

/** A zip of all files, stored as they are, so that its size is known beforehand; no file is held in memory. */
export async function makeArchive(
  downloads: readonly FileDownload[],
  modified: Date,
  signal: AbortSignal,
): Promise<{ readonly bytes: Readable; readonly sizeBytes: number }> {
  const zip = new ZipFile();
  const bytes = zip.outputStream as Readable;
  const fail = (error: Error): unknown => bytes.destroy(error);
  zip.on('error', fail);
  for (const download of downloads) {
    zip.addReadStreamLazy(
      download.name,
      { compress: false, size: download.file.sizeBytes, mtime: modified },
      (give) =>
        give(
          null,
          Readable.from(readChecked(download, signal), { objectMode: false }).on('error', fail),
        ),
    );
  }
  // The package’s types leave out that the size is told.
  const end = zip.end.bind(zip) as (options: object, tell: (sizeBytes: number) => void) => void;
  const sizeBytes = await new Promise<number>((resolve) => end({}, resolve));
  return { bytes, sizeBytes };
}

/** A file’s bytes; a broken connection is taken up where it broke, and wrong bytes end in an error. */
async function* readChecked(
  { name, url, file }: FileDownload,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let received = 0;
  let crc = 0;
  let failures = 0;
  while (received < file.sizeBytes) {
    try {
      for await (const chunk of rangeOf(url, received, signal)) {
        failures = 0;
        received += chunk.length;
        crc = crc32cOf(chunk, crc);
        yield chunk;
      }
      if (received < file.sizeBytes) throw new Error('the connection ended early');
    } catch (error) {
      failures += 1;
      if (failures >= triesInARow || signal.aborted)
        throw new Error(`${name} could not be read`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** failures));
    }
  }
  if (received !== file.sizeBytes || crc !== decodeCrc32c(file.crc32c))
    throw new Error(`${name} has not the bytes that were exported`);
}

async function* rangeOf(
  url: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const response = await fetch(url, {
    signal,
    headers: { 'Accept-Encoding': 'identity', ...(from > 0 ? { Range: `bytes=${from}-` } : {}) },
  });
  if (response.status !== (from > 0 ? 206 : 200) || !response.body) {
    await response.body?.cancel();
    throw new Error(`storage answered ${response.status}`);
  }
  yield* response.body as unknown as AsyncIterable<Uint8Array>;
}

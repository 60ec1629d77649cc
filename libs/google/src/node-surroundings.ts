import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Surroundings, type ZipEntry } from '@outhaul/core';
import { ZipFile } from 'yazl';

const compress = promisify(gzip);

/** The machine's clock and chance. */
export const nodeSurroundings: Surroundings = {
  nowMs: () => Date.now(),
  pause,
  random: (bytes) => randomBytes(bytes),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  gzip: (text) => compress(text),
  zip,
};

function pause(ms: number, sooner?: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    sooner?.then(end, end);
  });
}

/** Always the same, so that equal files make equal archives. */
const mtime = new Date(Date.UTC(2000, 0, 1));

/** Writes the archive while the entries are read: the next one is begun when the one before it has ended. */
async function* zip(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const archive = new ZipFile();
  const output = archive.outputStream as Readable;
  archive.on('error', (error: Error) => output.destroy(error));
  void (async () => {
    try {
      for await (const { name, content } of entries) {
        const source = Readable.from(content);
        source.on('error', (error) => output.destroy(error));
        archive.addReadStream(source, name, { mtime, compressionLevel: 1 });
        await new Promise((resolve) => source.once('close', resolve));
        if (output.destroyed) return;
      }
      archive.end();
    } catch (error) {
      output.destroy(error as Error);
    }
  })();
  yield* output as AsyncIterable<Uint8Array>;
}

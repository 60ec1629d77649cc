import { isAppError } from '../errors.js';
import { type FileStore, type StoredFile } from '../ports/file-store.js';

/**
 * Whether the object holds exactly these bytes. CRC32C alone would not tell: anyone who knows the bytes can make others with
 * the same checksum.
 */
export async function hasBytes(
  files: FileStore,
  file: StoredFile,
  wanted: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const found = new Bytes(files.openRead(file, { start: 0, end: file.sizeBytes }));
  try {
    for await (const piece of wanted) if (!(await found.takes(piece))) return false;
    return await found.isAtEnd();
  } catch (error) {
    // It was replaced while it was read.
    if (isAppError(error, 'file-not-found')) return false;
    throw error;
  } finally {
    await found.close();
  }
}

/** Bytes that come in pieces of any size, to be held against others. */
class Bytes {
  private readonly pieces: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array();

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.pieces = bytes[Symbol.asyncIterator]();
  }

  async takes(wanted: Uint8Array): Promise<boolean> {
    for (let at = 0; at < wanted.length;) {
      if (this.rest.length === 0 && (await this.isAtEnd())) return false;
      const length = Math.min(this.rest.length, wanted.length - at);
      for (let index = 0; index < length; index += 1)
        if (this.rest[index] !== wanted[at + index]) return false;
      this.rest = this.rest.subarray(length);
      at += length;
    }
    return true;
  }

  async isAtEnd(): Promise<boolean> {
    while (this.rest.length === 0) {
      const next = await this.pieces.next();
      if (next.done) return true;
      this.rest = next.value;
    }
    return false;
  }

  async close(): Promise<void> {
    await this.pieces.return?.();
  }
}

import { createReadStream, statSync } from 'node:fs';
import { crc32c, decodeCrc32c, encodeCrc32c } from './crc32c.js';

export type FileVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'missing' | 'size' | 'checksum';
      readonly message: string;
    };

/** Holds a file on disk against its size and CRC32C (base64); reads every byte. */
export async function verifyFile(
  path: string,
  expected: { readonly sizeBytes: number; readonly crc32c: string },
): Promise<FileVerdict> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return { ok: false, reason: 'missing', message: 'The file is missing.' };
  if (found.size !== expected.sizeBytes) {
    return {
      ok: false,
      reason: 'size',
      message: `The file has ${found.size} bytes instead of ${expected.sizeBytes}.`,
    };
  }
  const crc = await crc32cOfFile(path, 0, expected.sizeBytes);
  if (crc === decodeCrc32c(expected.crc32c)) return { ok: true };
  return {
    ok: false,
    reason: 'checksum',
    message: `The file's CRC32C is ${encodeCrc32c(crc)} instead of ${expected.crc32c}.`,
  };
}

/** CRC32C of the bytes from start up to, not including, end. */
export async function crc32cOfFile(path: string, start: number, end: number): Promise<number> {
  let crc = 0;
  if (end <= start) return crc;
  for await (const chunk of createReadStream(path, {
    start,
    end: end - 1,
    highWaterMark: 1 << 20,
  })) {
    crc = crc32c(chunk as Buffer, crc);
  }
  return crc;
}

import { open } from 'node:fs/promises';
import { chunksOf } from '../http/read-body.js';
import { encodeCrc32c, RunningChecksums } from './checksums.js';
import { invalid } from './storage-errors.js';

/** Checksums a client announced for the whole object, in base64. */
export interface ExpectedChecksums {
  readonly md5?: string;
  readonly crc32c?: string;
}

export interface ReceivedBytes {
  readonly sizeBytes: number;
  readonly crc32c: number;
  readonly md5: string;
}

/** Streams bytes into a new file, durably. The file may hold part of them when this throws. */
export async function receiveBytes(
  source: AsyncIterable<Buffer>,
  path: string,
): Promise<ReceivedBytes> {
  const checksums = new RunningChecksums();
  const handle = await open(path, 'wx');
  try {
    for await (const chunk of chunksOf(source)) {
      checksums.update(chunk);
      await handle.writev([chunk]);
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return { sizeBytes: checksums.sizeBytes, crc32c: checksums.crc32c, md5: checksums.md5() };
}

/** 400 when the bytes are not what the client announced. */
export function requireChecksums(
  received: { readonly crc32c: number; readonly md5: string },
  expected: ExpectedChecksums,
): void {
  const actualCrc32c = encodeCrc32c(received.crc32c);
  if (expected.crc32c !== undefined && expected.crc32c !== actualCrc32c)
    throw invalid(
      `Provided CRC32C "${expected.crc32c}" doesn't match calculated CRC32C "${actualCrc32c}".`,
    );
  if (expected.md5 !== undefined && expected.md5 !== received.md5)
    throw invalid(
      `Provided MD5 hash "${expected.md5}" doesn't match calculated MD5 hash "${received.md5}".`,
    );
}

/** Announced checksums: of an object resource, of `X-Goog-Hash` and of `Content-MD5`. */
export function readExpectedChecksums(
  resource: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): ExpectedChecksums {
  const expected: { md5?: string; crc32c?: string } = {};
  if (typeof resource['md5Hash'] === 'string') expected.md5 = normalizeBase64(resource['md5Hash']);
  if (typeof resource['crc32c'] === 'string') expected.crc32c = resource['crc32c'];
  if (typeof headers['content-md5'] === 'string') expected.md5 = headers['content-md5'];
  for (const part of String(headers['x-goog-hash'] ?? '').split(',')) {
    const [, kind, value] = /^\s*(md5|crc32c)=(.+?)\s*$/.exec(part) ?? [];
    if (kind === 'md5' && value) expected.md5 = value;
    if (kind === 'crc32c' && value) expected.crc32c = value;
  }
  return expected;
}

const normalizeBase64 = (text: string): string => Buffer.from(text, 'base64').toString('base64');

import { type DownloadFile, unwrap } from '@outhaul/api-client';
import { crc32c, decodeCrc32c } from '@outhaul/transfer';
import { once } from 'node:events';
import { CommandFailure, exitCodes } from '../exit-codes.js';
import { type Session } from '../session.js';

/** What a finished export has beside its rows; the signature only from a service that signs. */
const sideFiles = new Set([
  'manifest.json',
  'manifest.sig.json',
  'schema.json',
  'create-table.sql',
  'checksums.crc32c',
]);

/** Writes a finished single-file export to standard output as it arrives, and checks its length and CRC32C at the end. */
export async function streamExport(session: Session, id: string): Promise<void> {
  const { files } = await unwrap(
    session.client.GET('/api/v1/download/{id}', { params: { path: { id } } }),
  );
  const [file] = files.filter(({ name }) => !sideFiles.has(name));
  if (!file) throw new CommandFailure(exitCodes.failure, `Export ${id} has no file to stream.`);
  const response = await session.fetch(file.url, {
    headers: { ...(await session.fileHeaders?.()), 'Accept-Encoding': 'gzip' },
  });
  if (!response.ok || !response.body)
    throw new CommandFailure(exitCodes.failure, `The file answered ${response.status}.`);
  await copyChecked(response.body, file);
}

async function copyChecked(
  body: AsyncIterable<Uint8Array>,
  expected: Pick<DownloadFile, 'sizeBytes' | 'crc32c'>,
): Promise<void> {
  let sum = 0;
  let size = 0;
  for await (const part of body) {
    const chunk = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    sum = crc32c(chunk, sum);
    size += chunk.length;
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
  }
  if (size === expected.sizeBytes && sum === decodeCrc32c(expected.crc32c)) return;
  throw new CommandFailure(
    exitCodes.notVerified,
    'What was written is not the whole file: its length or checksum is wrong.',
    'Throw it away and run the command again.',
  );
}

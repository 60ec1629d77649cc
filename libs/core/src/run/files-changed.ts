import { AppError } from '../errors.js';
import { type StoredFile } from '../ports/file-store.js';
import { type Pin } from '../record.js';

interface Place {
  readonly bucket: string;
  readonly name: string;
}

const fix =
  'Find out who wrote there (Cloud Audit Logs of the bucket, its lifecycle rules), then start the export again.';

/** An object is not the one that is on record. The message keeps the evidence: what was expected, and what was found. */
export function filesChanged(
  { bucket, name }: Place,
  expected: Pin | undefined,
  found: Pin | undefined,
): AppError {
  const now = found ? `is now ${describe(found)}` : 'is missing';
  const then = expected ? `; Outhaul has ${describe(expected)} on record` : '';
  return new AppError('files-changed', `gs://${bucket}/${name} ${now}${then}.`, {
    resource: `gs://${bucket}/${name}`,
    fix,
  });
}

/** Something is where Outhaul was going to write, and it is not what Outhaul would have written. */
export const plantedFile = (found: StoredFile): AppError =>
  new AppError(
    'files-changed',
    `gs://${found.bucket}/${found.name} was there already, and it is not what Outhaul writes there: ${describe(found)}.`,
    { resource: `gs://${found.bucket}/${found.name}`, fix },
  );

const describe = ({ generation, sizeBytes, crc32c }: Pin): string =>
  `generation ${generation} (${sizeBytes} bytes, CRC32C ${crc32c})`;

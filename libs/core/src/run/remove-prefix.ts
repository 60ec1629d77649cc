import { type FileStore } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { writePrefix } from './file-places.js';
import { mapLimited } from './shards.js';

/** Removes every object that an export has written, of all its tries; answers how many there were. */
export async function removePrefix(
  record: ExportRecord,
  files: FileStore,
  /** Waited for before the first of them goes. */
  intend: () => Promise<void> = async () => undefined,
): Promise<number> {
  return removeAt(record.plan.files.bucket, record.plan.files.prefix, files, intend);
}

/** Removes whatever lies there; returns how many objects it was. */
export async function removeAt(
  bucket: string,
  prefix: string,
  files: FileStore,
  /** Waited for before the first of them goes. */
  intend: () => Promise<void> = async () => undefined,
): Promise<number> {
  const present = await files.list(bucket, prefix);
  if (present.length > 0) await intend();
  await mapLimited(present, 16, ({ name }) => files.remove(bucket, name));
  return present.length;
}

/** Removes what the present try's files were made of. */
export async function removeParts(record: ExportRecord, files: FileStore): Promise<void> {
  const { bucket } = record.plan.files;
  const parts = await files.list(bucket, `${writePrefix(record)}parts/`);
  // What was made a moment ago cannot be deleted before its second is over, so the oldest go first.
  const byAge = parts.toSorted((a, b) => Number(a.generation) - Number(b.generation));
  await mapLimited(byAge, 16, ({ name }) => files.remove(bucket, name));
}

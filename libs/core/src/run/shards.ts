import { AppError } from '../errors.js';
import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { finishedNames, shardNames, writePrefix } from './file-places.js';

/** The shards that the jobs reported, as they are now, by slice and in order; throws `files-changed` when one is missing. */
export async function readShards(
  record: ExportRecord,
  files: FileStore,
): Promise<readonly (readonly StoredFile[])[]> {
  const present = await presentFiles(record, files);
  return shardNames(record).map((names) => names.map((name) => found(name, present, record)));
}

/** The files that are handed out, as they are now; throws `files-changed` when one is missing. */
export async function readFinished(
  record: ExportRecord,
  files: FileStore,
): Promise<readonly StoredFile[]> {
  const present = await presentFiles(record, files);
  return finishedNames(record).map((name) => found(name, present, record));
}

/** Everything that the present try has written, by name. */
export async function presentFiles(
  record: ExportRecord,
  files: FileStore,
): Promise<ReadonlyMap<string, StoredFile>> {
  const listed = await files.list(record.plan.files.bucket, writePrefix(record));
  return new Map(listed.map((file) => [file.name, file]));
}

function found(
  name: string,
  present: ReadonlyMap<string, StoredFile>,
  { plan }: ExportRecord,
): StoredFile {
  const file = present.get(name);
  if (file) return file;
  throw new AppError('files-changed', `${name} is missing: it was reported written.`, {
    resource: `gs://${plan.files.bucket}/${name}`,
    fix: 'Look at the bucket’s lifecycle rules, then start the export again.',
  });
}

/** Runs `work` over all items, at most `limit` at once; answers in the items' order. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

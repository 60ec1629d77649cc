import { AppError } from '../errors.js';
import { type FileStore, type StoredFile } from '../ports.js';
import { type ExportRecord } from '../record.js';
import { shardNames, writePrefix } from './file-places.js';

/** The shards that the job reported, as they are now, in order; throws `files-changed` when one is missing. */
export async function readShards(
  record: ExportRecord,
  files: FileStore,
): Promise<readonly StoredFile[]> {
  const present = new Map(
    (await files.list(record.plan.files.bucket, writePrefix(record))).map((file) => [
      file.name,
      file,
    ]),
  );
  return shardNames(record, record.figures.shardCount ?? 0).map((name) => {
    const file = present.get(name);
    if (file) return file;
    throw new AppError('files-changed', `${name} is missing: BigQuery reported it written.`, {
      resource: `gs://${record.plan.files.bucket}/${name}`,
      fix: 'Look at the bucket’s lifecycle rules, then retry the export.',
    });
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

import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type ExportRecord } from '../record.js';
import { finishedNames, shardNames, writePrefix } from './file-places.js';
import { held, readPins } from './pins.js';

interface Sources {
  readonly record: ExportRecord;
  readonly files: FileStore;
  readonly surroundings: Pick<Surroundings, 'sha256'>;
}

/** The shards that the jobs reported, by slice and in order; throws `files-changed` when one is not as it was. */
export async function readShards({
  record,
  files,
  surroundings,
}: Sources): Promise<readonly (readonly StoredFile[])[]> {
  const pins = await readPins('shards', record, files, surroundings.sha256);
  const present = await presentFiles(record, files);
  const { bucket } = record.plan.files;
  let at = 0;
  return shardNames(record).map((names) =>
    names.map((name) => held({ bucket, name }, pins?.[at++], present.get(name))),
  );
}

/** The files that are handed out; throws `files-changed` when one is not as it was. */
export async function readFinished({
  record,
  files,
  surroundings,
}: Sources): Promise<readonly StoredFile[]> {
  const what = record.figures.fileCounts ? 'files' : 'shards';
  const pins = await readPins(what, record, files, surroundings.sha256);
  const present = await presentFiles(record, files);
  const { bucket } = record.plan.files;
  return finishedNames(record).map((name, at) =>
    held({ bucket, name }, pins?.[at], present.get(name)),
  );
}

/** Everything that the present try has written, by name. */
export async function presentFiles(
  record: ExportRecord,
  files: FileStore,
): Promise<ReadonlyMap<string, StoredFile>> {
  const listed = await files.list(record.plan.files.bucket, writePrefix(record));
  return new Map(listed.map((file) => [file.name, file]));
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

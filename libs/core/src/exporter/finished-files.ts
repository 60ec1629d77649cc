import { AppError } from '../errors.js';
import { type Manifest } from '../manifest.js';
import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type ExportRecord, stateOf } from '../record.js';
import { sealedNames, writePrefix } from '../run/file-places.js';
import { mapLimited } from '../run/shards.js';

/** Where a finished export's files lie, what its manifest says, and the files, those of the seal last. */
export interface FinishedFiles {
  readonly prefix: string;
  readonly manifest: Manifest;
  readonly stored: readonly StoredFile[];
}

/** Reads what a succeeded export has to hand out; throws `state-conflict` for any other. */
export async function finishedFiles(
  record: ExportRecord,
  files: FileStore,
): Promise<FinishedFiles> {
  if (record.outcome?.state !== 'succeeded') {
    throw new AppError(
      'state-conflict',
      `Export ${record.id} is ${stateOf(record)}: it has no files to hand out.`,
      { resource: record.id },
    );
  }
  if (record.filesRemovedAt !== undefined) {
    throw new AppError(
      'state-conflict',
      `The files of export ${record.id} were removed on ${record.filesRemovedAt.slice(0, 10)}, after ${record.plan.files.retentionDays} days.`,
      { resource: record.id, fix: 'Start the export again.' },
    );
  }
  const prefix = writePrefix(record);
  const { bucket } = record.plan.files;
  const manifest = JSON.parse(await files.readText(bucket, `${prefix}manifest.json`)) as Manifest;
  const extras = await mapLimited(sealedNames, 4, (name) => files.stat(bucket, prefix + name));
  const data = manifest.files.map((file) => ({ ...file, bucket, name: prefix + file.name }));
  return {
    prefix,
    manifest,
    stored: [...data, ...extras.filter((file): file is StoredFile => file !== undefined)],
  };
}

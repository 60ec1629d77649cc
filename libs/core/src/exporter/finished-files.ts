import { AppError } from '../errors.js';
import { type Manifest } from '../manifest.js';
import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type ExportRecord, stateOf } from '../record.js';
import { sealedNames, writePrefix } from '../run/file-places.js';
import { held } from '../run/pins.js';
import { readPinnedText } from '../run/read-pinned.js';
import { presentFiles } from '../run/shards.js';

interface Stores {
  readonly files: FileStore;
  readonly surroundings: Pick<Surroundings, 'sha256'>;
}

/** The manifest that is on record; throws `files-changed` when it is not there any more. */
export async function sealedManifest(record: ExportRecord, stores: Stores): Promise<Manifest> {
  refuseUnfinished(record);
  const { files, surroundings } = stores;
  const { bucket } = record.plan.files;
  const name = `${writePrefix(record)}manifest.json`;
  const pin = record.figures.sealed?.['manifest.json'];
  const text = pin
    ? await readPinnedText(files, { bucket, name }, pin, surroundings.sha256)
    : await files.readText(bucket, name);
  return JSON.parse(text) as Manifest;
}

/**
 * The files of a succeeded export, those of the seal last, and the prefix that they lie under; `names`, relative to it:
 * only these. Throws `files-changed` when one of them is not the one that is on record.
 */
export async function finishedFiles(
  record: ExportRecord,
  stores: Stores,
  names?: readonly string[],
): Promise<{ readonly prefix: string; readonly stored: readonly StoredFile[] }> {
  const manifest = await sealedManifest(record, stores);
  const prefix = writePrefix(record);
  const { bucket } = record.plan.files;
  const present = await presentFiles(record, stores.files);
  const isWanted = ({ name }: { readonly name: string }) => !names || names.includes(name);
  const data = manifest.files
    .filter(isWanted)
    .map((file) => ({ place: { bucket, name: prefix + file.name }, pin: file }));
  const pins = record.figures.sealed;
  const extras = sealedNames
    .filter((name) => isWanted({ name }) && (pins ? name in pins : present.has(prefix + name)))
    .map((name) => ({ place: { bucket, name: prefix + name }, pin: pins?.[name] }));
  return {
    prefix,
    stored: [...data, ...extras].map(({ place, pin }) => held(place, pin, present.get(place.name))),
  };
}

function refuseUnfinished(record: ExportRecord): void {
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
}

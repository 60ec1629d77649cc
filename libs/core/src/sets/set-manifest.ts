import { type ExporterDeps } from '../exporter/deps.js';
import { isAppError } from '../errors.js';
import { type PinnedText, type RecordedError } from '../record.js';
import { writePrefix } from '../run/file-places.js';
import { putDated } from '../run/put-dated.js';
import { readPinnedText } from '../run/read-pinned.js';
import { mapLimited } from '../run/shards.js';
import { tableName } from '../table.js';
import { recordedError } from './member-request.js';
import { type ExportSetRecord, type SetMember, type SetTotals, totalsOf } from './set-record.js';

/** The manifest of manifests: which table's files lie where, and what became of those that have none. */
export interface ExportSetManifest {
  readonly version: 1;
  readonly exportSetId: string;
  readonly createdAt: string;
  readonly asOf: string;
  readonly totals: SetTotals;
  readonly tables: readonly SetManifestEntry[];
}

export interface SetManifestEntry {
  readonly table: string;
  readonly state: SetMember['state'];
  readonly exportId: string;
  /** `gs://` address of the export's own manifest, its CRC32C, and the SHA-256 of its text in hexadecimal digits. */
  readonly manifest?: string;
  readonly manifestCrc32c?: string;
  readonly manifestSha256?: string;
  /** Whether the rows are those of the set's instant; otherwise they were read when the table's export ran. */
  readonly pinned?: boolean;
  readonly rows?: number;
  readonly files?: number;
  readonly sizeBytes?: number;
  readonly error?: RecordedError;
}

/** Where a set's manifest lies: beside the files, in the bucket that they are in. */
export function setManifestPlace(
  record: ExportSetRecord,
  { settings }: Pick<ExporterDeps, 'settings'>,
): { bucket: string; name: string } {
  const bucket = record.request.options.bucket ?? settings.filesBuckets[0] ?? '';
  return { bucket, name: `sets/${record.id}/manifest.json` };
}

/** Writes the manifest of manifests; safe to repeat. */
export async function writeSetManifest(
  record: ExportSetRecord,
  deps: ExporterDeps,
): Promise<PinnedText> {
  const tables = await mapLimited(record.members, 16, (member) => entryOf(member, deps));
  const manifest = (createdAt: string): ExportSetManifest => ({
    version: 1,
    exportSetId: record.id,
    createdAt,
    asOf: record.asOf,
    totals: totalsOf(record),
    tables,
  });
  // A set that was retried has one already, and one that someone else has put there must not keep the set from its end.
  return putDated(setManifestPlace(record, deps), manifest, record.createdAt, deps, true);
}

/** The manifest that is on record; throws `files-changed` when it is not there any more. */
export async function readSetManifest(
  record: ExportSetRecord,
  deps: ExporterDeps,
): Promise<ExportSetManifest> {
  const place = setManifestPlace(record, deps);
  const text = record.manifest
    ? await readPinnedText(deps.files, place, record.manifest, deps.surroundings.sha256)
    : await deps.files.readText(place.bucket, place.name);
  return JSON.parse(text) as ExportSetManifest;
}

async function entryOf(
  member: SetMember,
  { records, files }: ExporterDeps,
): Promise<SetManifestEntry> {
  const { state, exportId, rows, files: count, bytes: sizeBytes, error } = member;
  const entry = { table: tableName(member.table), state, exportId };
  if (state !== 'succeeded') return { ...entry, error };
  const value = await records.read(exportId).then(
    (read) => read.value,
    (error: unknown) => {
      if (isAppError(error, 'record-unreadable')) return error;
      throw error;
    },
  );
  // The files are there; where, only their record knew.
  if (isAppError(value))
    return { ...entry, rows, files: count, sizeBytes, error: recordedError(value) };
  const { bucket } = value.plan.files;
  const name = `${writePrefix(value)}manifest.json`;
  const sealed = value.figures.sealed?.['manifest.json'];
  const { crc32c } = sealed ?? (await files.stat(bucket, name)) ?? {};
  return {
    ...entry,
    manifest: `gs://${bucket}/${name}`,
    manifestCrc32c: crc32c,
    manifestSha256: sealed?.sha256,
    pinned: value.plan.source.pinned,
    rows,
    files: count,
    sizeBytes,
  };
}

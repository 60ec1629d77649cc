import { type ExporterDeps } from '../exporter/deps.js';
import { type RecordedError } from '../record.js';
import { writePrefix } from '../run/file-places.js';
import { mapLimited } from '../run/shards.js';
import { tableName } from '../table.js';
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
  /** `gs://` address of the export's own manifest, and its CRC32C. */
  readonly manifest?: string;
  readonly manifestCrc32c?: string;
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
export async function writeSetManifest(record: ExportSetRecord, deps: ExporterDeps): Promise<void> {
  const tables = await mapLimited(record.members, 16, (member) => entryOf(member, deps));
  const manifest: ExportSetManifest = {
    version: 1,
    exportSetId: record.id,
    createdAt: record.outcome?.at ?? record.createdAt,
    asOf: record.asOf,
    totals: totalsOf(record),
    tables,
  };
  const { bucket, name } = setManifestPlace(record, deps);
  await deps.files.put(bucket, name, `${JSON.stringify(manifest, null, 2)}\n`, 'application/json');
}

async function entryOf(
  member: SetMember,
  { records, files }: ExporterDeps,
): Promise<SetManifestEntry> {
  const { state, exportId, rows, files: count, bytes: sizeBytes, error } = member;
  const entry = { table: tableName(member.table), state, exportId };
  if (state !== 'succeeded') return { ...entry, error };
  const { value } = await records.read(exportId);
  const { bucket } = value.plan.files;
  const name = `${writePrefix(value)}manifest.json`;
  const stored = await files.stat(bucket, name);
  return {
    ...entry,
    manifest: `gs://${bucket}/${name}`,
    manifestCrc32c: stored?.crc32c,
    pinned: value.plan.source.pinned,
    rows,
    files: count,
    sizeBytes,
  };
}

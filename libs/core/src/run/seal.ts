import { type Manifest, type ManifestFile } from '../manifest.js';
import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type ExportRecord, type PinnedText, type SealPins } from '../record.js';
import { tableName } from '../table.js';
import { witnessPrefix, writePrefix } from './file-places.js';
import { pinOf, pinsPrefix } from './pins.js';
import { putDated } from './put-dated.js';
import { putOnce } from './put-once.js';
import { removeAt } from './remove-prefix.js';
import { createTableSql, loadSchema } from './schema-files.js';
import { mapLimited, readFinished } from './shards.js';
import { signatureName, signManifest } from './sign-manifest.js';
import { type StepContext, type StepResult } from './step-context.js';
import { witnessSelect } from './witness.js';

/**
 * Writes the bill of lading and what belongs to it beside the files; the manifest comes last, and the record pins it all.
 * Pins that were too many for the record are removed in a second round, when those of the seal are on record.
 */
export async function seal(context: StepContext): Promise<StepResult> {
  const { record, step, files } = context;
  const { bucket } = record.plan.files;
  if (record.figures.sealed) {
    await removeAt(bucket, pinsPrefix(record), files);
    return { kind: 'done', step: { progress: step.progress } };
  }
  const leftovers = await findLeftovers(record, files);
  // A call that read the older record would miss what is deleted here.
  if (leftovers.length > 0 && !context.isOnRecord) return { kind: 'more', recordFirst: true };
  const data = await readFinished(context);
  const manifest = manifestOf(record, data, writePrefix(record));
  const sealed = await writeSeal(context, manifest, leftovers);
  const { rows, files: count, sizeBytes: bytes } = manifest.totals;
  const hasMany = [record.figures.shards, record.figures.files].some(
    (kept) => kept && 'pinnedIn' in kept,
  );
  return {
    ...(hasMany ? { kind: 'more', recordFirst: true } : { kind: 'done' }),
    step: { progress: { rows, files: count, bytes } },
    figures: { sealed },
  };
}

async function writeSeal(
  { record, files, surroundings, signer }: StepContext,
  manifest: Omit<Manifest, 'createdAt'>,
  leftovers: readonly StoredFile[],
): Promise<SealPins> {
  const { bucket } = record.plan.files;
  const prefix = writePrefix(record);
  const sealed: Record<string, PinnedText> = {};
  const put = async (
    name: string,
    content: string,
    type: string,
    replacesOthers = false,
  ): Promise<void> => {
    const stored = await putOnce(files, bucket, prefix + name, content, type, replacesOthers);
    sealed[name] = { ...pinOf(stored), sha256: surroundings.sha256(content) };
  };
  await put(
    'schema.json',
    `${JSON.stringify(loadSchema(record.plan.fields), null, 2)}\n`,
    'application/json',
  );
  await put('create-table.sql', createTableSql(record), 'application/sql');
  await put(
    'checksums.crc32c',
    manifest.files.map(({ crc32c, name }) => `${crc32c}  ${name}\n`).join(''),
    'text/plain; charset=utf-8',
  );
  await mapLimited(leftovers, 16, ({ name }) => files.remove(bucket, name));
  const { version, exportId, ...rest } = manifest;
  const place = { bucket, name: `${prefix}manifest.json` };
  const dated = (createdAt: string): Manifest => ({ version, exportId, createdAt, ...rest });
  const stores = { files, surroundings };
  // Until they are on record manifest and signature count for nothing: those of a call whose record was lost are replaced.
  sealed['manifest.json'] = await putDated(place, dated, record.createdAt, stores, true);
  if (signer) {
    // What is signed is what is on record.
    const subjects = Object.entries(sealed).map(([name, { sha256 }]) => ({ name, sha256 }));
    const signature = await signManifest(record.id, subjects, signer);
    await put(signatureName, signature, 'application/json', true);
  }
  return sealed;
}

/** What failed tries have left, and what the source was counted by; a finished export has one folder of files. */
async function findLeftovers(
  record: ExportRecord,
  files: FileStore,
): Promise<readonly StoredFile[]> {
  const write = record.steps.find(({ kind }) => kind === 'extract' || kind === 'materialize');
  const own = writePrefix(record);
  const { bucket, prefix } = record.plan.files;
  const isFirstTry = (write?.attempt ?? 1) === 1;
  if (isFirstTry && witnessSelect(record.plan) === undefined) return [];
  const listed = await files.list(bucket, isFirstTry ? witnessPrefix(record) : prefix);
  return listed.filter(
    ({ name }) => !name.startsWith(own) || name.startsWith(witnessPrefix(record)),
  );
}

function manifestOf(
  record: ExportRecord,
  data: readonly StoredFile[],
  prefix: string,
): Omit<Manifest, 'createdAt'> {
  const { plan, figures } = record;
  const rows = figures.fileRows ?? 0;
  const counts = figures.fileCounts ? figures.fileRowCounts : figures.shardRows;
  return {
    version: 1,
    exportId: record.id,
    owner: record.owner,
    request: record.request,
    source: {
      table: plan.source.table && tableName(plan.source.table),
      sql: plan.source.staged ?? plan.source.sql,
      etag: plan.source.etag,
      asOf: plan.source.asOf,
      pinned: plan.source.pinned,
      partition: plan.source.partition,
      rows: figures.sourceRows ?? 0,
    },
    engine: plan.engine.kind,
    jobs: record.steps.flatMap(({ job }) =>
      job ? [`${job.project}:${job.location}.${job.id}`] : [],
    ),
    format: plan.files.format,
    compression: plan.files.compression,
    schema: plan.fields,
    maskedColumns: plan.maskedColumns,
    verified: {
      how: plan.verify,
      sourceRows: figures.sourceRows ?? 0,
      fileRows: rows,
      by: figures.countedBy ?? '',
      sourceFingerprint: figures.sourceFingerprint,
      fileFingerprint: figures.fileFingerprint,
    },
    totals: {
      files: data.length,
      rows,
      sizeBytes: data.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    },
    files: data.map((file, index): ManifestFile => ({
      name: file.name.slice(prefix.length),
      sizeBytes: file.sizeBytes,
      crc32c: file.crc32c,
      generation: file.generation,
      rows: counts?.[index],
    })),
  };
}

import { type Manifest, type ManifestFile } from '../manifest.js';
import { type FileStore, type StoredFile } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { tableName } from '../table.js';
import { createOnce } from './create-once.js';
import { witnessPrefix, writePrefix } from './file-places.js';
import { createTableSql, loadSchema } from './schema-files.js';
import { mapLimited, readFinished } from './shards.js';
import { signatureName, type SignedSubject, signManifest } from './sign-manifest.js';
import { type StepContext, type StepResult } from './step-context.js';
import { witnessSelect } from './witness.js';

/** Writes the bill of lading and what belongs to it beside the files; the manifest comes last. */
export async function seal(context: StepContext): Promise<StepResult> {
  const { record, files, surroundings, signer } = context;
  const { bucket } = record.plan.files;
  const prefix = writePrefix(record);
  const leftovers = await findLeftovers(record, files);
  // A call that read the older record would miss what is deleted here.
  if (leftovers.length > 0 && !context.isOnRecord) return { kind: 'more', recordFirst: true };
  const data = await readFinished(record, files);
  const manifest = manifestOf(record, data, prefix, new Date(surroundings.nowMs()).toISOString());
  const subjects: SignedSubject[] = [];
  const put = async (name: string, content: string, type: string): Promise<void> => {
    await createOnce(files, bucket, prefix + name, (condition) =>
      files.put(bucket, prefix + name, content, type, condition),
    );
    // An earlier call may have written another date: what is signed is what is there.
    if (signer)
      subjects.push({
        name,
        sha256: surroundings.sha256(await files.readText(bucket, prefix + name)),
      });
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
  await put('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`, 'application/json');
  if (signer) {
    const signature = await signManifest(record.id, subjects, signer);
    await files.put(bucket, prefix + signatureName, signature, 'application/json');
  }
  return {
    kind: 'done',
    step: {
      progress: {
        rows: manifest.totals.rows,
        files: manifest.totals.files,
        bytes: manifest.totals.sizeBytes,
      },
    },
  };
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
  createdAt: string,
): Manifest {
  const { plan, figures } = record;
  const rows = figures.fileRows ?? 0;
  const counts = figures.fileCounts ? figures.fileRowCounts : figures.shardRows;
  return {
    version: 1,
    exportId: record.id,
    createdAt,
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

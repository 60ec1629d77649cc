import { AppError, isAppError } from '../errors.js';
import { jobIdFor } from '../ids.js';
import { type JobSpec } from '../ports/warehouse.js';
import { type StoredFile } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { fingerprintSelect, readBackFields } from './fingerprint.js';
import { shardUri, slicesOf } from './file-places.js';
import { mapLimited, readShards } from './shards.js';
import { jobLabels } from './job-labels.js';
import { JobFailure, type StepContext, type StepResult } from './step-context.js';

/** How many names a job may list; more go by their pattern. */
const mostUris = 500;
const mostRowCounts = 1_000;
/** Above this a query counts the rows of Avro files. */
const mostAvroBytes = 2 ** 30;

/** Counts the rows in the files and holds them against the source; fails loudly when they differ. */
export async function verify(context: StepContext): Promise<StepResult> {
  const { record } = context;
  const shards = (await readShards(record, context.files)).flat();
  const wantsFingerprint = record.plan.verify === 'fingerprint';
  const format: string = record.plan.files.written.format;
  if (!wantsFingerprint && tellsItsRows(format, shards)) {
    const rows = await mapLimited(shards, 16, (file) => context.files.countRows(file, format));
    return hold(record, {
      fileRows: rows.reduce((total, count) => total + count, 0),
      countedBy: format === 'parquet' ? 'parquet footers' : 'avro blocks',
      shardRows: rows.length <= mostRowCounts ? rows : undefined,
    });
  }
  const state = await context.service.ensureJob(countJob(context, shards)).catch(unreadable);
  if (state.error) throw new JobFailure(state.error.reason, state.error.message, state.ref.id);
  if (state.state !== 'done') return { kind: 'running', step: { job: state.ref } };
  return hold(record, {
    fileRows: Number(state.firstRow?.['row_count']),
    fileFingerprint: state.firstRow?.['fingerprint'] ?? undefined,
    countedBy: 'a query over the files',
  });
}

/** The question is our own and right: what BigQuery finds invalid are the files. */
function unreadable(error: unknown): never {
  if (!isAppError(error, 'request-invalid') && !isAppError(error, 'sql-invalid')) throw error;
  throw new AppError(
    'verification-failed',
    `BigQuery cannot read the files: ${error.message}`,
    { ...error.details, fix: 'Retry the export; the files are kept for a look.' },
    { cause: error },
  );
}

/** Parquet has its rows in one place; Avro in each of its blocks, which are many in large files. */
const tellsItsRows = (
  format: string,
  shards: readonly StoredFile[],
): format is 'parquet' | 'avro' =>
  format === 'parquet' ||
  (format === 'avro' &&
    shards.reduce((total, { sizeBytes }) => total + sizeBytes, 0) <= mostAvroBytes);

function hold(record: ExportRecord, found: Partial<ExportRecord['figures']>): StepResult {
  const { sourceRows, sourceFingerprint } = record.figures;
  if (found.fileRows !== sourceRows) {
    throw new AppError(
      'verification-failed',
      `The source has ${sourceRows} rows, the files hold ${found.fileRows}.`,
      {
        resource: record.id,
        fix: 'Retry the export; the files are kept for a look.',
      },
    );
  }
  if (record.plan.verify === 'fingerprint' && found.fileFingerprint !== sourceFingerprint) {
    throw new AppError(
      'verification-failed',
      `The rows in the files are not those of the source: fingerprint ${found.fileFingerprint} instead of ${sourceFingerprint}.`,
      { resource: record.id, fix: 'Retry the export; the files are kept for a look.' },
    );
  }
  return { kind: 'done', figures: found };
}

function countJob(
  { record, step, serviceProject }: StepContext,
  shards: readonly StoredFile[],
): JobSpec {
  const { files, source, verify: how } = record.plan;
  const listed = shards.map(({ bucket, name }) => `gs://${bucket}/${name}`);
  return {
    project: serviceProject,
    location: source.location,
    id: jobIdFor(record.id, 'verify', step.attempt),
    labels: jobLabels(record, 'verify'),
    kind: 'query',
    sql:
      how === 'fingerprint'
        ? fingerprintSelect('files AS source_row', record.plan, 'files')
        : 'SELECT COUNT(*) AS row_count FROM files',
    parameters: [],
    wantsRow: true,
    files: {
      table: 'files',
      uris:
        listed.length <= mostUris
          ? listed
          : slicesOf(record).map((slice) => shardUri(record, slice)),
      format: files.written.format,
      compression: files.written.compression,
      header: files.written.header,
      delimiter: files.delimiter,
      fields: readBackFields(record.plan),
    },
  };
}

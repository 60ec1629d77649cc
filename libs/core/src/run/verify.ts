import { AppError, isAppError } from '../errors.js';
import { jobIdFor } from '../ids.js';
import { flexibleName } from '../plan/flexible-name.js';
import { type Plan } from '../plan/plan.js';
import { type JobSpec } from '../ports/warehouse.js';
import { type StoredFile } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { shardUri, slicesOf } from './file-places.js';
import { countRowsSql, filesTable } from './files-table.js';
import { fingerprintSelect } from './fingerprint.js';
import { mapLimited, readShards } from './shards.js';
import { jobLabels } from './job-labels.js';
import { JobFailure, type StepContext, type StepResult } from './step-context.js';

/** How many names a job may list; more go by their pattern, which also reads what others have written beside them. */
const mostUris = 10_000;
const mostRowCounts = 1_000;
/** Above this a query counts the rows of Avro files. */
const mostAvroBytes = 2 ** 30;
/** Up to this the lines of CSV files are counted here where BigQuery may have left some out. */
const mostCsvBytes = 2 ** 32;

/**
 * Counts the rows in the files and holds them against the source; fails loudly when they differ. BigQuery reads by name;
 * the next step finds out whether each shard is still the one that is on record, and then it was so all the time.
 */
export async function verify(context: StepContext): Promise<StepResult> {
  const { record } = context;
  const shards = (await readShards(context)).flat();
  const wantsFingerprint = record.plan.verify === 'fingerprint';
  const { format } = record.plan.files.written;
  if (!wantsFingerprint && tellsItsRows(record.plan, shards)) {
    const rows = await mapLimited(shards, 16, (file) =>
      context.files.countRows(file, format === 'parquet' ? 'parquet' : 'avro'),
    );
    return hold(record, {
      fileRows: rows.reduce((total, count) => total + count, 0),
      countedBy: format === 'parquet' ? 'parquet footers' : 'avro blocks',
      shardRows: rows.length <= mostRowCounts ? rows : undefined,
    });
  }
  const state = await context.service.ensureJob(countJob(context, shards)).catch(unreadable);
  if (state.error) throw new JobFailure(state.error, state.ref);
  if (state.state !== 'done') return { kind: 'running', step: { job: state.ref } };
  const fileRows = Number(state.firstRow?.['row_count']);
  const withBlank = await countBlankLines(context, shards, fileRows);
  return hold(record, {
    fileRows: withBlank ?? fileRows,
    fileFingerprint: state.firstRow?.['fingerprint'] ?? undefined,
    countedBy: withBlank === undefined ? 'a query over the files' : 'csv lines',
  });
}

/**
 * A NULL in the only column of a CSV file is a blank line, and whether BigQuery takes that for a row is not documented.
 * Where its count falls short, the lines are counted here.
 */
async function countBlankLines(
  { record, files }: StepContext,
  shards: readonly StoredFile[],
  counted: number,
): Promise<number | undefined> {
  const { fields, files: planned } = record.plan;
  const { sourceRows = 0 } = record.figures;
  const isDoubtful = planned.written.format === 'csv' && fields.length === 1;
  if (!isDoubtful || counted >= sourceRows || bytesOf(shards) > mostCsvBytes) return undefined;
  const lines = await mapLimited(shards, 8, (file) => files.countRows(file, 'csv'));
  const headers = planned.written.header ? lines.filter((count) => count > 0).length : 0;
  return lines.reduce((total, count) => total + count, 0) - headers;
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

/**
 * Parquet has its rows in one place; Avro in each of its blocks, which are many in large files. With flexible column names
 * no query can read them.
 */
const tellsItsRows = ({ files, fields }: Plan, shards: readonly StoredFile[]): boolean =>
  files.written.format === 'parquet' ||
  (files.written.format === 'avro' &&
    (bytesOf(shards) <= mostAvroBytes || flexibleName(fields) !== undefined));

const bytesOf = (shards: readonly StoredFile[]): number =>
  shards.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

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
  const { plan } = record;
  const listed = shards.map(({ bucket, name }) => `gs://${bucket}/${name}`);
  const uris =
    listed.length <= mostUris ? listed : slicesOf(record).map((slice) => shardUri(record, slice));
  return {
    project: serviceProject,
    location: plan.source.location,
    id: jobIdFor(record.id, 'verify', step.attempt),
    labels: jobLabels(record, 'verify'),
    kind: 'query',
    sql:
      plan.verify === 'fingerprint'
        ? fingerprintSelect('files AS source_row', plan, 'files')
        : countRowsSql(plan),
    parameters: [],
    wantsRow: true,
    files: filesTable(plan, uris),
  };
}

import { AppError } from '../errors.js';
import { exportDataSql } from '../plan/export-statement.js';
import { type Plan } from '../plan/plan.js';
import { type FileStore } from '../ports/file-store.js';
import { type JobState } from '../ports/warehouse.js';
import { type ExportRecord } from '../record.js';
import { witnessPrefix } from './file-places.js';
import { fingerprintSelect, sourceFingerprintSql } from './fingerprint.js';
import { readTextAt } from './read-pinned.js';
import { refuseForeign } from './take-shards.js';

/** What BigQuery counted in the source. */
export interface Witness {
  readonly rows: number;
  readonly fingerprint?: string;
}

/** One line of JSON; anything longer was not written by the statement below. */
const maxWitnessBytes = 10_000;
/** BigQuery writes one, and sometimes one more without rows. */
const mostWitnessFiles = 100;

/**
 * A query that counts the source's rows, and takes their fingerprint when one is asked for; undefined when the metadata
 * or the job that writes the files tells enough.
 */
export function witnessSelect(plan: Plan): string | undefined {
  if (plan.verify === 'fingerprint')
    return fingerprintSelect(sourceFingerprintSql(plan), plan, 'source');
  const { staged, rowCount } = plan.source;
  if (staged === undefined && (plan.engine.kind === 'query' || rowCount !== undefined))
    return undefined;
  return sourceFingerprintSql(plan, 'COUNT(*) AS row_count');
}

/**
 * Writes the one row of `select` to a file. The result of a query job lies in an anonymous table that only the job's
 * owner can read (bigquery/docs/cached-results); a file in the bucket can be read by the service when the owner is gone.
 */
export const witnessSql = (record: ExportRecord, select: string): string =>
  exportDataSql(
    { format: 'jsonl', compression: 'none', header: false, delimiter: ',' },
    `gs://${record.plan.files.bucket}/${witnessPrefix(record)}rows-*.jsonl`,
    select,
  );

/**
 * Reads what the statement above wrote, each object at the generation that was listed; BigQuery may add files without
 * rows. What the job has not written is `files-changed`.
 */
export async function readWitness(
  record: ExportRecord,
  files: FileStore,
  job: JobState,
): Promise<Witness> {
  const { bucket } = record.plan.files;
  const written = await files.list(bucket, witnessPrefix(record));
  for (const file of written) refuseForeign(file, job);
  const isTooMuch = written.some(({ sizeBytes }) => sizeBytes > maxWitnessBytes);
  if (isTooMuch || written.length > mostWitnessFiles) throw unreadable(record);
  const texts = await Promise.all(
    written.filter(({ sizeBytes }) => sizeBytes > 0).map((file) => readTextAt(files, file, file)),
  );
  const lines = texts.join('').split('\n').filter(Boolean);
  if (lines.length !== 1) throw unreadable(record);
  return parseWitness(lines[0] as string, record);
}

function parseWitness(line: string, record: ExportRecord): Witness {
  try {
    const { row_count: rows, fingerprint } = JSON.parse(line) as Record<string, unknown>;
    if (!/^\d{1,18}$/.test(String(rows))) throw unreadable(record);
    return {
      rows: Number(rows),
      fingerprint: typeof fingerprint === 'string' ? fingerprint : undefined,
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw unreadable(record);
    throw error;
  }
}

const unreadable = (record: ExportRecord): AppError =>
  new AppError(
    'files-changed',
    'BigQuery’s count of the source’s rows cannot be read: its job has left one row.',
    {
      resource: `gs://${record.plan.files.bucket}/${witnessPrefix(record)}`,
      fix: 'Find out who wrote there (Cloud Audit Logs of the bucket), then start the export again.',
    },
  );

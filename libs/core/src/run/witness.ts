import { AppError } from '../errors.js';
import { exportDataSql } from '../plan/export-statement.js';
import { type Plan } from '../plan/plan.js';
import { type FileStore } from '../ports/file-store.js';
import { type ExportRecord } from '../record.js';
import { witnessPrefix } from './file-places.js';
import { fingerprintSelect, sourceFingerprintSql } from './fingerprint.js';

/** What BigQuery counted in the source. */
export interface Witness {
  readonly rows: number;
  readonly fingerprint?: string;
}

/** One line of JSON; anything longer was not written by the statement below. */
const maxWitnessBytes = 10_000;

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

/** Reads what the statement above wrote; BigQuery may add files without rows. */
export async function readWitness(record: ExportRecord, files: FileStore): Promise<Witness> {
  const { bucket } = record.plan.files;
  const written = await files.list(bucket, witnessPrefix(record));
  if (written.some(({ sizeBytes }) => sizeBytes > maxWitnessBytes)) throw unreadable(record);
  const texts = await Promise.all(
    written
      .filter(({ sizeBytes }) => sizeBytes > 0)
      .map(({ name }) => files.readText(bucket, name)),
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
    if (error instanceof SyntaxError) throw unreadable(record);
    throw error;
  }
}

const unreadable = (record: ExportRecord): AppError =>
  new AppError('job-failed', 'BigQuery’s count of the source’s rows cannot be read.', {
    resource: `gs://${record.plan.files.bucket}/${witnessPrefix(record)}`,
    fix: 'Retry the export.',
  });

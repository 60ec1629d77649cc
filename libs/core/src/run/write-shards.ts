import { AppError } from '../errors.js';
import { jobIdFor } from '../ids.js';
import { type JobSpec, type JobState } from '../ports.js';
import { type ExportRecord } from '../record.js';
import { quoteString } from '../transform/quote.js';
import { shardUri } from './file-places.js';
import { fingerprintSelect, sourceFingerprintSql } from './fingerprint.js';
import { jobLabels } from './job-labels.js';
import { JobFailure, type StepContext, type StepResult } from './step-context.js';

/**
 * Asks BigQuery to write the shards, and to count the source at the same instant where metadata does not tell. Both
 * jobs run as the export's owner; their ids are functions of export, step and attempt, so a repeat adopts them.
 */
export async function writeShards(context: StepContext): Promise<StepResult> {
  const { record, step, owner, service } = context;
  const specs = [writeJob(record, step.attempt), witnessJob(record, step.attempt)].filter(
    (spec): spec is JobSpec => spec !== undefined,
  );
  const states: JobState[] = [];
  for (const spec of specs) {
    const state = owner ? await owner.warehouse.ensureJob(spec) : await lookAt(service, spec);
    if (!state)
      return { kind: 'waiting', note: `Waits for ${record.owner}: only they may read the source.` };
    states.push(state);
  }
  const [write, witness] = states as [JobState, JobState?];
  for (const state of states) refuseFailed(state);
  const progress = { files: write.fileCount, rows: write.rowCount };
  if (states.some(({ state }) => state !== 'done'))
    return { kind: 'running', step: { job: write.ref, progress } };
  if (write.fileCount === undefined) {
    throw new AppError('job-failed', 'BigQuery did not say how many files it wrote.', {
      resource: write.ref.id,
    });
  }
  return {
    kind: 'done',
    step: { job: write.ref, progress },
    figures: {
      shardCount: write.fileCount,
      sourceRows: sourceRows(record, write, witness),
      sourceFingerprint: witness?.firstRow?.['fingerprint'] ?? undefined,
    },
  };
}

/** Without its owner a job can be watched, but not begun. */
async function lookAt(
  service: StepContext['service'],
  spec: JobSpec,
): Promise<JobState | undefined> {
  try {
    return await service.getJob(spec);
  } catch (error) {
    if (
      error instanceof AppError &&
      (error.code === 'job-lost' || error.code === 'permission-denied')
    )
      return undefined;
    throw error;
  }
}

function refuseFailed({ error, ref }: JobState): void {
  if (error) throw new JobFailure(error.reason, error.message, ref.id);
}

function sourceRows(record: ExportRecord, write: JobState, witness: JobState | undefined): number {
  const counted = witness?.firstRow?.['row_count'] ?? write.rowCount ?? record.plan.source.rowCount;
  if (counted === undefined)
    throw new AppError('job-failed', 'The rows of the source could not be counted.');
  return Number(counted);
}

function writeJob(record: ExportRecord, attempt: number): JobSpec {
  const { plan } = record;
  const { files, source } = plan;
  const base = jobBase(record, plan.engine.kind === 'extract' ? 'extract' : 'materialize', attempt);
  if (source.extractFrom) {
    return {
      ...base,
      kind: 'extract',
      source: source.extractFrom,
      uris: [shardUri(record)],
      format: files.format,
      compression: files.compression,
      header: files.header && files.shape === 'shards',
      delimiter: files.delimiter,
    };
  }
  return {
    ...base,
    kind: 'query',
    sql: exportDataSql(record),
    parameters: source.parameters ?? [],
  };
}

function exportDataSql({ plan, ...rest }: ExportRecord): string {
  const { files } = plan;
  const options = [
    `uri=${quoteString(shardUri({ plan, ...rest }))}`,
    `format=${quoteString(files.format === 'jsonl' ? 'JSON' : files.format.toUpperCase())}`,
    files.compression === 'none'
      ? undefined
      : `compression=${quoteString(files.compression.toUpperCase())}`,
    'overwrite=true',
    files.format === 'csv' ? `header=${files.header && files.shape === 'shards'}` : undefined,
    files.format === 'csv' ? `field_delimiter=${quoteString(files.delimiter)}` : undefined,
    files.format === 'avro' ? 'use_avro_logical_types=true' : undefined,
  ].filter((option) => option !== undefined);
  return `EXPORT DATA OPTIONS(\n  ${options.join(',\n  ')}\n) AS\n${plan.source.sql ?? ''}`;
}

/** Counts the source, and takes its fingerprint when one is asked for; undefined when metadata tells enough. */
function witnessJob(record: ExportRecord, attempt: number): JobSpec | undefined {
  const { plan } = record;
  const wantsFingerprint = plan.verify === 'fingerprint';
  if (!wantsFingerprint && (plan.engine.kind === 'query' || plan.source.rowCount !== undefined))
    return undefined;
  return {
    ...jobBase(record, 'witness', attempt),
    kind: 'query',
    sql: wantsFingerprint
      ? fingerprintSelect(sourceFingerprintSql(plan), plan)
      : sourceFingerprintSql(plan, 'COUNT(*) AS row_count'),
    parameters: plan.source.parameters ?? [],
  };
}

const jobBase = (record: ExportRecord, step: string, attempt: number) => ({
  project: record.plan.source.billingProject,
  location: record.plan.source.location,
  id: jobIdFor(record.id, step, attempt),
  labels: jobLabels(record, 'export'),
});

import { AppError, isAppError } from '../errors.js';
import { jobIdFor } from '../ids.js';
import { type JobSpec, type JobState } from '../ports/warehouse.js';
import { type ExportRecord } from '../record.js';
import { bindSecrets } from '../transform/mask-key.js';
import { quoteString } from '../transform/quote.js';
import { shardUri, slicesOf } from './file-places.js';
import { fingerprintSelect, sourceFingerprintSql } from './fingerprint.js';
import { jobLabels } from './job-labels.js';
import { mapLimited } from './shards.js';
import { JobFailure, type StepContext, type StepResult } from './step-context.js';

/** Jobs of one export that are asked for at a time. */
const atOnce = 8;
/** Jobs of one export that run at a time; more of them wait their turn here, not in BigQuery's queue. */
const mostRunning = 24;

/**
 * Asks BigQuery to write the shards, and to count the source at the same instant where metadata does not tell. The jobs
 * run as the export's owner; their ids are functions of export, step and attempt, so a repeat adopts them.
 */
export async function writeShards(context: StepContext): Promise<StepResult> {
  const { record, step } = context;
  const slices = slicesOf(record);
  const counts = [...(record.figures.shardCounts ?? slices.map(() => -1))];
  const rows = [...(record.figures.sliceRows ?? slices.map(() => -1))];
  const open = counts.flatMap((count, index) => (count < 0 ? [index] : [])).slice(0, mostRunning);
  const witness = witnessJob(context);
  const specs = [...open.map((index) => writeJob(context, index)), witness].filter(
    (spec): spec is JobSpec => spec !== undefined,
  );
  const states = await mapLimited(specs, atOnce, (spec) => stateOfJob(context, spec));
  const known = states.filter((state): state is JobState => state !== undefined);
  const failed = known.find(({ error }) => error);
  if (failed?.error) {
    await cancelRest(context, known);
    throw new JobFailure(failed.error.reason, failed.error.message, failed.ref.id);
  }
  if (known.length < states.length)
    return {
      kind: 'waiting',
      note: context.owner
        ? `Waits for ${record.owner}: their sign-in has expired.`
        : `Waits for ${record.owner}: only they may read the source.`,
    };
  open.forEach((index, at) => {
    const state = known[at] as JobState;
    if (state.state !== 'done') return;
    counts[index] = fileCountOf(state);
    rows[index] = state.rowCount ?? -1;
  });
  const counted = witness && (known.at(-1) as JobState);
  const job = known[0]?.ref ?? step.job;
  const progress = {
    files: counts.reduce((total, count) => total + Math.max(count, 0), 0),
    rows: rows.some((each) => each < 0) ? undefined : sum(rows),
  };
  const figures = { ...record.figures, shardCounts: counts, sliceRows: rows };
  if (counts.some((count) => count < 0) || (counted && counted.state !== 'done'))
    return {
      kind: 'running',
      step: { job, progress: progress.files > 0 ? progress : undefined },
      figures,
    };
  return {
    kind: 'done',
    step: { job, progress },
    figures: {
      ...figures,
      sourceRows: sourceRows(record, progress.rows, counted),
      sourceFingerprint: counted?.firstRow?.['fingerprint'] ?? undefined,
    },
  };
}

/** Undefined when it needs the owner to begin it and they are not here, or their sign-in has expired. */
async function stateOfJob(
  { owner, service }: StepContext,
  spec: JobSpec,
): Promise<JobState | undefined> {
  if (!owner) return lookAt(service, spec);
  try {
    return await owner.warehouse.ensureJob(spec);
  } catch (error) {
    if (isAppError(error, 'unauthenticated')) return lookAt(service, spec);
    throw error;
  }
}

/** One job has failed: what the others write would be of no use. Whether that succeeds changes nothing. */
async function cancelRest(
  { owner, service }: StepContext,
  states: readonly JobState[],
): Promise<void> {
  const warehouse = owner?.warehouse ?? service;
  const running = states.filter(({ state }) => state !== 'done');
  await mapLimited(running, atOnce, ({ ref }) => warehouse.cancelJob(ref).catch(() => undefined));
}

function fileCountOf({ fileCount, ref }: JobState): number {
  if (fileCount !== undefined) return fileCount;
  throw new AppError('job-failed', 'BigQuery did not say how many files it wrote.', {
    resource: ref.id,
  });
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

function sourceRows(
  record: ExportRecord,
  writtenRows: number | undefined,
  witness: JobState | undefined,
): number {
  const counted = witness?.firstRow?.['row_count'] ?? writtenRows ?? record.plan.source.rowCount;
  if (counted === undefined)
    throw new AppError('job-failed', 'The rows of the source could not be counted.');
  return Number(counted);
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

function writeJob({ record, step: { attempt }, maskKey }: StepContext, index: number): JobSpec {
  const { plan, request } = record;
  const { files, source } = plan;
  const slice = slicesOf(record)[index] ?? { folder: '' };
  const kind = plan.engine.kind === 'extract' ? 'extract' : 'materialize';
  const base = jobBase(record, source.slices ? `${kind}-${index}` : kind, attempt);
  if (slice.extractFrom) {
    return {
      ...base,
      kind: 'extract',
      source: slice.extractFrom,
      uris: [shardUri(record, slice)],
      format: files.written.format,
      compression: files.written.compression,
      header: files.written.header,
      delimiter: files.delimiter,
    };
  }
  return {
    ...base,
    kind: 'query',
    sql: exportDataSql(record, shardUri(record, slice), slice.sql ?? ''),
    parameters: bindSecrets(source.parameters ?? [], maskKey),
    maxBytesBilled: request.maxBytes,
  };
}

function exportDataSql({ plan: { files } }: ExportRecord, uri: string, sql: string): string {
  const { format, compression, header } = files.written;
  const options = [
    `uri=${quoteString(uri)}`,
    `format=${quoteString(format === 'jsonl' ? 'JSON' : format.toUpperCase())}`,
    compression === 'none' ? undefined : `compression=${quoteString(compression.toUpperCase())}`,
    'overwrite=true',
    format === 'csv' ? `header=${header}` : undefined,
    format === 'csv' ? `field_delimiter=${quoteString(files.delimiter)}` : undefined,
    format === 'avro' ? 'use_avro_logical_types=true' : undefined,
  ].filter((option) => option !== undefined);
  return `EXPORT DATA OPTIONS(\n  ${options.join(',\n  ')}\n) AS\n${sql}`;
}

/** Counts the source, and takes its fingerprint when one is asked for; undefined when metadata tells enough. */
function witnessJob({ record, step: { attempt }, maskKey }: StepContext): JobSpec | undefined {
  const { plan } = record;
  const wantsFingerprint = plan.verify === 'fingerprint';
  if (!wantsFingerprint && (plan.engine.kind === 'query' || plan.source.rowCount !== undefined))
    return undefined;
  return {
    ...jobBase(record, 'witness', attempt),
    kind: 'query',
    sql: wantsFingerprint
      ? fingerprintSelect(sourceFingerprintSql(plan), plan, 'source')
      : sourceFingerprintSql(plan, 'COUNT(*) AS row_count'),
    parameters: bindSecrets(plan.source.parameters ?? [], maskKey),
  };
}

const jobBase = (record: ExportRecord, step: string, attempt: number) => ({
  project: record.plan.source.billingProject,
  location: record.plan.source.location,
  id: jobIdFor(record.id, step, attempt),
  labels: jobLabels(record, 'export'),
});

import { AppError } from '../errors.js';
import { type JobRef } from '../ports/warehouse.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type ExportRecord, type RecordedError, type StepRecord } from '../record.js';
import { backOffMs, reactionTo } from './retries.js';
import { JobFailure, type StepResult } from './step-context.js';

/** Calls in a row that may fail for reasons that pass before the export is given up. */
const mostFaults = 30;

/** The record with its step `index` under way, one try further. */
export function begin(record: ExportRecord, index: number, nowMs: number): ExportRecord {
  const step = record.steps[index] as StepRecord;
  return withStep(startedOver(record, step), index, {
    kind: step.kind,
    state: 'running',
    attempt: step.attempt + 1,
    startedAt: step.startedAt ?? new Date(nowMs).toISOString(),
    note: step.note,
  });
}

/** Another try of writing goes to another prefix: nothing that was found out about the last one holds. */
const startedOver = (record: ExportRecord, { kind }: StepRecord): ExportRecord =>
  kind === 'extract' || kind === 'materialize' ? { ...record, figures: {} } : record;

/** The record with what a step came to. */
export function apply(
  record: ExportRecord,
  index: number,
  result: StepResult,
  nowMs: number,
): ExportRecord {
  const step = record.steps[index] as StepRecord;
  if (result.kind === 'waiting')
    return withStep(record, index, { ...step, state: 'waiting', note: result.note });
  const figures = { ...record.figures, ...result.figures };
  const patch = {
    ...step,
    ...result.step,
    faults: undefined,
    notBefore: undefined,
    note: undefined,
  };
  if (result.kind !== 'done')
    return withStep({ ...record, figures }, index, { ...patch, state: 'running' });
  const at = new Date(nowMs).toISOString();
  const done = withStep({ ...record, figures }, index, { ...patch, state: 'done', finishedAt: at });
  if (index < record.steps.length - 1) return done;
  const { rows = 0, files = 0, bytes = 0 } = result.step?.progress ?? {};
  return { ...done, outcome: { state: 'succeeded', at, rows, files, bytes } };
}

/** The record after a step has failed: tried again later, or given up. */
export function afterFailure(
  record: ExportRecord,
  index: number,
  error: unknown,
  { nowMs, random }: Surroundings,
): ExportRecord {
  const step = record.steps[index] as StepRecord;
  const chance = (random(1)[0] ?? 0) / 255;
  const later = (ms: number) => new Date(nowMs() + ms).toISOString();
  if (error instanceof JobFailure) {
    const reaction = reactionTo(error.reason, step.kind);
    if (reaction.kind === 'retry' && step.attempt < reaction.tries) {
      return withStep(record, index, {
        ...step,
        state: 'pending',
        job: undefined,
        notBefore: later(backOffMs(reaction.delayMs, step.attempt, chance)),
        note: `BigQuery: ${error.message} (${error.reason}); tried again.`,
      });
    }
    const code = reaction.kind === 'give-up' ? reaction.code : 'upstream-unavailable';
    return fail(
      record,
      index,
      {
        code,
        message: `BigQuery job ${error.job.id} failed: ${error.message} (${error.reason})`,
        fix: `Anyone who may see the job reads all that BigQuery says of it: ${showJob(error.job)}`,
      },
      nowMs(),
    );
  }
  const passes =
    !(error instanceof AppError) ||
    error.code === 'upstream-unavailable' ||
    error.code === 'quota-exceeded' ||
    // The owner's sign-in is the write step's business; anyone else's here is the service's own.
    error.code === 'unauthenticated';
  if (passes && (step.faults ?? 0) < mostFaults) {
    const faults = (step.faults ?? 0) + 1;
    return withStep(record, index, {
      ...step,
      faults,
      notBefore: later(backOffMs(250, Math.min(faults, 8), chance)),
      note: noteOf(error),
    });
  }
  return fail(record, index, recorded(error), nowMs());
}

const showJob = ({ project, location, id }: JobRef): string =>
  `bq show --format=prettyjson -j '${project}:${location}.${id}'`;

const noteOf = (error: unknown): string =>
  error instanceof AppError
    ? error.message
    : 'An unexpected fault of the service; it is in its log.';

function recorded(error: unknown): RecordedError {
  if (!(error instanceof AppError)) return { code: 'internal', message: noteOf(error) };
  const { fix, permission, resource } = error.details;
  // Steps read what is on record only.
  const code = error.code === 'file-not-found' ? 'files-changed' : error.code;
  return { code, message: error.message, fix, permission, resource };
}

function fail(
  record: ExportRecord,
  index: number,
  error: RecordedError,
  nowMs: number,
): ExportRecord {
  const step = record.steps[index] as StepRecord;
  const at = new Date(nowMs).toISOString();
  const failed = withStep(record, index, { ...step, state: 'failed', finishedAt: at });
  return { ...failed, outcome: { state: 'failed', at, step: step.kind, error } };
}

const withStep = (record: ExportRecord, index: number, step: StepRecord): ExportRecord => ({
  ...record,
  steps: record.steps.map((present, at) => (at === index ? step : present)),
});

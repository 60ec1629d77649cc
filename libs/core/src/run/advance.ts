import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type Versioned } from '../ports/record-store.js';
import { type Surroundings } from '../ports/surroundings.js';
import { type JobRef } from '../ports/warehouse.js';
import { type ExportRecord, type RecordedError, stateOf, type StepRecord } from '../record.js';
import { type StepKind } from '../plan/plan.js';
import { begunJobs, cancelExport, isOfService } from './cancel.js';
import { compose } from './compose.js';
import { convert } from './convert.js';
import { backOffMs, reactionTo } from './retries.js';
import { removePrefix } from './remove-prefix.js';
import { type RunDeps } from './run-deps.js';
import { seal } from './seal.js';
import { mapLimited } from './shards.js';
import { JobFailure, type StepContext, type StepResult } from './step-context.js';
import { verify } from './verify.js';
import { writeShards } from './write-shards.js';

const runners: Record<StepKind, (context: StepContext) => Promise<StepResult>> = {
  extract: writeShards,
  materialize: writeShards,
  verify,
  compose,
  convert,
  seal,
};

/** Calls in a row that may fail for reasons that pass before the export is given up. */
const mostFaults = 30;

/**
 * Does at most one step of work and answers the state after it. Safe to call at any time, any number of times, from any
 * instance: jobs have derived ids, and the record is replaced only at the version that was read.
 */
export async function advance(id: string, deps: RunDeps, caller?: Caller): Promise<ExportRecord> {
  const read = await deps.records.read(id);
  if (read.value.outcome) return read.value;
  try {
    if (read.value.cancelRequestedAt || (await isLeftBehind(read.value, deps)))
      return await cancelExport(read, deps, caller);
    return await advanceStep(read, deps, caller);
  } catch (error) {
    if (!isAppError(error, 'record-conflict')) throw error;
    const now = (await deps.records.read(id)).value;
    // Somebody cancelled it while this call was at work: what it has begun or written since must go, too.
    if (now.outcome?.state === 'cancelled') await undo(read.value, now, deps, caller);
    return now;
  }
}

async function undo(
  before: ExportRecord,
  now: ExportRecord,
  deps: RunDeps,
  caller?: Caller,
): Promise<void> {
  const jobs = [...begunJobs(before, deps.serviceProject), ...begunJobs(now, deps.serviceProject)];
  await cancelJobs(jobs, now, deps, caller);
  await removePrefix(now, deps.files);
}

/** Whether it succeeds changes nothing: a job that is not there, or has ended, cannot be cancelled. */
async function cancelJobs(
  jobs: readonly JobRef[],
  record: ExportRecord,
  deps: RunDeps,
  caller?: Caller,
): Promise<void> {
  const owners = caller?.email === record.owner ? caller.warehouse : deps.service;
  await mapLimited(jobs, 8, (job) =>
    (isOfService(job) ? deps.service : owners).cancelJob(job).catch(() => undefined),
  );
}

/** A set may have been ended by one instance while another was still starting its tables. */
async function isLeftBehind(record: ExportRecord, { sets }: RunDeps): Promise<boolean> {
  if (record.set === undefined || stateOf(record) !== 'queued') return false;
  try {
    const { value } = await sets.read(record.set);
    return value.cancelRequestedAt !== undefined;
  } catch (error) {
    if (isAppError(error, 'export-not-found')) return true;
    throw error;
  }
}

async function advanceStep(
  read: Versioned<ExportRecord>,
  deps: RunDeps,
  caller?: Caller,
): Promise<ExportRecord> {
  const index = read.value.steps.findIndex(({ state }) => state !== 'done');
  const current = read.value.steps[index];
  if (!current)
    throw new AppError(
      'record-unreadable',
      `Export ${read.value.id} has no step left and no outcome.`,
    );
  const nowMs = deps.surroundings.nowMs();
  if (current.notBefore !== undefined && Date.parse(current.notBefore) > nowMs) return read.value;
  const begun =
    current.state === 'pending'
      ? await save(
          deps,
          read,
          withStep(begunAnew(read.value, current), index, begin(current, nowMs)),
        )
      : read;
  const record = begun.value;
  const step = record.steps[index] as StepRecord;
  try {
    const result = await runners[step.kind]({
      record,
      step,
      owner: caller?.email === record.owner ? caller : undefined,
      service: deps.service,
      serviceProject: deps.serviceProject,
      files: deps.files,
      surroundings: deps.surroundings,
      maskKey: deps.maskKey,
    });
    return (
      await saveIfChanged(deps, begun, apply(record, index, result, deps.surroundings.nowMs()))
    ).value;
  } catch (error) {
    if (isAppError(error, 'record-conflict')) throw error;
    deps.onFault?.(error, record.id);
    const after = afterFailure(record, index, error, deps.surroundings);
    const saved = (await save(deps, begun, after)).value;
    // A failed export keeps its files as evidence, but none of its jobs runs on.
    if (saved.outcome)
      await cancelJobs(begunJobs(record, deps.serviceProject), record, deps, caller);
    return saved;
  }
}

/** Another try of writing goes to another prefix: nothing that was found out about the last one holds. */
const begunAnew = (record: ExportRecord, { kind }: StepRecord): ExportRecord =>
  kind === 'extract' || kind === 'materialize' ? { ...record, figures: {} } : record;

const begin = (step: StepRecord, nowMs: number): StepRecord => ({
  kind: step.kind,
  state: 'running',
  attempt: step.attempt + 1,
  startedAt: step.startedAt ?? new Date(nowMs).toISOString(),
  note: step.note,
});

function apply(
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
  if (result.kind === 'running')
    return withStep({ ...record, figures }, index, { ...patch, state: 'running' });
  const at = new Date(nowMs).toISOString();
  const done = withStep({ ...record, figures }, index, { ...patch, state: 'done', finishedAt: at });
  if (index < record.steps.length - 1) return done;
  const { rows = 0, files = 0, bytes = 0 } = result.step?.progress ?? {};
  return { ...done, outcome: { state: 'succeeded', at, rows, files, bytes } };
}

function afterFailure(
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
      { code, message: `BigQuery job ${error.jobId} failed: ${error.message} (${error.reason})` },
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

const noteOf = (error: unknown): string =>
  error instanceof AppError
    ? error.message
    : 'An unexpected fault of the service; it is in its log.';

function recorded(error: unknown): RecordedError {
  if (!(error instanceof AppError)) return { code: 'internal', message: noteOf(error) };
  const { fix, permission, resource } = error.details;
  return { code: error.code, message: error.message, fix, permission, resource };
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

const save = (deps: RunDeps, read: Versioned<ExportRecord>, record: ExportRecord) =>
  deps.records.replace({ ...record, revision: read.value.revision + 1 }, read.version);

async function saveIfChanged(deps: RunDeps, read: Versioned<ExportRecord>, record: ExportRecord) {
  return JSON.stringify(record) === JSON.stringify(read.value) ? read : save(deps, read, record);
}

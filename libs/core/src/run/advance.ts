import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type Versioned } from '../ports/record-store.js';
import { type JobRef } from '../ports/warehouse.js';
import { type ExportRecord, stateOf, type StepRecord } from '../record.js';
import { type StepKind } from '../plan/plan.js';
import { begunJobs, cancelExport, isOfService } from './cancel.js';
import { compose } from './compose.js';
import { convert } from './convert.js';
import { KeptRecord } from './kept-record.js';
import { removeParts, removePrefix } from './remove-prefix.js';
import { type RunDeps } from './run-deps.js';
import { seal } from './seal.js';
import { mapLimited } from './shards.js';
import { type StepContext, type StepResult } from './step-context.js';
import { afterFailure, apply, begin } from './step-outcome.js';
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

/** While a record rests, what runs outside is looked at again after this long, then after twice as long, and so on. */
const firstLookMs = 250;

/**
 * Does what can be done without waiting, about a second's worth of steps, and returns the state after it. Safe to call at
 * any time, any number of times, from any instance: jobs have derived ids, steps can be repeated, and the record is
 * replaced only at the version that was read.
 */
export async function advance(id: string, deps: RunDeps, caller?: Caller): Promise<ExportRecord> {
  const read = await deps.records.read(id);
  if (read.value.outcome) return read.value;
  try {
    if (read.value.cancelRequestedAt || (await isLeftBehind(read.value, deps)))
      return await cancelExport(read, deps, caller);
    return await advanceSteps(read, deps, caller);
  } catch (error) {
    if (!isAppError(error, 'record-conflict')) throw error;
    const now = (await deps.records.read(id)).value;
    // Somebody cancelled it while this call was at work: what it has begun or written since must go, too.
    if (now.outcome?.state === 'cancelled') await undo(read.value, now, deps, caller);
    // Another call has finished the files: a part that this one has made since belongs to none.
    else if (now.figures.fileCounts) await removeParts(now, deps.files);
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
    // What is wrong with the set's record is no fault of its tables.
    if (isAppError(error, 'record-unreadable')) return false;
    throw error;
  }
}

async function advanceSteps(
  read: Versioned<ExportRecord>,
  deps: RunDeps,
  caller?: Caller,
): Promise<ExportRecord> {
  const kept = new KeptRecord(read, deps);
  for (let lookMs = firstLookMs; ;) {
    const next = await takeStep(kept, deps, caller);
    if (next === 'go-on' && !kept.isDue) continue;
    if (next === 'look-again' && kept.isChanged && kept.restMs > 0) {
      await deps.surroundings.pause(Math.min(kept.restMs, lookMs));
      lookMs *= 2;
      continue;
    }
    await kept.save();
    if (next !== 'record-first') break;
  }
  // A failed export keeps its files as evidence, but none of its jobs runs on.
  if (kept.value.outcome?.state === 'failed')
    await cancelJobs(begunJobs(kept.value, deps.serviceProject), kept.value, deps, caller);
  return kept.value;
}

/** What follows a step: `record-first` may go on only when what it came to is on record. */
type Next = 'go-on' | 'record-first' | 'look-again' | 'stop';

/** Does the next piece of work, a step or a part of one; what it came to is known, but not on record yet. */
async function takeStep(kept: KeptRecord, deps: RunDeps, caller?: Caller): Promise<Next> {
  const index = kept.value.steps.findIndex(({ state }) => state !== 'done');
  const current = kept.value.steps[index];
  if (!current)
    throw new AppError(
      'record-unreadable',
      `Export ${kept.value.id} has no step left and no outcome.`,
    );
  const nowMs = deps.surroundings.nowMs();
  if (current.notBefore !== undefined && Date.parse(current.notBefore) > nowMs) return 'stop';
  if (current.state === 'pending') kept.change(begin(kept.value, index, nowMs));
  const record = kept.value;
  const isOnRecord = !kept.isChanged;
  const step = record.steps[index] as StepRecord;
  try {
    const result = await kept.whileSaving(() =>
      runners[step.kind]({
        record,
        step,
        isOnRecord,
        owner: caller?.email === record.owner ? caller : undefined,
        service: deps.service,
        serviceProject: deps.serviceProject,
        files: deps.files,
        surroundings: deps.surroundings,
        maskKeys: deps.maskKeys,
        signer: deps.signer,
      }),
    );
    kept.change(apply(kept.value, index, result, deps.surroundings.nowMs()));
    return kept.value.outcome ? 'stop' : nextAfter(result);
  } catch (error) {
    if (isAppError(error, 'record-conflict')) throw error;
    deps.onFault?.(error, record.id);
    kept.change(afterFailure(kept.value, index, error, deps.surroundings));
    return 'stop';
  }
}

function nextAfter(result: StepResult): Next {
  switch (result.kind) {
    case 'done':
      return 'go-on';
    case 'more':
      return result.recordFirst ? 'record-first' : 'go-on';
    case 'running':
      return 'look-again';
    case 'waiting':
      return 'stop';
  }
}

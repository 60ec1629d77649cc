import { isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type JobRef, type Warehouse } from '../ports/warehouse.js';
import { type Versioned } from '../ports/record-store.js';
import { type ExportRecord } from '../record.js';
import { jobIdFor } from '../ids.js';
import { type RunDeps } from './run-deps.js';
import { removeOnRecord } from './remove-on-record.js';
import { mapLimited } from './shards.js';

/** Asks for the end of an export, whoever holds it; the next calls of `advance` bring it about. */
export async function requestCancel(
  id: string,
  { records, surroundings }: Pick<RunDeps, 'records' | 'surroundings'>,
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const read = await records.read(id);
    if (read.value.outcome || read.value.cancelRequestedAt) return;
    const cancelRequestedAt = new Date(surroundings.nowMs()).toISOString();
    const revision = read.value.revision + 1;
    try {
      await records.replace({ ...read.value, cancelRequestedAt, revision }, read.version);
      return;
    } catch (error) {
      if (!isAppError(error, 'record-conflict') || tries >= 10) throw error;
    }
  }
}

/** Cancels the jobs of the running step, waits until they have ended, then removes what they have written. */
export async function cancelExport(
  read: Versioned<ExportRecord>,
  deps: RunDeps,
  caller?: Caller,
): Promise<ExportRecord> {
  const record = read.value;
  const owner = caller?.email === record.owner ? caller.warehouse : undefined;
  const ended = await mapLimited(begunJobs(record, deps.serviceProject), 8, (ref) =>
    hasEnded(ref, isOfService(ref) ? deps.service : (owner ?? deps.service), isQueued(record)),
  );
  if (ended.includes(false)) return record;
  await removeOnRecord(record, 'export.cancel.files', deps);
  const at = new Date(deps.surroundings.nowMs()).toISOString();
  const cancelled: ExportRecord = {
    ...record,
    revision: record.revision + 1,
    outcome: { state: 'cancelled', at },
  };
  return (await deps.records.replace(cancelled, read.version)).value;
}

/** The job that counts the files is the service's own, all others are the owner's. */
export const isOfService = ({ id }: JobRef): boolean => id.includes('_verify_');

/** No call has put on record that it started something; one that died may have started it all the same. */
const isQueued = ({ steps }: ExportRecord): boolean =>
  steps.every(({ state, attempt }) => state === 'pending' && attempt === 0);

/** `isUnlikely`: there is hardly such a job, so whether it may be seen decides nothing. */
async function hasEnded(ref: JobRef, warehouse: Warehouse, isUnlikely: boolean): Promise<boolean> {
  try {
    const state = await warehouse.getJob(ref);
    if (state.state === 'done') return true;
    await warehouse.cancelJob(ref);
    return (await warehouse.getJob(ref)).state === 'done';
  } catch (error) {
    if (isAppError(error, 'job-lost')) return true;
    // Without its owner the service may not be allowed to see the job: it is asked again when they are back.
    if (isAppError(error, 'permission-denied') || isAppError(error, 'unauthenticated'))
      return isUnlikely;
    throw error;
  }
}

/**
 * Every job that the steps may have started, also by a call that has not put it on record; those that never were are found
 * lost, which is as good as ended.
 */
export function begunJobs(record: ExportRecord, serviceProject: string): JobRef[] {
  const { billingProject, location, slices } = record.plan.source;
  return record.steps.flatMap(({ kind, attempt, state }) => {
    if (state === 'done') return [];
    const tries =
      state === 'pending' ? [attempt, attempt + 1].filter((each) => each > 0) : [attempt];
    if (kind === 'verify')
      return tries.map((each) => ({
        project: serviceProject,
        location,
        id: jobIdFor(record.id, 'verify', each),
      }));
    if (kind !== 'extract' && kind !== 'materialize') return [];
    const writes = slices ? slices.map((_, index) => `${kind}-${index}`) : [kind];
    return tries.flatMap((each) =>
      [...writes, 'witness'].map((step) => ({
        project: billingProject,
        location,
        id: jobIdFor(record.id, step, each),
      })),
    );
  });
}

import { AppError, isAppError } from '../errors.js';
import { type StoredFile } from '../ports/file-store.js';
import { type JobSpec, type JobState } from '../ports/warehouse.js';
import { type ExportRecord } from '../record.js';
import { countListedShards } from './count-listed-shards.js';
import { slicesOf } from './file-places.js';
import { keepPins } from './pins.js';
import { mapLimited, presentFiles } from './shards.js';
import { JobFailure, type StepContext, type StepResult } from './step-context.js';
import { takeShards } from './take-shards.js';
import { readWitness, type Witness } from './witness.js';
import { witnessJob, writeJob } from './write-jobs.js';

/** Jobs of one export that are asked for at a time. */
const atOnce = 8;
/** Jobs of one export that are watched at a time. */
const maxWatched = 24;
/** Jobs that one call starts ahead of those that it watches. */
const maxAhead = 100;

/**
 * Asks BigQuery to write the shards, and to count the source at the same instant where metadata does not tell. The jobs
 * run as the export's owner, and all are started while the owner is here, so that the rest needs only the service.
 * Their ids are functions of export, step and attempt, so a repeat finds them again.
 */
export async function writeShards(context: StepContext): Promise<StepResult> {
  const { record, step } = context;
  const slices = slicesOf(record);
  const counts = [...(record.figures.shardCounts ?? slices.map(() => -1))];
  const rows = [...(record.figures.sliceRows ?? slices.map(() => -1))];
  const open = counts.flatMap((count, index) => (count < 0 ? [index] : []));
  const watched = open.slice(0, maxWatched);
  const witness = witnessJob(context);
  const specs = [
    ...watched.map((index) => writeJob(context, index)),
    ...(witness ? [witness] : []),
  ];
  const states = await mapLimited(specs, atOnce, (spec) => stateOfJob(context, spec));
  const known = states.filter((state): state is JobState => state !== undefined);
  const failed = known.find(({ error }) => error);
  if (failed?.error) {
    await cancelRest(context, known);
    throw new JobFailure(failed.error, failed.ref);
  }
  if (known.length < states.length)
    return {
      kind: 'waiting',
      note: context.owner
        ? `Waits for ${record.owner}: their sign-in has expired.`
        : `Waits for ${record.owner}: only they may read the source.`,
    };
  const submitted = await startAhead(context, open.slice(maxWatched));
  const ended = new Map(
    watched.flatMap((index, at) => {
      const state = known[at] as JobState;
      return state.state === 'done' ? [[index, state] as const] : [];
    }),
  );
  const present =
    ended.size > 0 ? await presentFiles(record, context.files) : new Map<string, StoredFile>();
  for (const [index, state] of ended) {
    counts[index] = fileCountOf(record, state, present);
    rows[index] = state.rowCount ?? -1;
  }
  const written = { ...record.figures, shardCounts: counts, sliceRows: rows, submitted };
  const taken = takeShards({ ...record, figures: written }, present, ended);
  const figures = { ...written, taken };
  const job = known[0]?.ref ?? step.job;
  const progress = {
    files: counts.reduce((total, count) => total + Math.max(count, 0), 0),
    rows: rows.some((each) => each < 0) ? undefined : sum(rows),
  };
  const isCounted = !witness || known.at(-1)?.state === 'done';
  if (counts.some((count) => count < 0) || !isCounted)
    return {
      kind: 'running',
      step: { job, progress: progress.files > 0 ? progress : undefined },
      figures,
    };
  const counted =
    witness || record.plan.source.staged !== undefined
      ? await readWitness(record, context.files, known.at(-1) as JobState)
      : undefined;
  return {
    kind: 'done',
    step: { job, progress: { ...progress, rows: progress.rows ?? counted?.rows } },
    figures: {
      ...figures,
      taken: undefined,
      shards: await keepPins(
        'shards',
        taken.flatMap((pins) => pins ?? []),
        record,
        context,
      ),
      sourceRows: sourceRows(record, progress.rows, counted),
      sourceFingerprint: counted?.fingerprint,
    },
  };
}

/** Undefined when it needs the owner to start it and they are not here, or their sign-in has expired. */
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

/**
 * Starts jobs that are not watched yet, and returns how many of the plan's jobs have been started. BigQuery queues what
 * it cannot run; when it takes no more, the next call goes on from there.
 */
async function startAhead(
  context: StepContext,
  later: readonly number[],
): Promise<number | undefined> {
  const { owner, record } = context;
  const started = record.figures.submitted ?? 0;
  const next = later.filter((index) => index >= started).slice(0, maxAhead);
  if (!owner || next.length === 0) return record.figures.submitted;
  try {
    await mapLimited(next, atOnce, (index) => owner.warehouse.ensureJob(writeJob(context, index)));
  } catch (error) {
    if (isAppError(error, 'quota-exceeded') || isAppError(error, 'unauthenticated'))
      return record.figures.submitted;
    throw error;
  }
  return (next.at(-1) ?? 0) + 1;
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

/** A multi-statement job says nothing of the files that one of its statements has written: they are listed. */
function fileCountOf(
  record: ExportRecord,
  { fileCount, ref }: JobState,
  present: ReadonlyMap<string, StoredFile>,
): number {
  if (fileCount !== undefined) return fileCount;
  if (record.plan.source.staged !== undefined) return countListedShards(record, present);
  throw new AppError('job-failed', 'BigQuery did not say how many files it wrote.', {
    resource: ref.id,
  });
}

/** Without its owner a job can be watched, but not started. */
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
  witness: Witness | undefined,
): number {
  const counted = witness?.rows ?? writtenRows ?? record.plan.source.rowCount;
  if (counted === undefined)
    throw new AppError('job-failed', 'The rows of the source could not be counted.');
  return counted;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

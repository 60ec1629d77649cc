import { type StoredFile } from '../ports/file-store.js';
import { type JobState } from '../ports/warehouse.js';
import { type ExportRecord, type PinTuple } from '../record.js';
import { shardNames } from './file-places.js';
import { plantedFile } from './files-changed.js';
import { held, tupleOf } from './pins.js';

/** BigQuery's clock and that of Cloud Storage are Google's both, but not one. */
const clocksDifferMs = 5_000;

type Taken = NonNullable<ExportRecord['figures']['taken']>;

/**
 * Takes the shards of each job that has ended as they are now: all later steps work with these generations and no others.
 * What was written before its job began or after it ended was not written by it; throws `files-changed`.
 */
export function takeShards(
  record: ExportRecord,
  present: ReadonlyMap<string, StoredFile>,
  jobs: ReadonlyMap<number, JobState>,
): Taken {
  const { bucket } = record.plan.files;
  const counts = record.figures.shardCounts ?? [];
  return shardNames(record).map((names, index): readonly PinTuple[] | null => {
    const taken = record.figures.taken?.[index];
    if (taken) return taken;
    if ((counts[index] ?? -1) < 0) return null;
    return names.map((name) => {
      const shard = held({ bucket, name }, undefined, present.get(name));
      refuseForeign(shard, jobs.get(index));
      return tupleOf(shard);
    });
  });
}

/** Throws `files-changed` for an object that was not made while the job ran. */
export function refuseForeign(file: StoredFile, job: JobState | undefined): void {
  const { createdMs } = file;
  if (createdMs === undefined || !job) return;
  const { startedMs = createdMs, finishedMs = createdMs } = job;
  if (createdMs < startedMs - clocksDifferMs || createdMs > finishedMs + clocksDifferMs)
    throw plantedFile(file);
}

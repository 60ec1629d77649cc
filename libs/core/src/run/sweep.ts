import { isAppError } from '../errors.js';
import { type RecordSummary } from '../record.js';
import { type RunDeps } from './run-deps.js';
import { begunJobs } from './cancel.js';
import { removeOnRecord } from './remove-on-record.js';
import { mapLimited } from './shards.js';

/** What a sweep has done. */
export interface Swept {
  readonly exports: number;
  readonly objects: number;
}

/** How many times more exports are looked at than are cleaned up, since some may fail. */
const spare = 10;

/**
 * Removes the files whose time has come, and looks once more at what was cancelled: an instance that stood still may have
 * written there afterwards. Safe to call at any time and from any instance; `most` bounds the exports of one call.
 */
export async function sweep(deps: RunDeps, most = 200): Promise<Swept> {
  const due = await dueExports(deps, most * spare);
  const swept = { exports: 0, objects: 0 };
  await mapLimited(due, 4, async (id) => {
    // What cannot be cleaned up is looked at again each time, and takes no other's turn.
    if (swept.exports >= most) return;
    const count = await cleanUp(id, deps);
    if (count === undefined) return;
    swept.exports += 1;
    swept.objects += count;
  });
  return swept;
}

async function dueExports({ records, surroundings }: RunDeps, most: number): Promise<string[]> {
  const nowMs = surroundings.nowMs();
  const isDue = ({ cleanAt }: RecordSummary) =>
    cleanAt !== undefined && Date.parse(cleanAt) <= nowMs;
  const due: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await records.list({ pageSize: 1_000, pageToken });
    due.push(...page.items.filter(isDue).map(({ id }) => id));
    pageToken = page.nextPageToken;
  } while (pageToken && due.length < most);
  return due;
}

/** How many objects were removed; undefined when that was not possible. */
async function cleanUp(id: string, deps: RunDeps): Promise<number | undefined> {
  try {
    const { value: record, version } = await deps.records.read(id);
    if (!record.outcome || record.filesRemovedAt) return 0;
    if (record.outcome.state === 'cancelled')
      await mapLimited(begunJobs(record, deps.serviceProject), 8, (job) =>
        deps.service.cancelJob(job).catch(() => undefined),
      );
    const count = await removeOnRecord(record, 'export.sweep', deps);
    const filesRemovedAt = new Date(deps.surroundings.nowMs()).toISOString();
    await deps.records.replace(
      { ...record, filesRemovedAt, revision: record.revision + 1 },
      version,
    );
    return count;
  } catch (error) {
    // Another instance sweeps too, or somebody removes or retries it: they have it.
    if (isAppError(error, 'record-conflict') || isAppError(error, 'export-not-found')) return 0;
    deps.onFault?.(error, id);
    return undefined;
  }
}

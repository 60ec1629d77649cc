import { describeInput, describePlan, describeRecord } from './audit/describe-export.js';
import { AppError } from './errors.js';
import { type Exporter, type FileDownload } from './exporter.js';
import { makeAudited } from './exporter/audited.js';
import { type ExporterDeps } from './exporter/deps.js';
import { ExtractQuota } from './exporter/extract-quota.js';
import { finishedFiles, sealedManifest } from './exporter/finished-files.js';
import { listOwned } from './exporter/list-exports.js';
import { OwnedExports } from './exporter/owned-exports.js';
import { removeExport } from './exporter/remove-export.js';
import { retried } from './exporter/retried.js';
import { startExport } from './exporter/start-export.js';
import { makeExportId } from './ids.js';
import { preparePlan } from './plan/prepare-plan.js';
import { type ExportRecord, isFinished, stateOf } from './record.js';
import { parseRequest } from './request/parse-request.js';
import { advance } from './run/advance.js';
import { mapLimited } from './run/shards.js';
import { sweep } from './run/sweep.js';
import { makeExportSets } from './sets/export-sets.js';

/** Builds the facade over its ports. */
export function makeExporter(deps: ExporterDeps): Exporter {
  const { records, files, surroundings, settings } = deps;
  const audited = makeAudited(deps);
  const exports = new OwnedExports(records);
  const quota = new ExtractQuota(records);

  return {
    plan: (caller, input) =>
      audited(caller, 'export.plan', 'exports.plan', describeInput(input), async (tell) => {
        const id = makeExportId(surroundings.nowMs(), surroundings.random(10));
        const plan = await preparePlan(id, parseRequest(input), caller, deps, settings);
        tell(describePlan(plan));
        return { ...plan, quota: await quota.of(plan, surroundings.nowMs()) };
      }),
    start: (caller, input, options) =>
      audited(caller, 'export.start', 'exports.create', describeInput(input), () =>
        startExport(caller, input, deps, options),
      ),
    sets: makeExportSets(deps, audited),
    advance: (id, caller) => advance(id, deps, caller),
    sweep: (most) => sweep(deps, most),
    get: (caller, id) => exports.visible(caller, id),
    async list(caller, filter) {
      return listOwned(caller, filter, records);
    },
    cancel: (caller, id) =>
      audited(caller, 'export.cancel', 'exports.create', { exportId: id }, () =>
        exports.change(caller, id, (record) => {
          if (isFinished(record))
            throw new AppError(
              'state-conflict',
              `Export ${id} has ended already: it ${pastOf(record)}.`,
            );
          return record.cancelRequestedAt
            ? record
            : { ...record, cancelRequestedAt: new Date(surroundings.nowMs()).toISOString() };
        }),
      ),
    retry: (caller, id) =>
      audited(caller, 'export.retry', 'exports.create', { exportId: id }, () =>
        exports.change(caller, id, (record) => {
          if (record.outcome?.state !== 'failed') {
            throw new AppError(
              'state-conflict',
              `Export ${id} is ${stateOf(record)}: only a failed one can be retried.`,
            );
          }
          return retried(record);
        }),
      ),
    remove: (caller, id) =>
      audited(
        caller,
        'export.remove',
        'exports.create',
        { exportId: id },
        async (_tell, intend) => {
          const record = await exports.manageable(caller, id);
          await removeExport(record, deps, () => intend(describeRecord(record)));
        },
      ),
    manifest: async (caller, id) => sealedManifest(await exports.visible(caller, id), deps),
    files: async (caller, id) =>
      (await finishedFiles(await exports.visible(caller, id), deps)).stored,
    signDownloads: (caller, id, names) =>
      audited(
        caller,
        'export.download',
        'exports.download',
        { exportId: id, files: names },
        async (tell) => {
          const record = await exports.visible(caller, id);
          tell(describeRecord(record));
          const { prefix, stored: wanted } = await finishedFiles(record, deps, names);
          tell({ bytes: wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) });
          const expiresMs = surroundings.nowMs() + settings.urlLifetimeMs;
          return mapLimited(wanted, 16, async (file): Promise<FileDownload> => {
            const name = file.name.slice(prefix.length);
            const url = await files.signUrl(file, {
              expiresMs,
              saveAs: name.split('/').at(-1) ?? name,
            });
            return { file, name, url, expiresAt: new Date(expiresMs).toISOString() };
          });
        },
      ),
  };
}

const pastOf = ({ outcome }: ExportRecord): string =>
  outcome?.state === 'cancelled' ? 'was cancelled' : (outcome?.state ?? '');

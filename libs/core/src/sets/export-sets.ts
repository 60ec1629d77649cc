import { describeSetInput } from '../audit/describe-export.js';
import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExportSets } from '../exporter.js';
import { type Audited } from '../exporter/audited.js';
import { type ExporterDeps } from '../exporter/deps.js';
import { isExportSetId } from '../ids.js';
import { OwnedExports } from '../exporter/owned-exports.js';
import { listOwned } from '../exporter/list-exports.js';
import { removeExport } from '../exporter/remove-export.js';
import { retried } from '../exporter/retried.js';
import { mapLimited } from '../run/shards.js';
import { advanceSet } from './advance-set.js';
import { planSet } from './plan-set.js';
import { readSetManifest, setManifestPlace } from './set-manifest.js';
import { type ExportSetRecord, type SetMember, stateOfSet } from './set-record.js';
import { parseSetRequest } from './set-request.js';
import { startSet, unlessMissing } from './start-set.js';

/** The part of the facade that deals with many tables at once. */
export function makeExportSets(deps: ExporterDeps, audited: Audited): ExportSets {
  const { sets, records, files, surroundings } = deps;
  const exports = new OwnedExports(records);

  async function visible(caller: Caller, id: string): Promise<ExportSetRecord> {
    const read = isExportSetId(id) ? await sets.read(id).catch(unlessMissing) : undefined;
    const record = read?.value;
    if (record && (record.owner === caller.email || caller.permissions.has('exports.readAll')))
      return record;
    throw new AppError('export-not-found', 'There is no such export set, or you may not see it.', {
      resource: id.slice(0, 40),
    });
  }

  async function manageable(caller: Caller, id: string): Promise<ExportSetRecord> {
    const record = await visible(caller, id);
    if (record.owner === caller.email || caller.permissions.has('exports.manageAll')) return record;
    throw new AppError(
      'permission-denied',
      `Only ${record.owner} or an admin may change export set ${id}.`,
      {
        permission: 'exports.manageAll',
      },
    );
  }

  async function change(
    caller: Caller,
    id: string,
    to: (record: ExportSetRecord) => ExportSetRecord,
  ): Promise<ExportSetRecord> {
    await manageable(caller, id);
    for (let tries = 0; ; tries += 1) {
      const read = await sets.read(id);
      const next = to(read.value);
      if (next === read.value) return next;
      try {
        return (await sets.replace({ ...next, revision: read.value.revision + 1 }, read.version))
          .value;
      } catch (error) {
        if (!isAppError(error, 'record-conflict') || tries >= 10) throw error;
      }
    }
  }

  return {
    plan: (caller, input) =>
      audited(caller, 'export-set.plan', 'exports.plan', describeSetInput(input), () =>
        planSet(parseSetRequest(input), caller, deps),
      ),
    start: (caller, input, options) =>
      audited(caller, 'export-set.start', 'exports.create', describeSetInput(input), () =>
        startSet(caller, input, deps, options?.idempotencyKey),
      ),
    advance: (id, caller) => advanceSet(id, deps, audited, caller),
    get: visible,
    list: async (caller, filter) => listOwned(caller, filter, sets),
    cancel: (caller, id) =>
      audited(caller, 'export-set.cancel', 'exports.create', { exportSetId: id }, () =>
        change(caller, id, (record) => {
          if (record.outcome)
            throw new AppError(
              'state-conflict',
              `Export set ${id} has ended already: it is ${stateOfSet(record)}.`,
            );
          return record.cancelRequestedAt
            ? record
            : { ...record, cancelRequestedAt: new Date(surroundings.nowMs()).toISOString() };
        }),
      ),
    retry: (caller, id) =>
      audited(caller, 'export-set.retry', 'exports.create', { exportSetId: id }, async () => {
        const record = await manageable(caller, id);
        if (record.outcome?.state !== 'partial' && record.outcome?.state !== 'failed')
          throw new AppError(
            'state-conflict',
            `Export set ${id} is ${stateOfSet(record)}: only one with failed tables can be retried.`,
          );
        const failed = record.members.filter(({ state }) => state === 'failed');
        const runnable = await mapLimited(failed, 8, async ({ exportId }) => {
          // What cannot be read is planned again, and refused with the reason.
          if (!(await exports.readIfThere(exportId).catch(unlessUnreadable))) return undefined;
          await exports.change(caller, exportId, (each) =>
            each.outcome?.state === 'failed' ? retried(each) : each,
          );
          return exportId;
        });
        const isThere = new Set(runnable);
        return change(caller, id, (read) => ({
          ...read,
          outcome: undefined,
          members: read.members.map((member) => again(member, isThere.has(member.exportId))),
        }));
      }),
    remove: (caller, id) =>
      audited(
        caller,
        'export-set.remove',
        'exports.create',
        { exportSetId: id },
        async (_tell, intend) => {
          const record = await manageable(caller, id);
          if (!record.outcome)
            throw new AppError(
              'state-conflict',
              `Export set ${id} is still ${stateOfSet(record)}.`,
              {
                fix: 'Cancel it first.',
              },
            );
          await intend(describeSetInput({ tables: record.members.map(({ table }) => table) }));
          const unreadable: unknown[] = [];
          await mapLimited(record.members, 4, async ({ exportId }) => {
            const each = await exports.readIfThere(exportId).catch((error: unknown) => {
              unlessUnreadable(error);
              unreadable.push(error);
            });
            if (each) await removeExport(each, deps);
          });
          // Where its files are only its record knew: the set stays, so that they are not forgotten.
          if (unreadable.length > 0) throw unreadable[0];
          const { bucket, name } = setManifestPlace(record, deps);
          await files.remove(bucket, name);
          await sets.remove(id);
        },
      ),
    async manifest(caller, id) {
      const record = await visible(caller, id);
      if (!record.outcome)
        throw new AppError(
          'state-conflict',
          `Export set ${id} is ${stateOfSet(record)}: it has no manifest yet.`,
        );
      return readSetManifest(record, deps);
    },
  };
}

function unlessUnreadable(error: unknown): undefined {
  if (isAppError(error, 'record-unreadable')) return undefined;
  throw error;
}

/** A table that failed runs on; one whose export was refused, or removed meanwhile, is planned anew. */
function again(member: SetMember, isThere: boolean): SetMember {
  if (member.state !== 'failed' && member.state !== 'refused') return member;
  const state = isThere ? 'running' : 'pending';
  return { ...member, state, faults: undefined, error: undefined };
}

import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExporterDeps } from '../exporter/deps.js';
import { checkKey } from '../exporter/start-export.js';
import { makeExportId, makeExportSetId } from '../ids.js';
import { chooseTables } from './choose-tables.js';
import { sharedInstant } from './member-request.js';
import { planSet } from './plan-set.js';
import { type ExportSetRecord } from './set-record.js';
import { parseSetRequest } from './set-request.js';

/** Finds the tables as the caller and writes the set's record; a repeat with the same key answers the same set. */
export async function startSet(
  caller: Caller,
  input: unknown,
  deps: ExporterDeps,
  idempotencyKey?: string,
): Promise<ExportSetRecord> {
  const { sets, records, surroundings, settings } = deps;
  const request = parseSetRequest(input);
  const nowMs = surroundings.nowMs();
  const claim = {
    id: makeExportSetId(nowMs, surroundings.random(10)),
    requestDigest: surroundings.sha256(JSON.stringify(request)),
  };
  const bound =
    idempotencyKey === undefined
      ? claim
      : await records.claimKey(caller.email, `set ${checkKey(idempotencyKey)}`, claim);
  if (bound.requestDigest !== claim.requestDigest)
    throw new AppError(
      'idempotency-conflict',
      'This Idempotency-Key was used with another request.',
      {
        fix: 'Use a new key.',
      },
    );
  if (bound.id !== claim.id) {
    const earlier = await sets.read(bound.id).catch(unlessMissing);
    if (earlier) return earlier.value;
  }
  if (request.maxBytes !== undefined || request.maxCost !== undefined)
    await planSet(request, caller, deps);
  const chosen = await chooseTables(request, caller.warehouse, settings.defaultProject);
  const record: ExportSetRecord = {
    version: 1,
    id: bound.id,
    revision: 1,
    owner: caller.email,
    createdAt: new Date(nowMs).toISOString(),
    request,
    asOf: await sharedInstant(request, caller.warehouse, settings.defaultProject),
    members: chosen.map(({ table, kind }, index) => ({
      table,
      kind,
      exportId: memberId(bound.id, index, nowMs, deps),
      state: 'pending',
    })),
  };
  try {
    return (await sets.create(record)).value;
  } catch (error) {
    if (isAppError(error, 'record-conflict')) return (await sets.read(bound.id)).value;
    throw error;
  }
}

/** The export of the set's n-th table: whoever starts it, it is the same. */
function memberId(
  setId: string,
  index: number,
  nowMs: number,
  { surroundings }: ExporterDeps,
): string {
  const digest = surroundings.sha256(`${setId} ${index}`);
  const bytes = Uint8Array.from({ length: 10 }, (_, at) =>
    Number.parseInt(digest.slice(at * 2, at * 2 + 2), 16),
  );
  return makeExportId(nowMs, bytes);
}

export function unlessMissing(error: unknown): undefined {
  if (isAppError(error, 'export-not-found')) return undefined;
  throw error;
}

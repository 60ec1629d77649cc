import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExportId, makeExportId } from '../ids.js';
import { type PlanningOptions, preparePlan } from '../plan/prepare-plan.js';
import { type ExportRecord } from '../record.js';
import { type ExportRequest } from '../request/export-request.js';
import { parseRequest } from '../request/parse-request.js';
import { type ExporterDeps } from './deps.js';

/** Plans as the caller and writes the record; a repeat with the same key answers the same export. */
export async function startExport(
  caller: Caller,
  input: unknown,
  deps: ExporterDeps,
  { idempotencyKey, traceId }: { idempotencyKey?: string; traceId?: string } = {},
): Promise<ExportRecord> {
  const { records, surroundings } = deps;
  const request = parseRequest(input);
  const claim = {
    id: makeExportId(surroundings.nowMs(), surroundings.random(10)),
    requestDigest: surroundings.sha256(JSON.stringify(request)),
  };
  const bound =
    idempotencyKey === undefined
      ? claim
      : await records.claimKey(caller.email, checkKey(idempotencyKey), claim);
  if (bound.requestDigest !== claim.requestDigest) {
    throw new AppError(
      'idempotency-conflict',
      'This Idempotency-Key was used with another request.',
      { fix: 'Use a new key.' },
    );
  }
  if (bound.id !== claim.id) {
    const earlier = await readIfThere(bound.id, deps);
    if (earlier) return earlier;
  }
  return createExport(bound.id, request, caller, deps, { traceId });
}

/** Plans under an id that is known beforehand and writes the record; when it is there already, that one is answered. */
export async function createExport(
  id: ExportId,
  request: ExportRequest,
  caller: Caller,
  deps: ExporterDeps,
  { set, traceId, planning }: { set?: string; traceId?: string; planning?: PlanningOptions } = {},
): Promise<ExportRecord> {
  const { records, surroundings } = deps;
  const plan = await preparePlan(id, request, caller, deps, deps.settings, planning);
  const record: ExportRecord = {
    version: 1,
    id,
    revision: 1,
    owner: caller.email,
    createdAt: new Date(surroundings.nowMs()).toISOString(),
    traceId,
    set,
    request,
    plan,
    steps: plan.steps.map((kind) => ({ kind, state: 'pending', attempt: 0 })),
    figures: {},
    attempt: 1,
  };
  try {
    return (await records.create(record)).value;
  } catch (error) {
    if (isAppError(error, 'record-conflict')) return (await records.read(id)).value;
    throw error;
  }
}

async function readIfThere(id: string, { records }: ExporterDeps) {
  try {
    return (await records.read(id)).value;
  } catch (error) {
    if (isAppError(error, 'export-not-found')) return undefined;
    throw error;
  }
}

/** An Idempotency-Key as it may be; throws `request-invalid`. */
export function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new AppError(
    'request-invalid',
    'An Idempotency-Key is 1 to 255 printable ASCII characters.',
    { field: 'Idempotency-Key' },
  );
}

import { AppError, isAppError } from '../errors.js';
import { type Caller } from '../caller.js';
import { type Audited } from '../exporter/audited.js';
import { type ExporterDeps } from '../exporter/deps.js';
import { createExport } from '../exporter/start-export.js';
import { type Versioned } from '../ports/record-store.js';
import { type ExportRecord } from '../record.js';
import { parseRequest } from '../request/parse-request.js';
import { advance } from '../run/advance.js';
import { requestCancel } from '../run/cancel.js';
import { mapLimited } from '../run/shards.js';
import { tableName } from '../table.js';
import { memberRequest, passes, recordedError } from './member-request.js';
import { writeSetManifest } from './set-manifest.js';
import { type ExportSetRecord, hasEnded, type SetMember, type SetOutcome } from './set-record.js';

/** Tables whose exports run at a time when the request does not say: BigQuery queues what it cannot run yet. */
const defaultConcurrency = 100;
/** Tables that one call starts. */
const maxStarted = 16;
/** Starts in a row that may fail for reasons that pass before a table is given up. */
const mostFaults = 10;

/**
 * Moves each table that runs, starts others up to the set's concurrency, and returns the state after it. While the set's
 * record may not be written yet, it goes on with what it knows. Safe to call at any time, any number of times, from any instance: the exports' ids are derived.
 */
export async function advanceSet(
  id: string,
  deps: ExporterDeps,
  audited: Audited,
  caller?: Caller,
): Promise<ExportSetRecord> {
  const read = await deps.sets.read(id);
  const { value: record } = read;
  if (record.outcome) return record;
  const owner = caller?.email === record.owner ? caller : undefined;
  let known = record;
  for (let goesOn = true; goesOn;) {
    const next = await moveTables(known, deps, audited, owner);
    goesOn =
      hasMoved(next, known) && !next.members.every(hasEnded) && deps.sets.restMs(record.id) > 0;
    known = next;
  }
  try {
    return await save(read, known, deps);
  } catch (error) {
    if (isAppError(error, 'record-conflict')) return (await deps.sets.read(id)).value;
    throw error;
  }
}

/** A start that failed is no move: it is tried again later. */
const hasMoved = (now: ExportSetRecord, before: ExportSetRecord): boolean =>
  now.members.some(({ state }, index) => state !== before.members[index]?.state);

const isSame = (a: ExportSetRecord, b: ExportSetRecord): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

async function moveTables(
  set: ExportSetRecord,
  deps: ExporterDeps,
  audited: Audited,
  owner: Caller | undefined,
): Promise<ExportSetRecord> {
  const moved = await mapLimited(set.members, 16, (member) =>
    member.state === 'running' ? moveMember(member, set, deps, owner) : cancelPending(member, set),
  );
  const { members, note } = await startMore(moved, set, deps, audited, owner);
  return { ...set, members, note };
}

const cancelPending = async (
  member: SetMember,
  { cancelRequestedAt }: ExportSetRecord,
): Promise<SetMember> =>
  member.state === 'pending' && cancelRequestedAt ? { ...member, state: 'cancelled' } : member;

async function moveMember(
  member: SetMember,
  set: ExportSetRecord,
  deps: ExporterDeps,
  owner: Caller | undefined,
): Promise<SetMember> {
  try {
    if (set.cancelRequestedAt) await requestCancel(member.exportId, deps);
    return memberOf(member, await advance(member.exportId, deps, owner));
  } catch (error) {
    if (isAppError(error, 'export-not-found') || isAppError(error, 'record-unreadable'))
      return { ...member, state: 'failed', error: recordedError(error) };
    deps.onFault?.(error, member.exportId);
    return member;
  }
}

/** Takes over what the member's export has come to. */
function memberOf(member: SetMember, { outcome }: ExportRecord): SetMember {
  if (!outcome) return member;
  if (outcome.state === 'failed') return { ...member, state: 'failed', error: outcome.error };
  if (outcome.state === 'cancelled') return { ...member, state: 'cancelled' };
  const { rows, files, bytes } = outcome;
  return { ...member, state: 'succeeded', rows, files, bytes, error: undefined };
}

async function startMore(
  members: readonly SetMember[],
  set: ExportSetRecord,
  deps: ExporterDeps,
  audited: Audited,
  owner: Caller | undefined,
): Promise<{ members: readonly SetMember[]; note?: string }> {
  const running = members.filter(({ state }) => state === 'running').length;
  const free = (set.request.concurrency ?? defaultConcurrency) - running;
  const next = members
    .flatMap(({ state }, index) => (state === 'pending' ? [index] : []))
    .slice(0, Math.min(Math.max(free, 0), maxStarted));
  if (next.length === 0) return { members };
  if (!owner)
    return running > 0
      ? { members }
      : { members, note: `Waits for ${set.owner}: only they may read the tables.` };
  let note: string | undefined;
  const begun = new Map<number, SetMember>();
  await mapLimited(next, next.length, async (index) => {
    const member = members[index] as SetMember;
    try {
      begun.set(index, await startMember(member, set, deps, audited, owner));
    } catch (error) {
      if (!isAppError(error, 'unauthenticated')) throw error;
      note = `Waits for ${set.owner}: their sign-in has expired.`;
    }
  });
  return { members: members.map((member, index) => begun.get(index) ?? member), note };
}

async function startMember(
  member: SetMember,
  set: ExportSetRecord,
  deps: ExporterDeps,
  audited: Audited,
  owner: Caller,
): Promise<SetMember> {
  try {
    const target = {
      exportId: member.exportId,
      exportSetId: set.id,
      table: tableName(member.table),
    };
    await audited(owner, 'export.start', 'exports.create', target, async () => {
      const asked = await memberRequest(member, set.request, set.asOf, owner.warehouse);
      const request = parseRequest(JSON.parse(JSON.stringify(asked.request)));
      return createExport(member.exportId, request, owner, deps, {
        set: set.id,
        planning: asked.options,
      });
    });
    const running: SetMember = { ...member, state: 'running', faults: undefined, error: undefined };
    // Its jobs are started at once: what comes after needs no owner.
    return await moveMember(running, set, deps, owner);
  } catch (error) {
    if (isAppError(error, 'unauthenticated')) throw error;
    const faults = (member.faults ?? 0) + 1;
    if (!(error instanceof AppError)) deps.onFault?.(error, member.exportId);
    if (passes(error) && faults < mostFaults) return { ...member, faults };
    return { ...member, state: 'refused', error: recordedError(error) };
  }
}

async function save(
  read: Versioned<ExportSetRecord>,
  record: ExportSetRecord,
  deps: ExporterDeps,
): Promise<ExportSetRecord> {
  const ended = record.members.every(hasEnded)
    ? { ...record, note: undefined, outcome: outcomeOf(record, deps) }
    : record;
  const manifest = ended.outcome && (await writeSetManifest(ended, deps));
  const known = manifest ? { ...ended, manifest } : ended;
  if (isSame(known, read.value)) return read.value;
  const revision = read.value.revision + 1;
  return (await deps.sets.replace({ ...known, revision }, read.version)).value;
}

function outcomeOf(
  { members, cancelRequestedAt }: ExportSetRecord,
  deps: ExporterDeps,
): SetOutcome {
  const at = new Date(deps.surroundings.nowMs()).toISOString();
  const succeeded = members.filter(({ state }) => state === 'succeeded').length;
  if (succeeded === members.length) return { state: 'succeeded', at };
  if (cancelRequestedAt && members.some(({ state }) => state === 'cancelled'))
    return { state: 'cancelled', at };
  return { state: succeeded > 0 ? 'partial' : 'failed', at };
}

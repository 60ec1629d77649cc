import { type Permission } from '../access/permissions.js';
import { type AuditEvent } from '../audit/audit-event.js';
import { describeRecord } from '../audit/describe-export.js';
import { AppError, type ErrorCode } from '../errors.js';
import { type Caller } from '../caller.js';
import { type ExportRecord } from '../record.js';
import { type ExporterDeps } from './deps.js';

/** Adds to the event what has been found out on the way. */
export type Tell = (what: Partial<AuditEvent>) => void;

/** Does `work` when the caller holds the permission, and puts the decision on record either way. */
export type Audited = <T>(
  caller: Caller,
  action: string,
  permission: Permission,
  target: Partial<AuditEvent>,
  work: (tell: Tell, intend: Intend) => Promise<T>,
) => Promise<T>;

/** Puts on record what is about to be destroyed; it must be called, and waited for, before that. */
export type Intend = (what?: Partial<AuditEvent>) => Promise<void>;

/** What says nothing of the caller's rights: the work was granted, or never came to be decided on. */
const faults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'upstream-unavailable',
  'quota-exceeded',
  'record-unreadable',
  'internal',
]);

/** The one place where decisions are made known. */
export function makeAudited({ audit, surroundings }: ExporterDeps): Audited {
  return async (caller, action, permission, target, work) => {
    let event: Omit<AuditEvent, 'decision'> = {
      at: new Date(surroundings.nowMs()).toISOString(),
      who: caller.email,
      ...caller.origin,
      action,
      permission,
      ...target,
    };
    let isIntended = false;
    const tell: Tell = (what) => {
      event = { ...event, ...what };
    };
    const intend: Intend = async (what) => {
      tell(what ?? {});
      await audit.write({ ...event, decision: 'allow', outcome: 'pending' });
      isIntended = true;
    };
    try {
      if (!caller.permissions.has(permission)) {
        throw new AppError('permission-denied', `You may not do this: it needs ${permission}.`, {
          permission,
        });
      }
      const result = await work(tell, intend);
      const done = isIntended ? { outcome: 'done' as const } : {};
      await audit.write({ ...event, decision: 'allow', ...done, ...whatOf(result) });
      return result;
    } catch (error) {
      const reason = error instanceof AppError ? error.code : 'internal';
      const failed = isIntended || faults.has(reason) ? { outcome: 'failed' as const } : {};
      await audit
        .write({ ...event, decision: isIntended ? 'allow' : 'deny', ...failed, reason })
        // What went wrong first is what the caller must hear; the trail writes its line later.
        .catch(() => undefined);
      throw error;
    }
  };
}

function whatOf(result: unknown): Partial<AuditEvent> {
  if (typeof result !== 'object' || result === null) return {};
  if ('plan' in result && 'request' in result && 'steps' in result)
    return describeRecord(result as ExportRecord);
  if (!('id' in result) || typeof result.id !== 'string') return {};
  return 'members' in result ? { exportSetId: result.id } : { exportId: result.id };
}

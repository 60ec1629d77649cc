import { type Permission } from '../access/permissions.js';
import { type AuditEvent } from '../audit/audit-event.js';
import { describeRecord } from '../audit/describe-export.js';
import { AppError } from '../errors.js';
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
  work: (tell: Tell) => Promise<T>,
) => Promise<T>;

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
    const tell: Tell = (what) => {
      event = { ...event, ...what };
    };
    try {
      if (!caller.permissions.has(permission)) {
        throw new AppError('permission-denied', `You may not do this: it needs ${permission}.`, {
          permission,
        });
      }
      const result = await work(tell);
      await audit.write({ ...event, decision: 'allow', ...whatOf(result) });
      return result;
    } catch (error) {
      if (error instanceof AppError && error.code !== 'upstream-unavailable')
        await audit.write({ ...event, decision: 'deny', reason: error.code });
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

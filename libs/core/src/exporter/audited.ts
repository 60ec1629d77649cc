import { type Permission } from '../access/permissions.js';
import { AppError } from '../errors.js';
import { type Caller } from '../exporter.js';
import { type ExporterDeps } from './deps.js';

/** Does `work` when the caller holds the permission, and puts the decision on record either way. */
export type Audited = <T>(
  caller: Caller,
  action: string,
  permission: Permission,
  target: object,
  work: () => Promise<T>,
) => Promise<T>;

/** The one place where decisions are made known. */
export function makeAudited({ audit, surroundings }: ExporterDeps): Audited {
  return async (caller, action, permission, target, work) => {
    const event = {
      at: new Date(surroundings.nowMs()).toISOString(),
      who: caller.email,
      action,
      ...target,
    };
    try {
      if (!caller.permissions.has(permission)) {
        throw new AppError('permission-denied', `You may not do this: it needs ${permission}.`, {
          permission,
        });
      }
      const result = await work();
      await audit.write({ ...event, decision: 'allow', ...idOf(result) });
      return result;
    } catch (error) {
      if (error instanceof AppError)
        await audit.write({ ...event, decision: 'deny', reason: error.code });
      throw error;
    }
  };
}

const idOf = (result: unknown): { exportId?: string } =>
  typeof result === 'object' && result !== null && 'id' in result && typeof result.id === 'string'
    ? { exportId: result.id }
    : {};

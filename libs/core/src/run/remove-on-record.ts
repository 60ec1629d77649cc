import { type AuditEvent } from '../audit/audit-event.js';
import { describeRecord } from '../audit/describe-export.js';
import { isAppError } from '../errors.js';
import { type ExportRecord } from '../record.js';
import { removePrefix } from './remove-prefix.js';
import { type RunDeps } from './run-deps.js';

/**
 * Removes an export's files where no one's call does it: when their time has come, or after a cancellation. The intent is
 * on record before the first of them goes, so that a process that dies leaves it behind.
 */
export async function removeOnRecord(
  record: ExportRecord,
  action: 'export.sweep' | 'export.cancel.files',
  { audit, files, surroundings }: RunDeps,
): Promise<number> {
  const write = (what: Partial<AuditEvent>): Promise<void> =>
    audit.write({
      at: new Date(surroundings.nowMs()).toISOString(),
      who: 'outhaul',
      action,
      decision: 'allow',
      ...describeRecord(record),
      ...what,
    });
  let isIntended = false;
  const intend = async (): Promise<void> => {
    await write({ outcome: 'pending' });
    isIntended = true;
  };
  try {
    const count = await removePrefix(record, files, intend);
    if (isIntended) await write({ outcome: 'done' });
    return count;
  } catch (error) {
    const reason = isAppError(error) ? error.code : 'internal';
    if (isIntended) await write({ outcome: 'failed', reason }).catch(() => undefined);
    throw error;
  }
}

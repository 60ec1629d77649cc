import { type ExportRecord } from '../record.js';

/**
 * A failed export goes on at the step that failed; what it had found out before that stays. Only when the files
 * themselves are wrong or gone it begins anew, with other jobs and another prefix.
 */
export function retried(record: ExportRecord): ExportRecord {
  const { outcome } = record;
  const code = outcome?.state === 'failed' ? outcome.error.code : undefined;
  const beginsAnew = code === 'verification-failed' || code === 'files-changed';
  return {
    ...record,
    attempt: record.attempt + 1,
    outcome: undefined,
    steps: record.steps.map((step) =>
      step.state === 'failed' || beginsAnew
        ? { kind: step.kind, state: 'pending', attempt: step.attempt }
        : step,
    ),
  };
}

import { type ExportRecord } from '../record.js';

/** A failed export goes on at the step that failed; what it had found out before that stays. */
export function retried(record: ExportRecord): ExportRecord {
  return {
    ...record,
    attempt: record.attempt + 1,
    outcome: undefined,
    steps: record.steps.map((step) =>
      step.state === 'failed' ? { kind: step.kind, state: 'pending', attempt: step.attempt } : step,
    ),
  };
}

import { type ExportRecord, stateOf } from '../record.js';

/** What is shown of a record: everything but the bound values of its SQL. */
export function viewOf(record: ExportRecord) {
  const { parameters: _parameters, ...source } = record.plan.source;
  return {
    id: record.id,
    state: stateOf(record),
    owner: record.owner,
    createdAt: record.createdAt,
    attempt: record.attempt,
    label: record.request.label,
    set: record.set,
    request: record.request,
    plan: { ...record.plan, source },
    steps: record.steps,
    cancelRequestedAt: record.cancelRequestedAt,
    filesRemovedAt: record.filesRemovedAt,
    outcome: record.outcome,
  };
}

export type ExportView = ReturnType<typeof viewOf>;

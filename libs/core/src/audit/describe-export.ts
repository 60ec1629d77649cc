import { type Plan } from '../plan/plan.js';
import { type ExportRecord } from '../record.js';
import { tableName } from '../table.js';
import { type AuditEvent } from './audit-event.js';

const mostColumns = 100;

type What = Partial<AuditEvent>;

/** What an export takes from where to where. */
export const describeRecord = (record: ExportRecord): What => ({
  exportId: record.id,
  ...describePlan(record.plan),
  isFiltered: record.request.filter !== undefined || undefined,
  ...(record.outcome?.state === 'succeeded'
    ? { rows: record.outcome.rows, bytes: record.outcome.bytes }
    : {}),
});

export const describePlan = (plan: Plan): What => ({
  table: plan.source.table ? tableName(plan.source.table) : 'query',
  columns: plan.fields.slice(0, mostColumns).map(({ name }) => name),
  masked: plan.maskedColumns,
  destination: `gs://${plan.files.bucket}/${plan.files.prefix}`,
});

/** The table that a request names, checked or not. */
export function describeInput(input: unknown): What {
  const { source } = (input ?? {}) as { source?: Record<string, unknown> };
  const { project, dataset, table } = source ?? {};
  const names = [project, dataset, table].filter((name) => typeof name === 'string');
  return names.length < 2 ? {} : { table: names.join('.').slice(0, 300) };
}

import { type Plan } from '../plan/plan.js';
import { type ExportRecord } from '../record.js';
import { tableName } from '../table.js';
import { type AuditEvent } from './audit-event.js';

const mostTables = 100;
const mostColumns = 100;
const mostLetters = 300;

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
  tables: tablesOf(plan),
  columns: plan.fields.slice(0, mostColumns).map(({ name }) => name),
  masked: plan.maskedColumns,
  destination: `gs://${plan.files.bucket}/${plan.files.prefix}`,
});

/** The source, and what BigQuery says that its query reads: of a view, the tables beneath it. */
function tablesOf({ source: { table, tables = [] } }: Plan): string[] {
  const names = [...(table ? [table] : []), ...tables].map(tableName);
  return [...new Set(names)].slice(0, mostTables);
}

/** The tables that a set's request names, checked or not: one by one, or by dataset and pattern. */
export function describeSetInput(input: unknown): What {
  const { project, dataset, pattern, tables } = (input ?? {}) as Record<string, unknown>;
  if (Array.isArray(tables)) {
    const names = tables.map((each: unknown) => describeInput({ source: each }).table);
    return { table: names.filter(Boolean).join(', ').slice(0, mostLetters) || undefined };
  }
  if (typeof dataset !== 'string') return {};
  const parts = [project, dataset, pattern ?? '*'].filter((part) => typeof part === 'string');
  return { table: parts.join('.').slice(0, mostLetters) };
}

/** The table that a request names, checked or not. */
export function describeInput(input: unknown): What {
  const { source } = (input ?? {}) as { source?: Record<string, unknown> };
  const { project, dataset, table } = source ?? {};
  const names = [project, dataset, table].filter((name) => typeof name === 'string');
  return names.length < 2 ? {} : { table: names.join('.').slice(0, mostLetters) };
}

import { type ExportRecord } from '../record.js';

/** Labels by which a job is found again in BigQuery's audit log and bill: its export, and the trace of its request. */
export const jobLabels = (
  { id, traceId }: ExportRecord,
  work: 'export' | 'verify',
): Readonly<Record<string, string>> => ({
  outhaul: work,
  'outhaul-export': id,
  ...(traceId === undefined ? {} : { 'outhaul-trace': traceId }),
});

import { type ExportSetRecord, stateOfSet, totalsOf } from '../sets/set-record.js';

/** What is shown of a set’s record. */
export const setViewOf = (record: ExportSetRecord) => ({
  id: record.id,
  state: stateOfSet(record),
  owner: record.owner,
  createdAt: record.createdAt,
  label: record.request.label,
  request: record.request,
  asOf: record.asOf,
  totals: totalsOf(record),
  tables: record.members.map(({ faults: _faults, ...member }) => member),
  note: record.note,
  cancelRequestedAt: record.cancelRequestedAt,
  outcome: record.outcome,
});

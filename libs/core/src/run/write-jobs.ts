import { jobIdFor } from '../ids.js';
import { exportDataSql, stagedSql } from '../plan/export-statement.js';
import { type PlannedSlice, type PlannedSource } from '../plan/plan.js';
import { type JobSpec } from '../ports/warehouse.js';
import { type ExportRecord } from '../record.js';
import { bindSecrets } from '../transform/mask-key.js';
import { shardUri, slicesOf } from './file-places.js';
import { jobLabels } from './job-labels.js';
import { type StepContext } from './step-context.js';
import { witnessSelect, witnessSql } from './witness.js';

/** The job that writes the files of the plan's slice at `index`. */
export function writeJob(context: StepContext, index: number): JobSpec {
  const { record, step, maskKeys } = context;
  const { plan, request } = record;
  const { files, source } = plan;
  const slice = slicesOf(record)[index] ?? { folder: '' };
  const kind = plan.engine.kind === 'extract' ? 'extract' : 'materialize';
  const base = jobBase(record, source.slices ? `${kind}-${index}` : kind, step.attempt);
  if (slice.extractFrom) {
    return {
      ...base,
      kind: 'extract',
      source: slice.extractFrom,
      uris: [shardUri(record, slice)],
      format: files.written.format,
      compression: files.written.compression,
      header: files.written.header,
      delimiter: files.delimiter,
    };
  }
  return {
    ...base,
    kind: 'query',
    sql: writeSql(record, shardUri(record, slice), sliceSql(source, slice)),
    parameters: bindSecrets(source.parameters ?? [], maskKeys),
    maxBytesBilled: request.maxBytes,
  };
}

/** Records of older versions hold the whole SELECT of each slice. */
export function sliceSql(
  { sql = '', whereAt }: Pick<PlannedSource, 'sql' | 'whereAt'>,
  slice: Pick<PlannedSlice, 'where' | 'sql'>,
): string {
  if (slice.sql !== undefined || slice.where === undefined || !whereAt) return slice.sql ?? sql;
  return sql.slice(0, whereAt.from) + slice.where + sql.slice(whereAt.to);
}

/** A staged query counts its rows in the same job: its temporary table ends with it. */
function writeSql(record: ExportRecord, uri: string, sql: string): string {
  const { files, source } = record.plan;
  const write = exportDataSql({ ...files.written, delimiter: files.delimiter }, uri, sql);
  if (source.staged === undefined) return write;
  const witness = witnessSelect(record.plan);
  return stagedSql(source.staged, witness ? [write, witnessSql(record, witness)] : [write]);
}

/** The job that counts the source beside those that write; undefined when none is needed. */
export function witnessJob({ record, step, maskKeys }: StepContext): JobSpec | undefined {
  const { plan } = record;
  const select = plan.source.staged === undefined ? witnessSelect(plan) : undefined;
  if (select === undefined) return undefined;
  return {
    ...jobBase(record, 'witness', step.attempt),
    kind: 'query',
    sql: witnessSql(record, select),
    parameters: bindSecrets(plan.source.parameters ?? [], maskKeys),
  };
}

const jobBase = (record: ExportRecord, step: string, attempt: number) => ({
  project: record.plan.source.billingProject,
  location: record.plan.source.location,
  id: jobIdFor(record.id, step, attempt),
  labels: jobLabels(record, 'export'),
});

import { type ExportRecord, type RecordStore, stateOf } from '@outhaul/core';
import { type Log } from '../log.js';
import { runAsExport } from './request-context.js';
import { type ServiceMetrics } from './service-metrics.js';

/**
 * The record store, with a log line and figures for each change. Only who wins the race for a record's next version
 * comes here, so that each change of an export is told once, whichever instance made it.
 */
export function observedRecords(
  store: RecordStore,
  log: Log,
  metrics: ServiceMetrics,
  nowMs: () => number,
): RecordStore {
  return {
    read: (id, known) => store.read(id, known),
    restMs: (id) => store.restMs(id),
    remove: (id) => store.remove(id),
    list: (page) => store.list(page),
    claimKey: (owner, key, claim) => store.claimKey(owner, key, claim),
    async create(record) {
      const created = await store.create(record);
      metrics.exportStarted(kindOf(record));
      log.info(
        {
          event: 'export.started',
          ...fieldsOf(record),
          billedBytes: record.plan.cost.billedBytes,
        },
        'export started',
      );
      return created;
    },
    async replace(record, version) {
      const replaced = await store.replace(record, version);
      runAsExport(record.traceId, () => tellChange(record, log, metrics, nowMs()));
      return replaced;
    },
  };
}

function tellChange(record: ExportRecord, log: Log, metrics: ServiceMetrics, nowMs: number): void {
  const { outcome } = record;
  if (!outcome) {
    log.info({ event: 'export.moved', ...fieldsOf(record), ...stepOf(record) }, 'export moved');
    return;
  }
  const durationMs = nowMs - Date.parse(record.createdAt);
  const { bytes, rows, files } =
    outcome.state === 'succeeded' ? outcome : { bytes: 0, rows: 0, files: 0 };
  metrics.exportEnded(durationMs / 1000, bytes, rows, {
    ...kindOf(record),
    state: outcome.state,
    ...(outcome.state === 'failed' ? { error_code: outcome.error.code } : {}),
  });
  const line = { event: 'export.ended', ...fieldsOf(record), durationMs, bytes, rows, files };
  if (outcome.state !== 'failed') log.info(line, `export ${outcome.state}`);
  else log.warn({ ...line, step: outcome.step, errorCode: outcome.error.code }, 'export failed');
}

const kindOf = ({ plan, request }: ExportRecord) => ({
  engine: plan.engine.kind,
  format: request.format,
});

const fieldsOf = (record: ExportRecord) => ({
  exportId: record.id,
  owner: record.owner,
  state: stateOf(record),
  revision: record.revision,
  ...kindOf(record),
});

function stepOf(record: ExportRecord) {
  const step = record.steps.find(({ state }) => state !== 'done') ?? record.steps.at(-1);
  return { step: step?.kind, stepState: step?.state, jobId: step?.job?.id };
}

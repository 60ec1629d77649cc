import { AppError, type ExportRecord, makeExporter } from '@outhaul/core';
import {
  GoogleAuditStore,
  GoogleExportSetStore,
  GoogleFileStore,
  GoogleRecordStore,
  GoogleTaskQueue,
  GoogleWarehouse,
  maskKeysOf,
  nodeSurroundings,
  serviceAuth,
} from '@outhaul/google';
import { AuditLog } from './activity/audit-log.js';
import { type Parts } from './app.module.js';
import { type Config } from './config.js';
import { Driver } from './exports/driver.js';
import { recentRecords } from './exports/recent-records.js';
import { Sweeper } from './exports/sweeper.js';
import { Watchtower } from './exports/watchtower.js';
import { assembleIdentity } from './identity/assemble-identity.js';
import { makeLog } from './telemetry/make-log.js';
import { observedRecords } from './telemetry/observed-records.js';
import { OtlpExporter } from './telemetry/otlp-exporter.js';
import { Telemetry } from './telemetry/telemetry.js';
import { makeSigner } from './signing/make-signer.js';
import { version } from './version.js';
import { makeCheckTaskToken } from './worker/check-task-token.js';
import { CloudTaskQueue } from './worker/task-queue.js';
import { TaskWorker } from './worker/task-worker.js';

/** Builds the service's parts on Google's clients, as the configuration says. */
export function assemble(config: Config): Parts {
  const log = makeLog({
    level: config.logLevel,
    projectId: config.projectId,
    service: config.serviceName,
    version,
  });
  const auth = serviceAuth(config.credentialsFile);
  const endpoints = { bigquery: config.bigqueryEndpoint, storage: config.storageEndpoint };
  const service = new GoogleWarehouse(auth, config.projectId, endpoints);
  const files = new GoogleFileStore(auth, config.projectId, endpoints);
  /** Google's own collector wants the service's token; no other may see it. */
  const tokenFor = async (url = ''): Promise<Record<string, string>> =>
    new URL(url).hostname.endsWith('.googleapis.com')
      ? Object.fromEntries(await (await auth.getClient()).getRequestHeaders())
      : {};
  const telemetry = new Telemetry({
    service: config.serviceName,
    version,
    projectId: config.projectId,
    spans: config.tracesUrl
      ? new OtlpExporter(
          config.tracesUrl,
          () => tokenFor(config.tracesUrl),
          (error) => log.warn({ event: 'traces.not-sent', err: error }, 'traces were not sent'),
        )
      : undefined,
  });
  const stored = observedRecords(
    new GoogleRecordStore(auth, config.projectId, config.recordsBucket, endpoints),
    log,
    telemetry.metrics,
    nodeSurroundings.nowMs,
  );
  // The worker is called for one export at a time, and must not miss what the public service has just written.
  const records =
    config.serve === 'worker'
      ? stored
      : recentRecords(stored, Math.min(config.pollMs, 1_000), nodeSurroundings.nowMs);
  const sets = new GoogleExportSetStore(auth, config.projectId, config.recordsBucket, endpoints);
  const auditStore = new GoogleAuditStore(auth, config.projectId, config.auditBucket, endpoints);
  const audit = new AuditLog({
    store: auditStore,
    surroundings: nodeSurroundings,
    line: (event) => log.info({ event: 'audit', audit: event }, 'audit'),
    onHead: (head) => log.info({ event: 'audit.head', ...head }, 'audit head'),
    onFault: (error) => log.error({ event: 'audit.not-stored', err: error }, 'audit not stored'),
  });
  const signer = makeSigner(config.signing, auth);
  const exporter = makeExporter({
    records,
    sets,
    files,
    service,
    serviceProject: config.projectId,
    maskKeys: config.maskKey === undefined ? undefined : maskKeysOf(config.maskKey),
    signer,
    surroundings: nodeSurroundings,
    settings: {
      defaultProject: config.projectId,
      filesBuckets: config.filesBuckets,
      pricePerTib: config.pricePerTib,
      currency: config.currency,
      retentionDays: config.retentionDays,
      maxRetentionDays: config.maxRetentionDays,
      urlLifetimeMs: config.urlLifetimeMs,
    },
    audit,
    onFault: (error, exportId) =>
      log.warn({ event: 'export.fault', exportId, err: error }, 'a step met a fault'),
  });
  const queue =
    config.tasks &&
    new CloudTaskQueue(
      new GoogleTaskQueue(auth, config.tasks.queue, config.tasks.endpoint),
      config.tasks,
      nodeSurroundings.nowMs,
    );
  const handOver = queue && ((id: string) => queue.enqueue(id, 0));
  const driver = new Driver<ExportRecord>(
    exporter.advance,
    config.pollMs,
    log,
    handOver && { handOver, isWatched: (id): boolean => watchtower.isWatched(id) },
  );
  const watchtower: Watchtower = new Watchtower(driver);
  return {
    config,
    log,
    exporter,
    signer,
    audit,
    auditStore,
    ...assembleIdentity(config, endpoints, service),
    driver,
    setDriver: new Driver(
      exporter.sets.advance,
      config.pollMs,
      log,
      handOver && { handOver, isWatched: () => false },
    ),
    watchtower,
    // Where there is a worker, its tick sweeps.
    sweeper: config.tasks ? undefined : new Sweeper(exporter, log),
    worker: config.admits && {
      check: makeCheckTaskToken(config.admits),
      tasks: new TaskWorker({ exporter, records, sets, queue, log, nowMs: nodeSurroundings.nowMs }),
    },
    telemetry,
    readiness: {
      async check() {
        const [bucket = ''] = config.filesBuckets;
        await files.getBucket(bucket).catch((error: unknown) => {
          throw new AppError(
            'upstream-unavailable',
            'The files bucket cannot be reached.',
            { resource: bucket },
            { cause: error },
          );
        });
      },
    },
  };
}

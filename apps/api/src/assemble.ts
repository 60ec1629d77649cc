import { AppError, type AuditSink, makeExporter, permissions } from '@outhaul/core';
import {
  GoogleFileStore,
  GoogleRecordStore,
  GoogleWarehouse,
  nodeSurroundings,
  serviceAuth,
} from '@outhaul/google';
import { pino } from 'pino';
import { type Parts } from './app.module.js';
import { type Config } from './config.js';
import { Driver } from './exports/driver.js';
import { Watchtower } from './exports/watchtower.js';
import { type Authenticator } from './identity/authenticator.js';
import { type Log } from './log.js';

/** Builds the service's parts on Google's clients, as the configuration says. */
export function assemble(config: Config): Parts {
  const log = makeLog(config);
  const auth = serviceAuth(config.credentialsFile);
  const endpoints = { bigquery: config.bigqueryEndpoint, storage: config.storageEndpoint };
  const service = new GoogleWarehouse(auth, config.projectId, endpoints);
  const files = new GoogleFileStore(auth, config.projectId, endpoints);
  const exporter = makeExporter({
    records: new GoogleRecordStore(auth, config.projectId, config.recordsBucket, endpoints),
    files,
    service,
    serviceProject: config.projectId,
    surroundings: nodeSurroundings,
    settings: {
      defaultProject: config.projectId,
      filesBuckets: config.filesBuckets,
      pricePerTib: config.pricePerTib,
      currency: config.currency,
      urlLifetimeMs: config.urlLifetimeMs,
    },
    audit: auditInto(log),
    onFault: (error, exportId) =>
      log.warn({ event: 'export.fault', exportId, err: error }, 'a step met a fault'),
  });
  const driver = new Driver(exporter, config.pollMs, log);
  return {
    config,
    log,
    exporter,
    authenticator: everyoneIsTheService(service),
    driver,
    watchtower: new Watchtower(driver),
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

/** For one person's own machine: whoever reaches the service acts as its account. */
function everyoneIsTheService(service: GoogleWarehouse): Authenticator {
  const caller = { email: 'local-user', permissions: new Set(permissions), warehouse: service };
  return { authenticate: async () => caller };
}

const auditInto = (log: Log): AuditSink => ({
  async write(event) {
    log.info({ event: 'audit', ...event }, 'audit');
  },
});

/** Logs as JSON lines that Cloud Logging reads: severity and message; nothing secret is passed in. */
const makeLog = (config: Config): Log =>
  pino({
    level: config.logLevel,
    base: undefined,
    messageKey: 'message',
    formatters: {
      level: (label) => ({ severity: label === 'warn' ? 'WARNING' : label.toUpperCase() }),
    },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  });

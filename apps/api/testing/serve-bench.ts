import { type AddressInfo } from 'node:net';
import { AppError, type Caller, type Signer } from '@outhaul/core';
import { aBench } from '@outhaul/core/testing';
import { type Config, parseConfig } from '../src/config.js';
import { createApp } from '../src/create-app.js';
import { Driver } from '../src/exports/driver.js';
import { type OuthaulRequest } from '../src/http/outhaul-request.js';
import { makeLog } from '../src/telemetry/make-log.js';
import { Telemetry } from '../src/telemetry/telemetry.js';
import { Watchtower } from '../src/exports/watchtower.js';

/** The real HTTP application over core's fakes. `Authorization: Bearer <e-mail>` says who calls. */
export async function serveBench(
  settings: Record<string, string> = {},
  signer?: Signer,
  /** What happens before it is known who calls. */
  beforeSignIn: () => Promise<void> = async () => undefined,
) {
  const bench = aBench();
  const lines: string[] = [];
  const config: Config = parseConfig({
    OUTHAUL_PROJECT: 'demo-project',
    OUTHAUL_FILES_BUCKETS: 'files',
    OUTHAUL_RECORDS_BUCKET: 'records',
    OUTHAUL_AUTH: 'service-account',
    PORT: '0',
    ...settings,
  });
  const log = makeLog(
    { level: 'info', projectId: config.projectId, service: 'outhaul-test', version: 'test' },
    (line) => lines.push(line),
  );
  const people: Record<string, Caller> = {
    owner: bench.owner,
    stranger: bench.stranger,
    admin: bench.admin,
    viewer: bench.person('viewer@example.com', [
      'catalog.read',
      'exports.read',
      'exports.download',
    ]),
  };
  const telemetry = new Telemetry({
    service: 'outhaul-test',
    version: 'test',
    projectId: config.projectId,
  });
  const driver = new Driver(bench.exporter.advance, 5, log);
  const setDriver = new Driver(bench.exporter.sets.advance, 5, log);
  const watchtower = new Watchtower(driver);
  const callerOf = (request: OuthaulRequest) => {
    const name = /^Bearer (\w+)$/.exec(request.header('authorization') ?? 'Bearer owner')?.[1];
    const caller = people[name ?? ''];
    if (!caller) throw new AppError('unauthenticated', 'Sign in first.');
    return caller;
  };
  const app = await createApp({
    config,
    log,
    exporter: bench.exporter,
    signer,
    audit: { ...bench.deps.audit, close: async () => undefined },
    auditStore: {
      append: async () => undefined,
      list: async () => ({ items: [] }),
      read: async () => '',
    },
    driver,
    setDriver,
    watchtower,
    telemetry,
    readiness: { check: async () => undefined },
    authenticator: {
      async authenticate(request) {
        await beforeSignIn();
        return callerOf(request);
      },
      recheck: async (request) => callerOf(request),
    },
  });
  const server = await app.listen(0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return {
    bench,
    driver,
    telemetry,
    lines,
    url: `http://127.0.0.1:${port}`,
    async close() {
      watchtower.close();
      await Promise.all([driver.stop(), setDriver.stop()]);
      await app.close();
      await telemetry.stop();
    },
  };
}

export type ServedBench = Awaited<ReturnType<typeof serveBench>>;

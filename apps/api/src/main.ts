import 'reflect-metadata';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { assemble } from './assemble.js';
import { parseConfig, readEnvironment } from './config.js';
import { createApp } from './create-app.js';
import { closeServer } from './http/close-server.js';
import { serveMetrics } from './telemetry/serve-metrics.js';
import { stopService } from './stop-service.js';
import { version } from './version.js';

if (process.argv.includes('--version')) {
  process.stdout.write(`${version}\n`);
  process.exit(0);
}
const config = parseConfig(readEnvironment());
const parts = assemble(config);
const app = await createApp(parts, join(import.meta.dirname, 'docs'));
const server = await app.listen(config.port, config.host);
server.requestTimeout = 60_000;
server.headersTimeout = 20_000;
server.keepAliveTimeout = 75_000;
const metrics =
  config.metricsPort === undefined
    ? undefined
    : await serveMetrics(parts.telemetry.metrics, config.metricsPort);
const { port } = server.address() as AddressInfo;
parts.log.info(
  { event: 'service.started', port, version },
  `listening on http://${config.host}:${port}`,
);
// A launcher that has opened a channel is told that requests can come.
process.send?.({ ready: true, port });

const { driver, watchtower, telemetry } = parts;
telemetry.metrics.watch('outhaul_exports_driven', () => driver.size);
telemetry.metrics.watch('outhaul_streams_open', () => watchtower.size);
telemetry.metrics.watch(
  'outhaul_queue_age_seconds',
  () => (parts.worker?.tasks.queueAgeMs ?? 0) / 1000,
);
process.on('uncaughtException', (error) => {
  parts.log.fatal({ event: 'process.crashed', err: error }, 'the process must end');
  process.exit(1);
});

parts.sweeper?.start();

let stopping = false;
// 'disconnect': the launcher is gone without a word, and nobody is left to end this process.
for (const reason of ['SIGTERM', 'SIGINT', 'disconnect']) {
  process.on(reason, async () => {
    if (stopping) return;
    stopping = true;
    parts.log.info({ event: 'service.stopping', reason }, 'stopping');
    const closed = closeServer(server);
    parts.watchtower.close();
    const drivers = [parts.driver.stop(), parts.setDriver.stop(), parts.sweeper?.stop()];
    const isWhole = await stopService({
      work: Promise.all([...drivers, closed]).then(() => app.close()),
      sealAudit: () => parts.audit.close(),
      rest: async () => {
        metrics?.close();
        await parts.telemetry.stop();
      },
    });
    if (process.connected) process.disconnect();
    // What still waits for Google would keep the process until it is killed; any step can be repeated elsewhere.
    if (!isWhole) process.exit(0);
  });
}

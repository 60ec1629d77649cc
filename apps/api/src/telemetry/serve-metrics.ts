import { createServer, type Server } from 'node:http';
import { type ServiceMetrics } from './service-metrics.js';

/**
 * Serves Prometheus' `/metrics` on a loopback port of its own: never by the public address, but for a collector that runs
 * beside the service, such as Google's sidecar for Cloud Run.
 */
export async function serveMetrics(metrics: ServiceMetrics, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.asPrometheusText().then(
      (text) => response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  server.unref();
  return server;
}

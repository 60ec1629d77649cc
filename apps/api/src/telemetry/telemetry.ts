import { resourceFromAttributes } from '@opentelemetry/resources';
import { type SpanExporter } from '@opentelemetry/sdk-trace';
import { LatencyHistory } from './latency-history.js';
import { enableContext } from './request-context.js';
import { ServiceMetrics } from './service-metrics.js';
import { makeTracing, type Tracing } from './tracing.js';

export const TELEMETRY = Symbol('Telemetry');

export interface TelemetrySettings {
  readonly service: string;
  readonly version: string;
  readonly projectId: string;
  /** Where spans go; undefined = nowhere, though they still have ids. */
  readonly spans?: SpanExporter;
}

/** What this process knows about itself. */
export class Telemetry {
  readonly metrics: ServiceMetrics;
  readonly history = new LatencyHistory(Date.now());
  readonly tracing: Tracing;

  constructor({ service, version, projectId, spans }: TelemetrySettings) {
    enableContext();
    const resource = resourceFromAttributes({
      'service.name': service,
      'service.version': version,
      // Cloud Trace refuses spans that do not say whose they are.
      'gcp.project_id': projectId,
    });
    this.metrics = new ServiceMetrics(resource);
    this.tracing = makeTracing(resource, spans);
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.tracing.stop(), this.metrics.stop()]);
  }
}

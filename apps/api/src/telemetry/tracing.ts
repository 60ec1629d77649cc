import { type Tracer } from '@opentelemetry/api';
import { type Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface Tracing {
  readonly tracer: Tracer;
  stop(): Promise<void>;
}

/** Spans with ids that logs and jobs can be found by; kept only when there is somewhere to send them. */
export function makeTracing(resource: Resource, exporter?: SpanExporter, share = 1): Tracing {
  const provider = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: exporter ? [new BatchSpanProcessor({ exporter })] : [],
  });
  return { tracer: provider.getTracer('outhaul'), stop: () => provider.shutdown() };
}

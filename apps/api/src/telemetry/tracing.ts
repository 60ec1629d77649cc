import {
  type Context,
  type Span,
  SpanKind,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { type Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

export interface Tracing {
  /** The span of a request, below the one that `parent` names. */
  beginRequest(parent: Context): Span;
  stop(): Promise<void>;
}

/** Spans with ids that logs and jobs can be found by; kept only when there is somewhere to send them. */
export function makeTracing(resource: Resource, exporter?: SpanExporter, share = 1): Tracing {
  if (!exporter) return { beginRequest: spanOfIdsOnly, stop: async () => undefined };
  const provider = new TracerProvider({
    resource,
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer: Tracer = provider.getTracer('outhaul');
  return {
    beginRequest: (parent) => tracer.startSpan('request', { kind: SpanKind.SERVER }, parent),
    stop: () => provider.shutdown(),
  };
}

const ids = new RandomIdGenerator();

/** Nobody collects it: that it was sampled is for the next service, and for the log. */
function spanOfIdsOnly(parent: Context): Span {
  const above = trace.getSpanContext(parent);
  return trace.wrapSpanContext({
    traceId: above?.traceId ?? ids.generateTraceId(),
    spanId: ids.generateSpanId(),
    traceFlags: above?.traceFlags ?? TraceFlags.SAMPLED,
  });
}

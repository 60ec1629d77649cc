import { parse } from 'protobufjs';

export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string };
}
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}
export interface Otlp {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** As much of OTLP's trace service as is looked at here; the numbers are those of opentelemetry-proto. */
const { root } = parse(`
  syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
`);

/** The spans of one request in protobuf, by another reader than the writer's. */
export function readOtlp(body: Buffer): Otlp {
  const type = root.lookupType('Request');
  const plain = type.toObject(type.decode(body), {
    longs: String,
    bytes: String,
    arrays: true,
  }) as Otlp;
  const hex = (base64: string | undefined): string | undefined =>
    base64 ? Buffer.from(base64, 'base64').toString('hex') : undefined;
  const spanOf = (span: Span): Span => ({
    ...span,
    traceId: hex(span.traceId) ?? '',
    spanId: hex(span.spanId) ?? '',
    parentSpanId: hex(span.parentSpanId),
  });
  return {
    resourceSpans: plain.resourceSpans.map((of) => ({
      ...of,
      scopeSpans: of.scopeSpans.map(({ spans }) => ({ spans: spans.map(spanOf) })),
    })),
  };
}

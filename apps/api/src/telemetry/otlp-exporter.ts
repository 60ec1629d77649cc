import { type Attributes, type AttributeValue, type HrTime } from '@opentelemetry/api';
import { type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/** Sends spans as OTLP over HTTP in JSON: to a collector, or to Google's telemetry.googleapis.com. */
export class OtlpExporter implements SpanExporter {
  constructor(
    private readonly url: string,
    /** Headers of each call, such as Authorization. */
    private readonly headers: () => Promise<Record<string, string>>,
    private readonly onError: (error: unknown) => void,
  ) {}

  export(spans: ReadableSpan[], done: (result: Result) => void): void {
    this.send(spans).then(
      () => done({ code: 0 }),
      (error: unknown) => {
        this.onError(error);
        done({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
      },
    );
  }

  async shutdown(): Promise<void> {}

  private async send(spans: readonly ReadableSpan[]): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(await this.headers()) },
      body: JSON.stringify(toOtlp(spans)),
      signal: AbortSignal.timeout(10_000),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The collector of traces answered ${answer.status}.`);
  }
}

/** Spans in OTLP's JSON form. */
export function toOtlp(spans: readonly ReadableSpan[]): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(spans[0]?.resource.attributes as Attributes) },
        scopeSpans: [{ scope: { name: 'outhaul' }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

const spanOf = (span: ReadableSpan): object => ({
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parentSpanId: span.parentSpanContext?.spanId,
  name: span.name,
  kind: span.kind + 1,
  startTimeUnixNano: nanos(span.startTime),
  endTimeUnixNano: nanos(span.endTime),
  attributes: attributesOf(span.attributes),
  status: { code: span.status.code, message: span.status.message },
});

const nanos = ([seconds, rest]: HrTime): string =>
  String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));

const attributesOf = (attributes: Attributes = {}): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));

function valueOf(value: AttributeValue | undefined): object {
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return { stringValue: String(value) };
}

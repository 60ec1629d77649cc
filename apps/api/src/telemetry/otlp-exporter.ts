import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/**
 * Sends spans as OTLP over HTTP in protobuf, the one encoding that every collector takes and that Google documents for
 * telemetry.googleapis.com.
 */
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

  private async send(spans: ReadableSpan[]): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-protobuf', ...(await this.headers()) },
      body: ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(10_000),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The collector of traces returned ${answer.status}.`);
  }
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Attributes } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type Resource } from '@opentelemetry/resources';
import { AggregationType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

/** Answers a collection when it is asked for one: Prometheus pulls. */
class PullReader extends MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const exportSeconds = [1, 5, 15, 60, 300, 900, 3_600, 4 * 3_600, 24 * 3_600];

/** What this process counts and measures, as OpenTelemetry instruments; read as Prometheus text. */
export class ServiceMetrics {
  private readonly reader = new PullReader();
  private readonly provider: MeterProvider;
  private readonly loopDelay = monitorEventLoopDelay({ resolution: 20 });
  private readonly counters;
  private inFlight = 0;
  private readonly gauges = new Map<string, () => number>();

  constructor(resource: Resource) {
    this.provider = new MeterProvider({
      resource,
      readers: [this.reader],
      views: [
        histogramView('http_server_request_duration_seconds', seconds),
        histogramView('outhaul_export_duration_seconds', exportSeconds),
      ],
    });
    this.loopDelay.enable();
    const meter = this.provider.getMeter('outhaul');
    this.counters = {
      requests: meter.createHistogram('http_server_request_duration_seconds', {
        description: 'How long requests took, streams of events left out.',
      }),
      denials: meter.createCounter('outhaul_auth_denials', {
        description: 'Requests refused because of who asked.',
      }),
      downloads: meter.createCounter('outhaul_downloads', {
        description: 'Answers that handed out signed URLs.',
      }),
      started: meter.createCounter('outhaul_exports_started', {
        description: 'Exports that were accepted.',
      }),
      ended: meter.createCounter('outhaul_exports_ended', {
        description: 'Exports that this process has seen end, each counted once.',
      }),
      bytes: meter.createCounter('outhaul_export_bytes', {
        description: 'Bytes in the files of finished exports.',
      }),
      rows: meter.createCounter('outhaul_export_rows', {
        description: 'Rows in the files of finished exports.',
      }),
      duration: meter.createHistogram('outhaul_export_duration_seconds', {
        description: 'From request to end of an export.',
      }),
    };
    const gauge = (name: string, description: string, read: () => number) => {
      meter
        .createObservableGauge(name, { description })
        .addCallback((result) => result.observe(read()));
    };
    gauge('outhaul_event_loop_delay_seconds', 'Delay of the event loop, 99th percentile.', () => {
      const delay = this.loopDelay.percentile(99) / 1e9;
      this.loopDelay.reset();
      return delay;
    });
    gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
    gauge('process_cpu_seconds', 'Processor time since the start.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    gauge(
      'outhaul_requests_in_flight',
      'Requests being answered, open streams among them.',
      () => this.inFlight,
    );
    const own = {
      outhaul_streams_open: 'Streams of events that are open.',
      outhaul_exports_driven: 'Exports that this process moves.',
      outhaul_queue_age_seconds: 'How long the export that has waited longest has not moved.',
    };
    for (const [name, description] of Object.entries(own))
      gauge(name, description, () => this.gauges.get(name)?.() ?? 0);
  }

  /** Says where a gauge is to be read. */
  watch(
    name: 'outhaul_streams_open' | 'outhaul_exports_driven' | 'outhaul_queue_age_seconds',
    read: () => number,
  ): void {
    this.gauges.set(name, read);
  }

  requestBegan(): void {
    this.inFlight += 1;
  }
  requestEnded(): void {
    this.inFlight -= 1;
  }
  answered(seconds: number, attributes: Attributes): void {
    this.counters.requests.record(seconds, attributes);
  }
  denied(code: string): void {
    this.counters.denials.add(1, { code });
  }
  downloaded(): void {
    this.counters.downloads.add(1);
  }
  exportStarted(attributes: Attributes): void {
    this.counters.started.add(1, attributes);
  }
  exportEnded(seconds: number, bytes: number, rows: number, attributes: Attributes): void {
    this.counters.ended.add(1, attributes);
    this.counters.duration.record(seconds, attributes);
    this.counters.bytes.add(bytes, attributes);
    this.counters.rows.add(rows, attributes);
  }

  /** All of it in Prometheus' text format. */
  async asPrometheusText(): Promise<string> {
    const { resourceMetrics, errors } = await this.reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected');
    return new PrometheusSerializer('', false, undefined, false, true).serialize(resourceMetrics);
  }

  async stop(): Promise<void> {
    this.loopDelay.disable();
    await this.provider.shutdown();
  }
}

const histogramView = (instrumentName: string, boundaries: number[]) => ({
  instrumentName,
  aggregation: {
    type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
    options: { boundaries },
  } as const,
});

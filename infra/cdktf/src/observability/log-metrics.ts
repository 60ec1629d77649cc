import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric';
import { Construct } from 'constructs';
import { type Deployment } from '../deployment.js';
import { type LogFilter, logFilters } from './log-filters.js';

interface Measure {
  readonly id: string;
  readonly filter: LogFilter;
  readonly description: string;
  /** A field whose values are spread over buckets; without one, lines are counted. */
  readonly value?: string;
  readonly unit?: string;
  readonly labels?: readonly string[];
}

const measures: readonly Measure[] = [
  { id: 'requests', filter: 'requests', description: 'Requests answered.', labels: ['route'] },
  {
    id: 'request_errors',
    filter: 'requestErrors',
    description: 'Answers of 500 and more.',
    labels: ['route'],
  },
  {
    id: 'request_latency',
    filter: 'requests',
    description: 'How long requests took.',
    value: 'durationMs',
    unit: 'ms',
  },
  {
    id: 'exports_ended',
    filter: 'exportsEnded',
    description: 'Exports that ended.',
    labels: ['state', 'engine', 'format'],
  },
  {
    id: 'exports_failed',
    filter: 'exportsFailed',
    description: 'Exports that failed.',
    labels: ['errorCode'],
  },
  {
    id: 'export_bytes',
    filter: 'exportsEnded',
    description: 'Bytes of finished exports.',
    value: 'bytes',
    unit: 'By',
  },
  {
    id: 'export_duration',
    filter: 'exportsEnded',
    description: 'From request to end.',
    value: 'durationMs',
    unit: 'ms',
  },
  {
    id: 'billed_bytes',
    filter: 'billed',
    description: 'Bytes that queries of exports are billed for.',
    value: 'billedBytes',
    unit: 'By',
  },
  { id: 'exports_stuck', filter: 'stuck', description: 'Exports that do not move.' },
  { id: 'ticks', filter: 'ticks', description: 'Ticks that ended.' },
  {
    id: 'queue_age',
    filter: 'ticks',
    description: 'How long the export that waits longest has not moved.',
    value: 'oldestMs',
    unit: 'ms',
  },
  {
    id: 'denials',
    filter: 'denied',
    description: 'Requests refused because of who asked.',
    labels: ['errorCode'],
  },
  { id: 'faults', filter: 'faults', description: 'Faults of the service itself.' },
];

/** Figures made of the services' log lines: they cost nothing more, and cover every instance. */
export class LogMetrics extends Construct {
  private readonly metrics = new Map<string, LoggingMetric>();

  constructor(scope: Construct, deployment: Deployment) {
    super(scope, 'log-metrics');
    const { config } = deployment;
    const filters = logFilters(config.name);
    for (const { id, filter, description, value, unit, labels = [] } of measures) {
      const metric = new LoggingMetric(this, id, {
        project: config.project,
        name: `${config.name}/${id}`,
        description,
        filter: filters[filter],
        valueExtractor: value && `EXTRACT(jsonPayload.${value})`,
        labelExtractors: Object.fromEntries(
          labels.map((label) => [label, `EXTRACT(jsonPayload.${label})`]),
        ),
        metricDescriptor: {
          metricKind: 'DELTA',
          valueType: value ? 'DISTRIBUTION' : 'INT64',
          unit: unit ?? '1',
          labels: labels.map((key) => ({ key, valueType: 'STRING' })),
        },
        bucketOptions: value
          ? { exponentialBuckets: { growthFactor: 2, numFiniteBuckets: 60, scale: 1 } }
          : undefined,
        dependsOn: [deployment.ready],
      });
      this.metrics.set(id, metric);
    }
  }

  /** The name under which Cloud Monitoring knows a figure; refers to the metric, so that it exists first. */
  typeOf(id: string): string {
    return `logging.googleapis.com/user/${this.metricOf(id).name}`;
  }

  /** Its own name, known before it exists. */
  nameOf(id: string): string {
    return this.metricOf(id).nameInput ?? '';
  }

  get all(): readonly LoggingMetric[] {
    return [...this.metrics.values()];
  }

  private metricOf(id: string): LoggingMetric {
    const metric = this.metrics.get(id);
    if (!metric) throw new Error(`There is no log-based metric ${id}.`);
    return metric;
  }
}

import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard';
import { Construct } from 'constructs';
import { type Deployment } from '../deployment.js';
import { type LogMetrics } from './log-metrics.js';

/** One page that shows how the service is doing. */
export class Dashboard extends Construct {
  constructor(scope: Construct, deployment: Deployment, metrics: LogMetrics) {
    super(scope, 'dashboard');
    const { config } = deployment;
    const charts = [
      chart('Requests by route', metrics.typeOf('requests'), 'ALIGN_RATE', 'route'),
      chart('Answers of 500 and more', metrics.typeOf('request_errors'), 'ALIGN_RATE', 'route'),
      chart(
        'Latency, 95th percentile (ms)',
        metrics.typeOf('request_latency'),
        'ALIGN_PERCENTILE_95',
      ),
      chart('Exports by state', metrics.typeOf('exports_ended'), 'ALIGN_DELTA', 'state'),
      chart('Failures by reason', metrics.typeOf('exports_failed'), 'ALIGN_DELTA', 'errorCode'),
      chart(
        'Duration of exports, 95th percentile (ms)',
        metrics.typeOf('export_duration'),
        'ALIGN_PERCENTILE_95',
      ),
      chart('Age of the queue (ms)', metrics.typeOf('queue_age'), 'ALIGN_PERCENTILE_99'),
      chart('Refusals', metrics.typeOf('denials'), 'ALIGN_DELTA', 'errorCode'),
      chart('Memory', 'run.googleapis.com/container/memory/utilizations', 'ALIGN_PERCENTILE_99'),
      chart('Instances', 'run.googleapis.com/container/instance_count', 'ALIGN_MAX'),
    ];
    new MonitoringDashboard(this, 'overview', {
      project: config.project,
      dashboardJson: JSON.stringify({
        displayName: `Outhaul: ${config.name}`,
        mosaicLayout: {
          columns: 12,
          tiles: charts.map((widget, index) => ({
            // Cloud Monitoring returns no zeros, which would show as a change at each plan.
            ...(index % 2 === 0 ? {} : { xPos: 6 }),
            ...(index < 2 ? {} : { yPos: Math.floor(index / 2) * 4 }),
            width: 6,
            height: 4,
            widget,
          })),
        },
      }),
      dependsOn: [deployment.ready],
    });
  }
}

const chart = (title: string, metricType: string, perSeriesAligner: string, label?: string) => ({
  title,
  xyChart: {
    dataSets: [
      {
        plotType: 'LINE',
        timeSeriesQuery: {
          timeSeriesFilter: {
            filter: `metric.type="${metricType}" resource.type="cloud_run_revision"`,
            aggregation: {
              alignmentPeriod: '300s',
              perSeriesAligner,
              crossSeriesReducer: perSeriesAligner.includes('PERCENTILE')
                ? 'REDUCE_MAX'
                : 'REDUCE_SUM',
              groupByFields: label ? [`metric.labels.${label}`] : ['resource.labels.service_name'],
            },
          },
        },
      },
    ],
  },
});

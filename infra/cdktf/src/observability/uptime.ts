import { MonitoringUptimeCheckConfig } from '@cdktf/provider-google/lib/monitoring-uptime-check-config';
import { Construct } from 'constructs';
import { type Deployment } from '../deployment.js';
import { type Alerts } from './alerts.js';

/**
 * Asks from outside, every minute, at the address that people use: name, certificate and front. Where everyone gets
 * through, the service itself answers; behind another door the refusal shows that the front is there, and faults of the
 * service behind it are seen by `platform-errors` and `container-faults`.
 */
export class Uptime extends Construct {
  constructor(scope: Construct, deployment: Deployment, alerts: Alerts) {
    super(scope, 'uptime');
    const { config } = deployment;
    const isOpen = config.door.kind === 'sign-in';
    const check = new MonitoringUptimeCheckConfig(this, 'check', {
      project: config.project,
      displayName: `${config.name}: health`,
      timeout: '10s',
      period: '60s',
      httpCheck: {
        // Cloud Run keeps some paths that end in z to itself, so that /healthz cannot be asked from outside.
        path: '/api/health',
        port: 443,
        useSsl: true,
        validateSsl: true,
        acceptedResponseStatusCodes: isOpen ? undefined : refusals,
      },
      monitoredResource: {
        type: 'uptime_url',
        labels: { project_id: config.project, host: deployment.publicUrl.replace('https://', '') },
      },
      contentMatchers: isOpen ? [{ content: '"alive"', matcher: 'CONTAINS_STRING' }] : undefined,
      dependsOn: [deployment.ready],
    });
    alerts.policy({
      id: 'down',
      title: 'The service does not answer',
      severity: 'CRITICAL',
      condition: {
        kind: 'given',
        given: {
          displayName: 'The uptime check fails from more than one place',
          conditionThreshold: {
            filter: `metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="${check.uptimeCheckId}"`,
            comparison: 'COMPARISON_GT',
            thresholdValue: 1,
            duration: '120s',
            aggregations: [
              {
                alignmentPeriod: '120s',
                perSeriesAligner: 'ALIGN_NEXT_OLDER',
                crossSeriesReducer: 'REDUCE_COUNT_FALSE',
                groupByFields: ['resource.labels.host'],
              },
            ],
          },
        },
      },
    });
  }
}

/** The Identity-Aware Proxy sends to its sign-in or asks for a token, Cloud Run's own check refuses. */
const refusals = [
  { statusClass: 'STATUS_CLASS_2XX' },
  { statusClass: 'STATUS_CLASS_3XX' },
  { statusValue: 401 },
  { statusValue: 403 },
];

import { type CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member';
import { MonitoringUptimeCheckConfig } from '@cdktf/provider-google/lib/monitoring-uptime-check-config';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { type Deployment } from '../deployment.js';
import { type Alerts } from './alerts.js';

/** Asks from outside, every minute, whether the service answers. */
export class Uptime extends Construct {
  constructor(
    scope: Construct,
    deployment: Deployment,
    alerts: Alerts,
    services: { readonly api: CloudRunV2Service; readonly worker: CloudRunV2Service },
  ) {
    super(scope, 'uptime');
    const { config } = deployment;
    // Nobody but people passes the Identity-Aware Proxy; the same image answers behind the worker's address.
    const service = config.iap ? services.worker : services.api;
    if (!config.access.openToInternet) {
      new CloudRunV2ServiceIamMember(this, 'may-ask', {
        project: config.project,
        location: service.location,
        name: service.name,
        role: 'roles/run.invoker',
        member: deployment.agent('gcp-sa-monitoring-notification'),
      });
    }
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
        ...(config.access.openToInternet
          ? {}
          : { serviceAgentAuthentication: { type: 'OIDC_TOKEN' } }),
      },
      monitoredResource: {
        type: 'uptime_url',
        labels: { project_id: config.project, host: Fn.trimprefix(service.uri, 'https://') },
      },
      contentMatchers: [{ content: '"alive"', matcher: 'CONTAINS_STRING' }],
      dependsOn: [...deployment.apis],
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

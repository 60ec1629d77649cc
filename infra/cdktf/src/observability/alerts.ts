import {
  MonitoringAlertPolicy,
  type MonitoringAlertPolicyConditions,
} from '@cdktf/provider-google/lib/monitoring-alert-policy';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel';
import { Construct } from 'constructs';
import { type Deployment } from '../deployment.js';
import { type AlertCondition, type AlertRule, alertRules } from './alert-rules.js';
import { logFilters } from './log-filters.js';
import { type LogMetrics } from './log-metrics.js';

/** Who is told, and of what; each alert links to the page that says what to do. */
export class Alerts extends Construct {
  readonly channels: readonly string[];

  constructor(
    scope: Construct,
    private readonly deployment: Deployment,
    private readonly metrics: LogMetrics,
  ) {
    super(scope, 'alerts');
    const { config } = deployment;
    this.channels = config.alerts.emails.map(
      (address) =>
        new MonitoringNotificationChannel(this, `mail-${address}`, {
          project: config.project,
          displayName: address,
          type: 'email',
          labels: { email_address: address },
          dependsOn: [deployment.ready],
        }).name,
    );
    for (const rule of alertRules(config.alerts.billedTibPerDay)) this.policy(rule);
  }

  /** A policy for `rule` whose conditions the caller may add, such as the uptime check's. */
  policy(
    rule: Omit<AlertRule, 'condition'> & {
      condition: AlertCondition | { kind: 'given'; given: MonitoringAlertPolicyConditions };
    },
  ): void {
    const { config } = this.deployment;
    const { condition } = rule;
    new MonitoringAlertPolicy(this, rule.id, {
      project: config.project,
      displayName: `${config.name}: ${rule.title}`,
      combiner: 'OR',
      severity: rule.severity,
      conditions: [
        condition.kind === 'given'
          ? condition.given
          : { displayName: rule.title, ...this.conditionOf(condition) },
      ],
      notificationChannels: [...this.channels],
      alertStrategy: {
        autoClose: '86400s',
        // Cloud Monitoring asks for this with lines, and refuses it with anything else.
        ...(condition.kind === 'line' ? { notificationRateLimit: { period: '3600s' } } : {}),
      },
      documentation: {
        mimeType: 'text/markdown',
        subject: `${config.name} (${config.environment}): ${rule.title}`,
        content: `${rule.title}. What to do: ${config.alerts.runbooks}/alerts/${rule.id}.md`,
        links: [
          { displayName: 'What to do', url: `${config.alerts.runbooks}/alerts/${rule.id}.md` },
        ],
      },
      dependsOn: [...this.metrics.all],
      userLabels: { alert: rule.id, environment: config.environment },
    });
  }

  private conditionOf(
    condition: AlertCondition,
  ): Omit<MonitoringAlertPolicyConditions, 'displayName'> {
    const ours = `resource.type="cloud_run_revision" AND resource.labels.service_name=monitoring.regex.full_match("${this.deployment.config.name}-(api|worker)")`;
    const over = { comparison: 'COMPARISON_GT' };
    const figure = (id: string, part = '') => this.promFigure(id, part);
    const total = (id: string, seconds: number, part = '') =>
      `sum(increase(${figure(id, part)}[${seconds}s]))`;
    switch (condition.kind) {
      case 'line':
        return {
          conditionMatchedLog: {
            filter: logFilters(this.deployment.config.name)[condition.filter],
          },
        };
      case 'count':
        return prom(`${total(condition.metric, condition.withinSeconds)} > ${condition.above}`);
      case 'share': {
        const [errors, all] = [condition.metric, condition.of].map((id) =>
          total(id, condition.withinSeconds),
        );
        return prom(`${errors} / ${all} > ${condition.above} and ${errors} > ${condition.atLeast}`);
      }
      case 'percentile': {
        const buckets = `sum by (le) (increase(${figure(condition.metric, '_bucket')}[300s]))`;
        return prom(
          `histogram_quantile(${condition.percentile / 100}, ${buckets}) > ${condition.above}`,
          condition.forSeconds,
        );
      }
      case 'mean': {
        const [sum, count] = ['_sum', '_count'].map((part) => total(condition.metric, 300, part));
        return prom(`${sum} / ${count} > ${condition.above}`, condition.forSeconds);
      }
      case 'sum':
        return prom(
          `${total(condition.metric, condition.withinSeconds, '_sum')} > ${condition.above}`,
          0,
          300,
        );
      case 'absent':
        // The first minutes of a new deployment count as well, so it must hold for as long again.
        return prom(
          `(${total(condition.metric, condition.withinSeconds)} or vector(0)) < 1`,
          condition.withinSeconds,
        );
      case 'front-errors':
        return {
          conditionThreshold: {
            ...over,
            filter: `metric.type="run.googleapis.com/request_count" AND metric.labels.response_code_class="5xx" AND ${ours}`,
            thresholdValue: condition.above,
            duration: '0s',
            aggregations: [
              {
                alignmentPeriod: '300s',
                perSeriesAligner: 'ALIGN_DELTA',
                crossSeriesReducer: 'REDUCE_SUM',
                groupByFields: ['resource.labels.service_name'],
              },
            ],
          },
        };
      case 'platform':
        return {
          conditionThreshold: {
            ...over,
            filter: `metric.type="${condition.metric}" AND ${ours}`,
            thresholdValue: condition.above,
            duration: `${condition.forSeconds}s`,
            aggregations: [
              {
                alignmentPeriod: '60s',
                perSeriesAligner: `ALIGN_PERCENTILE_${condition.percentile}`,
                crossSeriesReducer: 'REDUCE_MAX',
                groupByFields: ['resource.labels.service_name'],
              },
            ],
          },
        };
    }
  }

  private promFigure(id: string, part: string): string {
    return `${promName(this.metrics.nameOf(id))}${part}{monitored_resource="cloud_run_revision"}`;
  }
}

/**
 * A condition in PromQL whose metrics need not exist yet: a log-based metric is known to Cloud Monitoring up to ten minutes
 * after it was created, and a policy that is checked before that is refused.
 * https://cloud.google.com/monitoring/promql/promql-mapping
 */
const prom = (query: string, forSeconds = 0, everySeconds = 60) => ({
  conditionPrometheusQueryLanguage: {
    query,
    duration: `${forSeconds}s`,
    evaluationInterval: `${everySeconds}s`,
    disableMetricValidation: true,
  },
});

/** How PromQL names a log-based metric: the first slash of its type becomes a colon, every other sign an underscore. */
const promName = (metric: string): string =>
  `logging_googleapis_com:user_${metric.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;

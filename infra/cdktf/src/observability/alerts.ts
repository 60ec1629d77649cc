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
          dependsOn: [...deployment.apis],
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
    const revisions = 'resource.type="cloud_run_revision"';
    const figure = (id: string) => `metric.type="${this.metrics.typeOf(id)}" AND ${revisions}`;
    const over = { comparison: 'COMPARISON_GT' };
    const totals = (seconds: number) => [
      {
        alignmentPeriod: `${seconds}s`,
        perSeriesAligner: 'ALIGN_DELTA',
        crossSeriesReducer: 'REDUCE_SUM',
      },
    ];
    switch (condition.kind) {
      case 'line':
        return {
          conditionMatchedLog: {
            filter: logFilters(this.deployment.config.name)[condition.filter],
          },
        };
      case 'count':
        return {
          conditionThreshold: {
            ...over,
            filter: figure(condition.metric),
            thresholdValue: condition.above,
            duration: '0s',
            aggregations: totals(condition.withinSeconds),
          },
        };
      case 'share':
        return {
          conditionThreshold: {
            ...over,
            filter: figure(condition.metric),
            denominatorFilter: figure(condition.of),
            thresholdValue: condition.above,
            duration: '0s',
            aggregations: totals(condition.withinSeconds),
            denominatorAggregations: totals(condition.withinSeconds),
          },
        };
      case 'percentile':
        return {
          conditionThreshold: {
            ...over,
            filter: figure(condition.metric),
            thresholdValue: condition.above,
            duration: `${condition.forSeconds}s`,
            aggregations: [
              {
                alignmentPeriod: '300s',
                perSeriesAligner: 'ALIGN_DELTA',
                crossSeriesReducer: `REDUCE_PERCENTILE_${condition.percentile}`,
              },
            ],
          },
        };
      case 'sum':
        return {
          conditionPrometheusQueryLanguage: {
            query: `sum(increase(${promName(this.metrics.nameOf(condition.metric))}_sum{monitored_resource="cloud_run_revision"}[${condition.withinSeconds / 3_600}h])) > ${condition.above}`,
            duration: '0s',
            evaluationInterval: '300s',
          },
        };
      case 'absent':
        return {
          conditionAbsent: {
            filter: figure(condition.metric),
            duration: `${condition.withinSeconds}s`,
            aggregations: totals(60),
          },
        };
      case 'platform':
        return {
          conditionThreshold: {
            ...over,
            filter: `metric.type="${condition.metric}" AND ${revisions} AND resource.labels.service_name=monitoring.regex.full_match("${this.deployment.config.name}-(api|worker)")`,
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
}

/** How PromQL names a log-based metric: the first slash of its type becomes a colon, every other sign an underscore. */
const promName = (metric: string): string =>
  `logging_googleapis_com:user_${metric.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;

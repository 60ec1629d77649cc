import { type LogFilter } from './log-filters.js';

/** When an alert goes off. */
export type AlertCondition =
  /** One matching line is enough. */
  | { readonly kind: 'line'; readonly filter: LogFilter }
  /** More than `above` lines within `withinSeconds`. */
  | {
      readonly kind: 'count';
      readonly metric: string;
      readonly above: number;
      readonly withinSeconds: number;
    }
  /** More than this share of `of` within `withinSeconds`, and more than `atLeast` of them. */
  | {
      readonly kind: 'share';
      readonly metric: string;
      readonly of: string;
      readonly above: number;
      readonly atLeast: number;
      readonly withinSeconds: number;
    }
  /** The percentile of a spread figure stays above for `forSeconds`. */
  | {
      readonly kind: 'percentile';
      readonly metric: string;
      readonly percentile: 50 | 95 | 99;
      readonly above: number;
      readonly forSeconds: number;
    }
  /** The mean of a spread figure stays above for `forSeconds`. Percentiles end at the bounds of buckets, which double. */
  | {
      readonly kind: 'mean';
      readonly metric: string;
      readonly above: number;
      readonly forSeconds: number;
    }
  /** The sum of a spread figure within `withinSeconds`. */
  | {
      readonly kind: 'sum';
      readonly metric: string;
      readonly above: number;
      readonly withinSeconds: number;
    }
  /** No line at all within `withinSeconds`, also when there never was one. */
  | { readonly kind: 'absent'; readonly metric: string; readonly withinSeconds: number }
  /** More than `above` responses of 500 and more in five minutes, as Cloud Run's front counts them. */
  | { readonly kind: 'front-errors'; readonly above: number }
  /** A figure of Cloud Run's own. */
  | {
      readonly kind: 'platform';
      readonly metric: string;
      readonly percentile: 99;
      readonly above: number;
      readonly forSeconds: number;
    };

export interface AlertRule {
  /** Also the name of its runbook: docs/operations/alerts/<id>.md. */
  readonly id: string;
  readonly title: string;
  readonly severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  readonly condition: AlertCondition;
}

const minute = 60;
const hour = 60 * minute;
const tib = 2 ** 40;

/** Everything that someone should get up for, or look at in the morning. */
export const alertRules = (billedTibPerDay: number): readonly AlertRule[] => [
  {
    id: 'error-rate',
    title: 'More than 2 % of requests fail',
    severity: 'ERROR',
    condition: {
      kind: 'share',
      metric: 'request_errors',
      of: 'requests',
      above: 0.02,
      atLeast: 3,
      withinSeconds: 5 * minute,
    },
  },
  {
    id: 'latency',
    title: 'One request in twenty takes longer than 2 seconds',
    severity: 'WARNING',
    condition: {
      kind: 'percentile',
      metric: 'request_latency',
      percentile: 95,
      above: 2_000,
      forSeconds: 10 * minute,
    },
  },
  {
    id: 'faults',
    title: 'The service meets faults of its own',
    severity: 'ERROR',
    condition: { kind: 'count', metric: 'faults', above: 5, withinSeconds: 5 * minute },
  },
  {
    id: 'platform-errors',
    title: 'Cloud Run returns errors for a service',
    severity: 'ERROR',
    condition: { kind: 'front-errors', above: 5 },
  },
  {
    id: 'container-faults',
    title: 'An instance does not start, or is ended',
    severity: 'ERROR',
    condition: { kind: 'line', filter: 'containerFaults' },
  },
  {
    id: 'audit-lost',
    title: 'A decision could not be written to the audit trail',
    severity: 'CRITICAL',
    condition: { kind: 'line', filter: 'auditNotStored' },
  },
  {
    id: 'exports-failed',
    title: 'Exports fail',
    severity: 'WARNING',
    condition: { kind: 'count', metric: 'exports_failed', above: 3, withinSeconds: 30 * minute },
  },
  {
    id: 'verification-failed',
    title: 'Files do not hold the rows of their source',
    severity: 'CRITICAL',
    condition: { kind: 'line', filter: 'verificationFailed' },
  },
  {
    id: 'exports-stuck',
    title: 'An export does not move',
    severity: 'ERROR',
    condition: { kind: 'line', filter: 'stuck' },
  },
  {
    id: 'queue-age',
    title: 'Exports wait longer than 15 minutes',
    severity: 'WARNING',
    condition: {
      kind: 'mean',
      metric: 'queue_age',
      above: 15 * minute * 1_000,
      forSeconds: 10 * minute,
    },
  },
  {
    id: 'tick-missing',
    title: 'The minute tick does not come',
    severity: 'ERROR',
    condition: { kind: 'absent', metric: 'ticks', withinSeconds: 10 * minute },
  },
  {
    id: 'memory',
    title: 'Instances run out of memory',
    severity: 'WARNING',
    condition: {
      kind: 'platform',
      metric: 'run.googleapis.com/container/memory/utilizations',
      percentile: 99,
      above: 0.9,
      forSeconds: 10 * minute,
    },
  },
  {
    id: 'cpu',
    title: 'Instances run out of processor time',
    severity: 'WARNING',
    condition: {
      kind: 'platform',
      metric: 'run.googleapis.com/container/cpu/utilizations',
      percentile: 99,
      above: 0.9,
      forSeconds: 15 * minute,
    },
  },
  {
    id: 'denied-access',
    title: 'Many requests are refused because of who asks',
    severity: 'WARNING',
    condition: { kind: 'count', metric: 'denials', above: 50, withinSeconds: 5 * minute },
  },
  {
    id: 'internal-refused',
    title: 'Somebody who is not Cloud Tasks or Cloud Scheduler calls the worker',
    severity: 'ERROR',
    condition: { kind: 'line', filter: 'internalRefused' },
  },
  {
    id: 'access-changed',
    title: 'Somebody changes who may read, run or act',
    severity: 'WARNING',
    condition: { kind: 'line', filter: 'accessChanged' },
  },
  {
    id: 'billed-bytes',
    title: `Exports are billed for more than ${billedTibPerDay} TiB a day`,
    severity: 'WARNING',
    condition: {
      kind: 'sum',
      metric: 'billed_bytes',
      above: billedTibPerDay * tib,
      withinSeconds: 24 * hour,
    },
  },
];

import {
  type Fields,
  durationOf,
  durationText,
  fieldsOf,
  instantText,
  invalidField,
  numberOf,
  refuseStrays,
} from './parse-fields.js';
import {
  type QueueRecord,
  type RateLimits,
  type RetryConfig,
  usualRateLimits,
  usualRetryConfig,
} from './task-record.js';
import { notImplemented } from '../http/cloud-error.js';

const queueFields = [
  'name',
  'rateLimits',
  'retryConfig',
  'state',
  'purgeTime',
  'stackdriverLoggingConfig',
  'appEngineRoutingOverride',
];

/** Reads a queue's settings over those it has. */
export function parseQueue(body: Fields, before: QueueRecord): QueueRecord {
  refuseStrays(body, queueFields, 'queue');
  if (fieldsOf(body['appEngineRoutingOverride'], 'queue.app_engine_routing_override'))
    throw notImplemented('App Engine routing of queues');
  const rates = fieldsOf(body['rateLimits'], 'queue.rate_limits');
  const retries = fieldsOf(body['retryConfig'], 'queue.retry_config');
  return {
    ...before,
    ...(rates ? { rateLimits: parseRates(rates) } : {}),
    ...(retries ? { retryConfig: parseRetries(retries) } : {}),
  };
}

function parseRates(fields: Fields): RateLimits {
  refuseStrays(
    fields,
    ['maxDispatchesPerSecond', 'maxBurstSize', 'maxConcurrentDispatches'],
    'queue.rate_limits',
  );
  const maxDispatchesPerSecond = numberOf(
    fields['maxDispatchesPerSecond'],
    'queue.rate_limits.max_dispatches_per_second',
    usualRateLimits.maxDispatchesPerSecond,
  );
  const maxConcurrentDispatches = numberOf(
    fields['maxConcurrentDispatches'],
    'queue.rate_limits.max_concurrent_dispatches',
    usualRateLimits.maxConcurrentDispatches,
  );
  if (maxDispatchesPerSecond <= 0 || maxDispatchesPerSecond > 500)
    throw invalidField(
      'queue.rate_limits.max_dispatches_per_second',
      'it must be above 0, up to 500.',
    );
  if (maxConcurrentDispatches < 1 || maxConcurrentDispatches > 5000)
    throw invalidField('queue.rate_limits.max_concurrent_dispatches', 'it must be from 1 to 5000.');
  return { maxDispatchesPerSecond, maxConcurrentDispatches };
}

function parseRetries(fields: Fields): RetryConfig {
  refuseStrays(
    fields,
    ['maxAttempts', 'maxRetryDuration', 'minBackoff', 'maxBackoff', 'maxDoublings'],
    'queue.retry_config',
  );
  const at = (field: string): string => `queue.retry_config.${field}`;
  // The official client sends 0 for what was not set.
  const maxAttempts = numberOf(fields['maxAttempts'], at('max_attempts'), 0);
  const minBackoffMs = durationOf(
    fields['minBackoff'],
    at('min_backoff'),
    usualRetryConfig.minBackoffMs,
  );
  const maxBackoffMs = durationOf(
    fields['maxBackoff'],
    at('max_backoff'),
    usualRetryConfig.maxBackoffMs,
  );
  if (maxAttempts < -1 || !Number.isInteger(maxAttempts))
    throw invalidField(at('max_attempts'), 'it must be -1 or a positive number.');
  if (minBackoffMs > maxBackoffMs)
    throw invalidField(at('min_backoff'), 'it must not be above max_backoff.');
  return {
    maxAttempts: maxAttempts === 0 ? usualRetryConfig.maxAttempts : maxAttempts,
    maxRetryDurationMs: durationOf(fields['maxRetryDuration'], at('max_retry_duration'), 0),
    minBackoffMs,
    maxBackoffMs,
    maxDoublings: numberOf(
      fields['maxDoublings'],
      at('max_doublings'),
      usualRetryConfig.maxDoublings,
    ),
  };
}

/** A queue as the API shows it. */
export function queueResource(queue: QueueRecord): Record<string, unknown> {
  const { rateLimits, retryConfig } = queue;
  return {
    name: queue.name,
    rateLimits: {
      ...rateLimits,
      maxBurstSize: burstOf(rateLimits),
    },
    retryConfig: {
      maxAttempts: retryConfig.maxAttempts,
      ...(retryConfig.maxRetryDurationMs > 0
        ? { maxRetryDuration: durationText(retryConfig.maxRetryDurationMs) }
        : {}),
      minBackoff: durationText(retryConfig.minBackoffMs),
      maxBackoff: durationText(retryConfig.maxBackoffMs),
      maxDoublings: retryConfig.maxDoublings,
    },
    state: queue.state,
    ...(queue.purgedMs === undefined ? {} : { purgeTime: instantText(queue.purgedMs) }),
  };
}

/** How many tasks may start at once; Cloud Tasks derives it from the rate. */
export const burstOf = ({ maxDispatchesPerSecond }: RateLimits): number =>
  Math.max(1, Math.min(100, Math.ceil(maxDispatchesPerSecond / 5)));

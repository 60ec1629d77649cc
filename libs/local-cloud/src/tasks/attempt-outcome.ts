import { type Delivery } from './deliver-task.js';
import { backoffMs, type RetryConfig, type TaskAttempt, type TaskRecord } from './task-record.js';

/** google.rpc codes by HTTP status, as attempts show them. */
const rpcCodes: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 10,
  429: 8,
  499: 1,
  501: 12,
  503: 14,
  504: 4,
};
const failureCodes = { DEADLINE_EXCEEDED: 4, UNAVAILABLE: 14 } as const;

export const isSuccess = (delivery: Delivery): boolean =>
  'httpStatus' in delivery && delivery.httpStatus >= 200 && delivery.httpStatus < 300;

/** The task after a failed attempt, due again after its backoff; undefined when it has had its last. */
export function afterFailure(
  task: TaskRecord,
  delivery: Delivery,
  retries: RetryConfig,
  dispatchedMs: number,
  nowMs: number,
): TaskRecord | undefined {
  const attempts = task.dispatchCount + 1;
  const hasAnswer = 'httpStatus' in delivery;
  const attempt: TaskAttempt = {
    scheduledMs: task.scheduledMs,
    dispatchedMs,
    ...(hasAnswer ? { answeredMs: nowMs } : {}),
    status: hasAnswer
      ? {
          code: rpcCodes[delivery.httpStatus] ?? (delivery.httpStatus >= 500 ? 13 : 2),
          message: `HTTP status code ${delivery.httpStatus}`,
        }
      : { code: failureCodes[delivery.failure], message: delivery.message },
  };
  const first = task.first ?? attempt;
  const { maxAttempts, maxRetryDurationMs } = retries;
  const isLast = maxAttempts !== -1 && attempts >= maxAttempts;
  if (isLast && nowMs - first.dispatchedMs >= maxRetryDurationMs) return undefined;
  return {
    ...task,
    dispatchCount: attempts,
    responseCount: task.responseCount + (hasAnswer ? 1 : 0),
    first,
    last: attempt,
    ...(hasAnswer ? { lastHttpStatus: delivery.httpStatus } : {}),
    scheduledMs: nowMs + Math.max(backoffMs(retries, attempts), askedWaitMs(delivery)),
  };
}

/** A busy target (429, 503) may say when it wants to be asked again. */
const askedWaitMs = (delivery: Delivery): number =>
  'httpStatus' in delivery && (delivery.httpStatus === 429 || delivery.httpStatus === 503)
    ? (delivery.retryAfterMs ?? 0)
    : 0;

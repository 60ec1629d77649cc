/** A queue as it is kept; absent settings have Google's defaults. */
export interface QueueRecord {
  /** `projects/P/locations/L/queues/Q`. */
  readonly name: string;
  readonly state: 'RUNNING' | 'PAUSED';
  readonly rateLimits: RateLimits;
  readonly retryConfig: RetryConfig;
  readonly purgedMs?: number;
}

export interface RateLimits {
  readonly maxDispatchesPerSecond: number;
  readonly maxConcurrentDispatches: number;
}

export interface RetryConfig {
  /** -1 = without end. */
  readonly maxAttempts: number;
  /** 0 = without end; otherwise attempts end when both limits are passed. */
  readonly maxRetryDurationMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly maxDoublings: number;
}

export const usualRateLimits: RateLimits = {
  maxDispatchesPerSecond: 500,
  maxConcurrentDispatches: 1000,
};

export const usualRetryConfig: RetryConfig = {
  maxAttempts: 100,
  maxRetryDurationMs: 0,
  minBackoffMs: 100,
  maxBackoffMs: 3_600_000,
  maxDoublings: 16,
};

export type TaskMethod = 'POST' | 'GET' | 'HEAD' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS';

/** What is sent to the target. */
export interface TaskRequest {
  readonly url: string;
  readonly method: TaskMethod;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body?: string;
  readonly oidcToken?: { readonly serviceAccountEmail: string; readonly audience: string };
  readonly oauthToken?: { readonly serviceAccountEmail: string; readonly scope: string };
}

export interface TaskAttempt {
  readonly scheduledMs: number;
  readonly dispatchedMs: number;
  readonly answeredMs?: number;
  /** Of the answer, or of google.rpc when there was none. */
  readonly status?: { readonly code: number; readonly message: string };
}

export interface TaskRecord {
  /** `projects/P/locations/L/queues/Q/tasks/T`. */
  readonly name: string;
  readonly request: TaskRequest;
  readonly createdMs: number;
  /** When it is due, or due again. */
  readonly scheduledMs: number;
  readonly deadlineMs: number;
  readonly dispatchCount: number;
  readonly responseCount: number;
  readonly first?: TaskAttempt;
  readonly last?: TaskAttempt;
  readonly lastHttpStatus?: number;
}

/** The queue that a task's name belongs to. */
export const queueOf = (taskName: string): string => taskName.slice(0, taskName.indexOf('/tasks/'));

/** How long to wait before the attempt that follows `failedAttempts`: doubling, then growing evenly, then capped. */
export function backoffMs(config: RetryConfig, failedAttempts: number): number {
  const doublings = Math.min(failedAttempts - 1, config.maxDoublings);
  const doubled = config.minBackoffMs * 2 ** doublings;
  const evenSteps = failedAttempts - 1 - doublings;
  return Math.min(
    config.maxBackoffMs,
    doubled + evenSteps * config.minBackoffMs * 2 ** config.maxDoublings,
  );
}

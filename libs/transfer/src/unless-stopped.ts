import { stopped } from './transfer-error.js';

/** What the promise brings, unless the signal comes before: whoever is asked need not know of it. */
export const unlessStopped = <Value>(
  promise: Value | Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(stopped());
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener('abort', stop));
  });

/** What Cloud Storage says when one object is written more than about once a second, or a bucket too often. */
const tooMany = 429;
const mostTries = 6;
const firstDelayMs = 1_000;
const longestDelayMs = 4_000;

/**
 * Makes a call of Cloud Storage again while it is refused with 429, at least a second later each time: nothing was done,
 * so it is safe for every kind of call. The clients’ own retries are for what they know to be repeatable only, and begin
 * at once or after several seconds.
 */
export async function insistSlowly<T>(
  call: () => Promise<T>,
  pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isTooMany(error) || attempt >= mostTries) throw error;
      await pause(slowDelayMs(attempt));
    }
  }
}

/** The wait before the next try after a 429: at least one second, spread by a quarter. */
export const slowDelayMs = (attempt: number): number =>
  Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (1 + Math.random() / 4);

export const isTooMany = (error: unknown): boolean =>
  Number((error as { readonly code?: unknown } | undefined)?.code) === tooMany;

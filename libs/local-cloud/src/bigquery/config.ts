/**
 * Gives the process more of libuv's worker threads than the usual four: each running statement holds one, and files,
 * compression and the short statements of others must not wait for it. To be called before anything needs one.
 */
export function provideThreads(env: NodeJS.ProcessEnv = process.env): void {
  env['UV_THREADPOOL_SIZE'] ??= '16';
}

/**
 * How many statements may run at once. Each holds one of libuv's worker threads (4, or `UV_THREADPOOL_SIZE`), which files
 * and short statements need, too.
 */
export const readJobSlots = (env: NodeJS.ProcessEnv = process.env): number =>
  Math.min(mostSlots, Math.max(2, (Number(env['UV_THREADPOOL_SIZE']) || 4) - 2));

/** More at once would share the memory and the cores, and end later. */
const mostSlots = 8;

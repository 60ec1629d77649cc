/**
 * How many statements may run at once. Each holds one of libuv's worker threads (4, or `UV_THREADPOOL_SIZE`), which files
 * and short statements need, too.
 */
export const readJobSlots = (env: NodeJS.ProcessEnv = process.env): number =>
  Math.max(2, (Number(env['UV_THREADPOOL_SIZE']) || 4) - 2);

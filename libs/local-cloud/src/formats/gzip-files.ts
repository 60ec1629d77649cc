import { availableParallelism } from 'node:os';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { backgroundNiceness } from '../background-threads.js';
import { gzipWorkerSource } from './gzip-worker.js';

export interface GzipJob {
  readonly source: string;
  readonly target: string;
}

/** More threads than this gain little: the disk is the limit then. */
const mostLanes = 8;
const settings = {
  niceness: backgroundNiceness,
  blockBytes: 2 * 1024 * 1024,
  flushBytes: 32 * 1024 * 1024,
};

/** Compresses files, several at once, in threads that stand back behind everything else; `done` hears of each. */
export async function gzipFiles(
  jobs: readonly GzipJob[],
  signal: AbortSignal,
  done: (job: GzipJob) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    const worker = new Worker(gzipWorkerSource, { eval: true, workerData: settings });
    try {
      for (let job = jobs[next++]; job; job = jobs[next++]) {
        worker.postMessage(job);
        const [failure] = (await once(worker, 'message', { signal })) as [NodeJS.ErrnoException];
        if (failure.message !== undefined)
          throw Object.assign(new Error(failure.message), { code: failure.code });
        await done(job);
      }
    } finally {
      await worker.terminate();
    }
  };
  const count = Math.min(jobs.length, availableParallelism(), mostLanes);
  await Promise.all(Array.from({ length: count }, lane));
}

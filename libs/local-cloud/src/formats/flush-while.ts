import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const pauseMs = 200;
/** Several threads write at once, each its own file: older files than these grow no more. */
const newestFiles = 16;

/**
 * Hands the files of a folder to the disk while the work still writes them. What is left for its end is little then: the
 * work is done sooner, and nobody else's flush has to wait behind all of it.
 */
export async function flushWhile<T>(folder: string, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const flushing = flushAgainAndAgain(folder, done.signal);
  try {
    return await work;
  } finally {
    done.abort();
    await flushing;
  }
}

async function flushAgainAndAgain(folder: string, done: AbortSignal): Promise<void> {
  const flushed = new Set<string>();
  for (;;) {
    await wait(pauseMs, undefined, { signal: done }).catch(() => undefined);
    if (done.aborted) return;
    const files = await filesIn(folder);
    for (const file of files) {
      if (done.aborted) return;
      if (!flushed.has(file)) await flush(join(folder, file));
    }
    for (const file of files.slice(0, -newestFiles)) flushed.add(file);
  }
}

/** By their numbers, as they were begun. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const numberOf = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
  return names.sort((a, b) => numberOf(a) - numberOf(b));
}

/** Whoever takes the file at the end flushes it again, and hears of a disk that fails. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.datasync().catch(() => undefined);
  await handle?.close();
}

import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** How far a thread that works in the background stands back behind those that answer clients. */
export const backgroundNiceness = 5;

/**
 * Starts something that makes threads of its own, and has them stand back: what answers a client gets a core at once,
 * however many rows are being written. Where the system does not tell a process's threads apart nothing is changed.
 */
export async function startInBackground<T>(start: () => Promise<T>): Promise<T> {
  const before = new Set(threadIds());
  const started = await start();
  for (const id of threadIds()) if (!before.has(id)) standBack(id);
  return started;
}

function threadIds(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [];
  }
}

function standBack(threadId: number): void {
  try {
    setPriority(threadId, backgroundNiceness);
  } catch {
    // It has ended already, or the system does not let it.
  }
}

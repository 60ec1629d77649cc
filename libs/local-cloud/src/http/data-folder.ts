import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A data folder that this process alone may write to. */
export interface LockedFolder {
  readonly path: string;
  unlock(): Promise<void>;
}

interface LockHolder {
  readonly pid: number;
  /** Start time of the process in clock ticks, where the system tells it: process ids are used again. */
  readonly startedAt: string | undefined;
}

/** Folders locked by this very process, which its process id cannot tell from its own stale lock. */
const held = new Set<string>();

/** Makes the folder and locks it. A second process is refused; the lock of a dead one is taken over. */
export async function lockDataFolder(folder: string): Promise<LockedFolder> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const lock = join(path, 'lock');
  const mine = `${lock}.${process.pid}`;
  const self: LockHolder = { pid: process.pid, startedAt: await startTimeOf(process.pid) };
  await writeFile(mine, JSON.stringify(self));
  try {
    for (let attempt = 0; ; attempt++) {
      // A hard link is made whole or not at all, and never over another lock.
      const isMine = !held.has(path) && (await tryLink(mine, lock));
      if (isMine) break;
      const holder = await readHolder(lock);
      if (held.has(path) || attempt > 5 || (holder && (await isAlive(holder))))
        throw new Error(
          `The data folder ${path} is in use by another local cloud (process ${holder?.pid ?? 'unknown'}).`,
        );
      await takeAway(lock, `${mine}.stale`);
    }
  } finally {
    await rm(mine, { force: true });
  }
  held.add(path);
  return {
    path,
    async unlock() {
      await rm(lock, { force: true });
      held.delete(path);
    },
  };
}

/** Removes a dead process's lock; puts it back when another process has renewed it since it was read. */
async function takeAway(lock: string, aside: string): Promise<void> {
  await rename(lock, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  const holder = await readHolder(aside);
  if (holder && (await isAlive(holder))) await tryLink(aside, lock);
  await rm(aside, { force: true });
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(lock: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8')) as LockHolder;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, startedAt }: LockHolder): Promise<boolean> {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startedAt === undefined || (await startTimeOf(pid)) === startedAt;
}

async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The command name in parentheses may hold blanks; the start time is the 20th field behind it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

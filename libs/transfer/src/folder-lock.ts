import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asDiskError, TransferError } from './transfer-error.js';

const held = new Set<string>();

/** Lets one transfer work in a folder; the lock of a dead process is taken over. Answers the unlocking. */
export function lockFolder(folder: string): () => void {
  const path = join(folder, '.outhaul.lock');
  for (let tries = 0; ; tries += 1) {
    try {
      if (held.has(path)) throw inUse(folder, process.pid);
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      held.add(path);
      return () => {
        held.delete(path);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asDiskError(error, path);
      const pid = holderOf(path);
      if (tries > 3 || (pid !== undefined && isAlive(pid))) throw inUse(folder, pid);
      rmSync(path, { force: true });
    }
  }
}

const inUse = (folder: string, pid: number | undefined): TransferError =>
  new TransferError(
    'folder-in-use',
    `Another download (process ${pid ?? 'unknown'}) is working in ${folder}. Wait for it, or choose another folder.`,
  );

function holderOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

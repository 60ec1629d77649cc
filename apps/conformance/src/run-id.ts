import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** The label of everything that a run makes, and the folder of its files. */
export const mark = 'outhaul-conformance';
/** How long others' runs are left alone: none takes that long. */
const lifetimeMs = 2 * 3_600_000;

/** A run by its start, its machine and its process: `s-h-p`, fit for labels, datasets and object names. */
export const makeRunId = (nowMs: number, host = hostname(), pid = process.pid): string =>
  `${Math.floor(nowMs / 1000).toString(36)}-${hostKey(host)}-${pid.toString(36)}`;

const hostKey = (host: string): string =>
  createHash('sha256').update(host).digest('hex').slice(0, 8);

/** Whether what a run has made may be removed: its process on this machine is gone, or its time is over. */
export function isLeftover(
  runId: string,
  nowMs: number,
  isAlive: (pid: number) => boolean = isRunning,
  host = hostname(),
): boolean {
  const [, start = '', key, pid = ''] =
    /^([0-9a-z]+)[-_]([0-9a-f]{8})[-_]([0-9a-z]+)$/.exec(runId) ?? [];
  if (!start) return false;
  if (key === hostKey(host) && !isAlive(Number.parseInt(pid, 36))) return true;
  return nowMs - Number.parseInt(start, 36) * 1000 > lifetimeMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
